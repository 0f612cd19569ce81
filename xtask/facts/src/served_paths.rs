//! The paths by which a service is asked whether it works, compared with those that its sources have.

use crate::own_code::OwnCode;

/// What services call the path by which they are asked whether they work.
const ASKED: [&str; 16] = [
    "alive",
    "health",
    "health-check",
    "health_check",
    "healthcheck",
    "healthz",
    "heartbeat",
    "live",
    "liveness",
    "livez",
    "ping",
    "readiness",
    "ready",
    "readyz",
    "startupz",
    "status",
];

/// What frameworks serve by themselves.
const OF_FRAMEWORKS: [&str; 4] = ["docs", "metrics", "openapi.json", "redoc"];

/// What is wrong with a path that is asked for; only where the sources say by which path they are asked.
pub fn unserved(own: &OwnCode<'_>, asked: &str) -> Option<String> {
    let wanted = last(asked);
    if wanted.is_empty() || OF_FRAMEWORKS.contains(&wanted) {
        return None;
    }
    let served = || own.packages.iter().flat_map(|(_, code)| &code.paths);
    if served().any(|path| last(path) == wanted) {
        return None;
    }
    let known = served().find(|path| ASKED.contains(&last(path)))?;
    Some(format!(
        "asks for `{asked}`, which no source serves; `{known}` is in them"
    ))
}

/// The paths of this container that a command asks for: of `http://localhost:8000/healthz`.
pub fn asked_by(words: &[String]) -> Vec<String> {
    const HOSTS: [&str; 4] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];
    let mut found = Vec::new();
    for word in words {
        for (at, scheme) in word.match_indices("http://") {
            let address = &word[at + scheme.len()..];
            let end = address.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ')' | '`' | '|' | ';'));
            let address = &address[..end.unwrap_or(address.len())];
            let Some((host, path)) = address.split_once('/') else {
                continue;
            };
            let is_here = HOSTS.iter().any(|known| {
                host.strip_prefix(known)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
            });
            // A variable or a format may be any path.
            if is_here && !path.contains(['$', '{', '*', '%']) {
                found.push(format!("/{path}"));
            }
        }
    }
    found
}

/// The last part of a path, without what follows it.
fn last(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_behind_this_machine() {
        let of = |text: &str| asked_by(&[text.to_owned()]);
        assert_eq!(of("curl -fsS http://localhost:8000/healthz || exit 1"), ["/healthz"]);
        assert_eq!(
            of("urllib.request.urlopen('http://127.0.0.1/api/health/')"),
            ["/api/health/"]
        );
        for other in [
            "curl http://localhost:8000",
            "curl http://db:8000/healthz",
            "curl http://localhost:8000/$CHECK",
            "curl http://localhost.example.org/healthz",
        ] {
            assert!(of(other).is_empty(), "{other}");
        }
    }
}
