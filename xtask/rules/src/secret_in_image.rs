use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Twin, Twins};

pub const RULE: Rule = Rule {
    id: "secret-in-image",
    aspect: Aspect::Files,
    level: Level::Warning,
    what: "an image contains a password, a private key or the history of the repository",
    why: "whoever can pull the image can read it, even if a later step removes the file",
    example: "COPY .netrc /root/.netrc, to install from a private index",
    fix: "mount it for the step that needs it: `RUN --mount=type=secret`; and revoke what was published",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let of = |twin: &Twin<'_>| {
        let found = twins.secrets(twin).into_iter();
        let problem = |secret: evidence::secret::Secret| Problem::warning(secret.message(twin.name)).at(secret.place);
        found.map(problem).collect::<Vec<_>>()
    };
    twins.each().flat_map(of).collect()
}
