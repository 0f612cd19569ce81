//! Under which flags of the Tiltfile a problem holds.

use diagnostics::Problem;
use formats::starlark::syntax::Span;
use surfaces::tiltfile;

/// A problem of the Tiltfile, with the flags under which it holds.
pub fn under_flags(problem: Problem, tiltfile: &tiltfile::Tiltfile, flags: &[(Span, bool)]) -> Problem {
    let flags = flags.iter().map(|(span, is_set)| {
        let written = tiltfile.written(*span);
        format!("{} `{written}`", if *is_set { "with" } else { "without" })
    });
    let flags: Vec<String> = flags.collect();
    if flags.is_empty() {
        problem
    } else {
        problem.note(format!("only {}", flags.join(" and ")))
    }
}
