//! What `update-tilt` does not edit stays as it is.

use generate::artifact::tiltfile::{Gone, Shown, update};
use proptest::prelude::*;
use repo::Root;
use repo::{Repo, RepoPath};
use surfaces::{tilt::Demand, tiltfile::FILE};

/// A Tiltfile in which much has to be edited.
const BEFORE: &str = include_str!("update_tilt/styles/keywords.Tiltfile");

fn updated(text: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tilted");
    let mut problems = Vec::new();
    let repo = Repo::read(&Root::new(root), &mut problems).unwrap();
    let images = verify::development_images(&repo, &mut problems);
    let images: Vec<_> = images.into_iter().map(Option::unwrap).collect();
    let services = repo.services.iter().zip(&images);
    let demands: Vec<Demand<'_>> = services
        .map(|(service, image)| Demand::of(&repo, service, image))
        .collect();
    let text = text.to_owned();
    let read = move |path: &RepoPath| (path.as_str() == FILE).then(|| text.clone());
    let update = update(&read, &repo, &demands, Gone::Tell, Shown::Edited)
        .unwrap()
        .unwrap();
    assert!(update.left.is_empty(), "{:?}", update.left);
    update
        .texts
        .into_values()
        .next()
        .unwrap_or_else(|| read(&RepoPath::root().child(FILE)).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Comments and empty lines that are added anywhere are there afterwards, and nothing else is different: the edits
    /// touch their own bytes alone, and do not depend on what stands around.
    #[test]
    fn what_is_not_edited_stays(marks in prop::collection::vec((0..40usize, 0..3usize), 0..12)) {
        let mut lines: Vec<String> = BEFORE.lines().map(String::from).collect();
        for (index, (at, kind)) in marks.iter().enumerate() {
            let at = at % lines.len();
            match kind {
                0 => lines.insert(at, format!("# mark {index}")),
                1 => lines.insert(at, format!("                # mark {index}")),
                _ if lines[at].is_empty() => {}
                _ => lines[at].push_str(&format!("  # mark {index}")),
            }
        }
        let decorated = lines.join("\n") + "\n";
        let after = updated(&decorated);
        // Take the marks out again.
        let plain: Vec<String> = after
            .lines()
            .filter(|line| !line.trim_start().starts_with("# mark"))
            .map(|line| line.split("  # mark").next().unwrap_or_default().to_owned())
            .collect();
        prop_assert_eq!(plain.join("\n") + "\n", updated(BEFORE), "{}", after);
        // All of them are there, but for those on lines that were taken out.
        let kept = after.matches("# mark").count();
        let removed = "build_args={'INSTALL_DEV': 'true'},";
        let gone = decorated.lines().filter(|line| line.contains(removed)).map(|line| line.matches("# mark").count()).sum::<usize>();
        prop_assert_eq!(kept, decorated.matches("# mark").count() - gone);
        prop_assert_eq!(updated(&after), after);
    }
}
