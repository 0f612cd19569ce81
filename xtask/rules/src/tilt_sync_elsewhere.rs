use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use surfaces::tilt::Fault;

pub const RULE: Rule = Rule {
    id: "tilt-sync-elsewhere",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "live_update syncs sources to a folder that the development image does not import from",
    why: "the files arrive, but Python still uses the old ones",
    example: "sync('libs/core/src', '/app/core') where PYTHONPATH has /app/libs/core/src",
    fix: "run `cargo xtask update-tilt`, or sync to the folder that the development Dockerfile copies them to",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    subject.tilt_faults(|fault, place| match fault {
        Fault::SyncElsewhere { pair, sync } => {
            let message = format!(
                "syncs `{}` to `{}`, but the image has `{}` in `{}`",
                sync.what.local.shown(),
                sync.what.remote.shown(),
                pair.local,
                pair.remote
            );
            Some(Problem::error(message).at(place(Some(sync.place))))
        }
        _ => None,
    })
}
