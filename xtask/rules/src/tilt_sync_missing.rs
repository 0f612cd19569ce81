use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use surfaces::tilt::Fault;

pub const RULE: Rule = Rule {
    id: "tilt-sync-missing",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "live_update lacks a sync for sources that the development image has",
    why: "edits there do not reach the running container",
    example: "no sync('libs/core/src', '/app/libs/core/src')",
    fix: "run `cargo xtask update-tilt`, or add the sync",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    subject.tilt_faults(|fault, place| match fault {
        Fault::SyncMissing(pair) => {
            let message = format!("nothing syncs `{}` to `{}`", pair.local, pair.remote);
            Some(Problem::error(message).at(place(None)))
        }
        _ => None,
    })
}
