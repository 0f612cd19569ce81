//! Whether Python reads a source.

use diagnostics::{Place, Source};
use python_imports::{Fault, Needs, syntax};
use repo::RepoPath;

/// Python that does not remember these is not installed any more: what came before is not remarkable.
const OLDEST: u64 = 9;

/// What is to be said about the syntax of a source.
#[derive(Clone, Debug)]
pub enum Written {
    /// No Python reads it.
    Wrong {
        /// The file.
        path: RepoPath,
        /// Where Python stops.
        place: Place,
        /// Why.
        what: &'static str,
        /// What Python raises.
        error: &'static str,
    },
    /// Only newer versions of Python read it.
    New {
        /// The file.
        path: RepoPath,
        /// Where the feature is used.
        place: Place,
        /// What it is called.
        what: &'static str,
        /// The first minor version of Python 3 that has it.
        minor: u64,
    },
}

impl Written {
    /// Reads a source. Nothing is said about one in another encoding, or about a template that becomes one.
    pub fn of(path: &RepoPath, bytes: &[u8]) -> Option<Self> {
        // That a source is not UTF-8 is a problem of the run.
        let text = std::str::from_utf8(bytes).ok()?;
        let found = syntax(text);
        if found.fault.is_none() && found.needs.as_ref().is_none_or(|needs| needs.minor < OLDEST) {
            return None;
        }
        let source = Source::new(path.as_str(), text);
        if let Some(Fault { span, what, error }) = found.fault {
            return (!is_template(text)).then(|| Self::Wrong {
                path: path.clone(),
                place: source.place(span),
                what,
                error,
            });
        }
        found.needs.map(|Needs { span, what, minor }| Self::New {
            path: path.clone(),
            place: source.place(span),
            what,
            minor,
        })
    }
}

/// Whether a text is filled in before Python reads it.
fn is_template(text: &str) -> bool {
    let has_statement = text.contains("{%") && text.contains("%}");
    has_statement || (text.contains("{{ ") && text.contains(" }}")) || text.contains("${{")
}
