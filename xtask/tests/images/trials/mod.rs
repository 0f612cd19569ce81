//! The trials, each for every service, and those of all services together.

mod application;
mod bake;
mod debugger;
mod layers;
mod lifecycle;
mod parity;
mod published;
mod reload;
mod runs;
mod software;
mod test_stage;
mod uv_workspace;
mod wheels;

use std::sync::Arc;

use libtest_mimic::Trial;
use repo::Service;

use crate::{
    changes,
    lab::{Flavour, Lab},
};

/// What a trial found: nothing, or what is wrong.
pub type Outcome = Result<(), String>;

type Check = fn(&Lab, &Service) -> Outcome;
type CheckOfAll = fn(&Lab) -> Outcome;

/// Names are `SERVICE::WHAT`, so that `cargo test --test images -- SERVICE` runs what concerns one service.
const CHECKS: [(&str, Check); 24] = [
    ("production_runs_locked_down", |lab, service| {
        runs::locked_down(lab, service, Flavour::Production)
    }),
    ("development_runs_locked_down", |lab, service| {
        runs::locked_down(lab, service, Flavour::Development)
    }),
    ("production_imports_from_site_packages", |lab, service| {
        runs::imports(lab, service, Flavour::Production)
    }),
    ("development_imports_from_sources", |lab, service| {
        runs::imports(lab, service, Flavour::Development)
    }),
    ("production_holds_main_group_and_wheels", software::of_production),
    ("production_holds_what_its_sbom_lists", software::as_its_sbom_says),
    ("production_holds_no_tools", software::no_tools),
    ("development_holds_same_and_dev_groups", software::of_development),
    ("development_has_the_metadata_of_production", software::same_metadata),
    ("wheels_are_the_published_ones", wheels::are_the_published_ones),
    ("libs_of_an_index_make_the_same_image", published::make_the_same_image),
    ("parity_of_its_images_is_silent", parity::is_silent),
    ("third_party_layer_is_shared", layers::third_party_is_shared),
    ("edited_lib_leaves_third_party_layer", layers::edit_leaves_third_party),
    ("layers_are_the_same_again", layers::are_the_same_again),
    (
        "development_listens_for_debugger_when_asked",
        debugger::listens_when_asked,
    ),
    ("development_reloads_edited_sources", reload::edited_sources),
    ("bake_builds_the_same", bake::builds_the_same),
    ("test_stage_passes_read_only", test_stage::passes_read_only),
    ("images_end_on_sigterm", lifecycle::end_on_sigterm),
    ("images_let_edits_take_effect", lifecycle::edits_take_effect),
    ("images_keep_state_in_a_volume", lifecycle::keep_state_in_a_volume),
    ("images_know_what_they_are", lifecycle::know_what_they_are),
    ("images_tell_their_health", lifecycle::tell_their_health),
];

/// Trials that need the images of all services.
const TOGETHER: [(&str, Flavour); 2] = [
    ("production_passes_its_test", Flavour::Production),
    ("development_passes_its_test", Flavour::Development),
];

pub fn all(lab: &Arc<Lab>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for service in &lab.repo.services {
        for (name, check) in CHECKS {
            let (lab, service) = (Arc::clone(lab), service.clone());
            let name = format!("{}::{name}", service.package.name);
            trials.push(Trial::test(name, move || Ok(check(&lab, &service)?)));
        }
    }
    let of_layers = Arc::clone(lab);
    trials.push(Trial::test("layers::only_order_is_left_aside", move || {
        Ok(layers::only_order_is_left_aside(&of_layers)?)
    }));
    trials.extend(of_parity(lab));
    if let Some(test) = &lab.repo.settings.application_test {
        for (name, flavour) in TOGETHER {
            let (lab, test) = (Arc::clone(lab), test.clone());
            let run = move || Ok(application::passes_its_test(&lab, &test, flavour)?);
            trials.push(Trial::test(format!("application::{name}"), run));
        }
        trials.push(Trial::test("uv_workspace::images_pass_its_test", || {
            Ok(uv_workspace::passes_its_test()?)
        }));
    }
    trials
}

/// Faults, in the images of the first service: they are about what an image is, and not about whose.
fn of_parity(lab: &Arc<Lab>) -> Vec<Trial> {
    let together: [(&str, CheckOfAll); 3] = [
        ("is_silent_of_what_it_builds", parity::is_silent_of_what_it_builds),
        (
            "refuses_an_image_that_is_not_there",
            parity::refuses_an_image_that_is_not_there,
        ),
        ("refuses_without_an_engine", parity::refuses_without_an_engine),
    ];
    let mut trials = Vec::new();
    for (name, check) in together {
        let lab = Arc::clone(lab);
        trials.push(Trial::test(format!("parity::{name}"), move || Ok(check(&lab)?)));
    }
    let Some(service) = lab.repo.services.first() else {
        return trials;
    };
    for fault in &parity::FAULTS {
        let (lab, service) = (Arc::clone(lab), service.clone());
        let run = move || Ok(parity::finds(&lab, &service, fault)?);
        trials.push(Trial::test(format!("parity::finds_{}", fault.name), run));
    }
    let more: [(&str, Check); 2] = [
        (
            "refuses_an_image_without_python",
            parity::refuses_an_image_without_python,
        ),
        (
            "reads_an_image_of_another_platform",
            parity::reads_an_image_of_another_platform,
        ),
    ];
    if let Some(service) = lab
        .repo
        .services
        .iter()
        .find(|service| service.package.name.as_str() == changes::SERVICE)
    {
        let (lab, service) = (Arc::clone(lab), service.clone());
        trials.push(Trial::test("changes::are_found", move || {
            Ok(changes::are_found(&lab, &service)?)
        }));
    }
    for (name, check) in more {
        let (lab, service) = (Arc::clone(lab), service.clone());
        trials.push(Trial::test(format!("parity::{name}"), move || {
            Ok(check(&lab, &service)?)
        }));
    }
    trials
}

/// Fails with the message unless the fact holds.
fn ensure(holds: bool, message: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(message()) }
}
