//! A repository of many services: four times as many take about four times as long. Counted in processor time of the same run, so that
//! neither the machine nor its load decides.

use repo::{Repo, Root};
use run::bench::monorepo;

use crate::{fixture::Fixture, growth::most_memory};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// With fewer, what a rule costs that looks at all services for each of them is too little to be seen.
const SERVICES: usize = 400;
/// Linear is 4. It comes to 5 where each service makes a list of the names of all files.
const MOST: f64 = 4.7;
/// What else runs on the machine takes a little of the caches. It does so in each of these only by chance.
const TRIES: usize = 3;

#[test]
fn four_times_as_many_services_take_about_four_times_as_long() {
    let mut problems = Vec::new();
    let ours = Repo::read(&Root::new(ROOT), &mut problems).expect("this repository");
    let time = |services: usize| {
        let copy = Fixture::empty();
        monorepo::make(&ours, &copy.path(""), services).expect("copies");
        let (found, memory, time) = most_memory(&["verify-parity"], &copy);
        assert!(found.code().is_some(), "{}", found.output);
        assert!(
            found.output.contains(&format!("{services} services")),
            "not all of {services} are checked: {}",
            found.output
        );
        assert!(memory < 1024 * 1024, "{services} services take {memory} KiB");
        time
    };
    let tries: Vec<(f64, f64)> = (0..TRIES)
        .map(|_| (time(SERVICES / 4), time(SERVICES)))
        .take_while(|(quarter, all)| *all >= MOST * quarter)
        .collect();
    assert!(
        tries.len() < TRIES,
        "seconds for {} services, and for {SERVICES}: {tries:?}",
        SERVICES / 4
    );
}
