//! Faults in Tiltfiles: in that of the small repository, and in a copy of our own.

use crate::{
    fixture::Fixture,
    styles::style,
    suite::{self, Fault, found},
};

const TILTFILE: &str = "\
registry = 'registry.example.org/team'

docker_build(
    registry + '/web',
    '.',
    dockerfile='services/web/Dockerfile.dev',
    live_update=[
        sync('services/web/src/web', '/app/services/web/src/web'),
        sync('libs/core/src/core', '/app/libs/core/src/core'),
    ],
    ignore=['docs'],
)
";

fn with_tiltfile() -> Fixture {
    let repo = suite::drawn();
    repo.write("Tiltfile", TILTFILE);
    repo
}

pub const FAULTS: &[Fault] = &[
    ("tilt-build-missing", "another image is built", |repo| {
        repo.write("Tiltfile", "docker_build('page', 'frontend')\n")
    }),
    ("tilt-build-missing", "the build is never reached", |repo| {
        repo.edit("Tiltfile", "docker_build(", "if False:\n  docker_build(")
    }),
    (
        "tilt-builds-other-dockerfile",
        "the production Dockerfile is named",
        |repo| repo.edit("Tiltfile", "Dockerfile.dev'", "Dockerfile'"),
    ),
    ("tilt-builds-other-dockerfile", "no Dockerfile is named", |repo| {
        repo.edit("Tiltfile", "    dockerfile='services/web/Dockerfile.dev',\n", "")
    }),
    ("tilt-builds-other-dockerfile", "it is written in place", |repo| {
        repo.edit(
            "Tiltfile",
            "dockerfile='services/web/Dockerfile.dev'",
            "dockerfile_contents='FROM python'",
        )
    }),
    (
        "tilt-builds-other-dockerfile",
        "another one where a switch is set",
        |repo| {
            repo.edit(
                "Tiltfile",
                "'services/web/Dockerfile.dev'",
                "'services/web/Dockerfile' if config.parse().get('fast') else 'services/web/Dockerfile.dev'",
            )
        },
    ),
    ("tilt-ignores-needed-lib", "the lib is ignored", |repo| {
        repo.edit("Tiltfile", "['docs']", "['docs', 'libs/core']")
    }),
    ("tilt-ignores-needed-lib", "all libs are ignored", |repo| {
        repo.edit("Tiltfile", "['docs']", "'**/libs/*'")
    }),
    ("tilt-ignores-needed-lib", "only the service is let in", |repo| {
        repo.edit("Tiltfile", "ignore=['docs']", "only=['services/web', 'xtask/tools']")
    }),
    ("tilt-passes-dev-build-args", "as a dict", |repo| {
        repo.edit(
            "Tiltfile",
            "    ignore=",
            "    build_args={'INSTALL_DEV': 'true'},\n    ignore=",
        )
    }),
    ("tilt-passes-dev-build-args", "by its value", |repo| {
        repo.edit(
            "Tiltfile",
            "    ignore=",
            "    build_args=dict(STAGE='development'),\n    ignore=",
        )
    }),
    ("tilt-sync-elsewhere", "the lib goes beside PYTHONPATH", |repo| {
        repo.edit("Tiltfile", "'/app/libs/core/src/core'", "'/app/core'")
    }),
    ("tilt-sync-elsewhere", "the service goes beside PYTHONPATH", |repo| {
        repo.edit("Tiltfile", "'/app/services/web/src/web'", "'/app/web'")
    }),
    ("tilt-sync-missing", "the lib has no sync", |repo| {
        suite::drop_line(repo, "Tiltfile", "sync('libs/core")
    }),
    ("tilt-sync-missing", "the service has no sync", |repo| {
        suite::drop_line(repo, "Tiltfile", "sync('services/web")
    }),
    ("tilt-sync-missing", "a loop leaves the lib out", |repo| {
        repo.edit(
            "Tiltfile",
            "        sync('libs/core/src/core', '/app/libs/core/src/core'),\n    ]",
            "    ] + [sync('libs/' + lib, '/app/libs/' + lib) for lib in ['other']]",
        )
    }),
];

#[test]
fn faults_in_tiltfiles_are_found() {
    suite::suite(with_tiltfile, FAULTS, &[]);
}

#[test]
fn styles_that_say_the_same_are_silent() {
    let styles: [(&str, &str); 5] = [
        ("ignore=['docs']", "ignore=['libs/*', '!libs/core']"),
        (
            "sync('libs/core/src/core', '/app/libs/core/src/core')",
            "sync('./libs', '/app/libs/')",
        ),
        ("'/app/libs/core/src/core'", "'/app/%s/src/core' % 'libs/core'"),
        ("registry + '/web'", "os.getenv('REGISTRY') + '/web:dev'"),
        (
            "dockerfile='services/web/Dockerfile.dev'",
            "**{'dockerfile': './services/web/Dockerfile.dev'}",
        ),
    ];
    for (from, to) in styles {
        let repo = with_tiltfile();
        let text = repo.read("Tiltfile");
        // `**` comes last in a call.
        let moved = if to.starts_with("**") {
            text.replace(&format!("    {from},\n"), "")
                .replace("['docs'],", &format!("['docs'],\n    {to}"))
        } else {
            text.replace(from, to)
        };
        assert_ne!(moved, text);
        repo.write("Tiltfile", moved);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        assert_eq!(found(&output), Default::default(), "{to}");
    }
}

#[test]
fn what_is_not_followed_is_a_warning_with_its_place() {
    let repo = with_tiltfile();
    repo.edit("Tiltfile", "'services/web/Dockerfile.dev'", "str(local('find-it'))");
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (rules, problems) = found(&output);
    assert_eq!((rules.len(), problems.len(), output.status.code()), (0, 1, Some(0)));
    assert_eq!(
        (&problems[0]["level"], &problems[0]["places"][0]["line"]),
        (&"warning".into(), &6.into())
    );
}

#[test]
fn a_tiltfile_that_cannot_be_read_is_no_pass() {
    let repo = with_tiltfile();
    repo.edit("Tiltfile", "live_update=[", "live_update=(");
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (rules, problems) = found(&output);
    assert_eq!((rules.len(), problems.len(), output.status.code()), (0, 1, Some(1)));
}

/// Faults of every service, in the Tiltfile of this repository.
#[test]
fn faults_in_our_own_tiltfile_are_found() {
    let repo = Fixture::of_this_repository();
    let text = repo.read("Tiltfile");
    let mut faults: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("dockerfile=") {
            faults.push((
                "tilt-builds-other-dockerfile",
                text.replacen(line, &line.replace(".dev'", "'"), 1),
            ));
            let with_args = format!("    build_args={{'DEV': '1'}},\n{line}");
            faults.push(("tilt-passes-dev-build-args", text.replacen(line, &with_args, 1)));
        }
        if line.trim_start().starts_with("sync('") {
            // The same line may be in several builds.
            for (at, _) in text.match_indices(line) {
                let (before, after) = (&text[..at], &text[at + line.len()..]);
                faults.push(("tilt-sync-missing", format!("{before}{after}")));
                faults.push((
                    "tilt-sync-elsewhere",
                    format!("{before}{}{after}", line.replace("'/app/", "'/srv/")),
                ));
            }
        }
    }
    let mut wrong = Vec::new();
    for (rule, text) in &faults {
        repo.write("Tiltfile", text);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        if !rules.iter().eq([rule]) || !problems.is_empty() || output.status.code() != Some(5) {
            wrong.push(format!("{rule}: {rules:?} {problems:?}"));
        }
        assert_eq!(repo.run(&["update-tilt"]).status.code(), Some(0), "{rule}");
        assert_eq!(
            repo.run(&["verify-parity"]).status.code(),
            Some(0),
            "{rule}: it was not mended"
        );
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(faults.len() >= 28, "{} faults", faults.len());
}

#[test]
fn the_stage_that_is_built_is_that_of_development() {
    let repo = style("two_targets");
    let rules = |argument: &str| {
        let tiltfile = format!(
            "docker_build('registry.example.org/team/web', '.', dockerfile='services/web/Dockerfile'{argument}, \
             live_update=[sync('services/web/src', '/app/services/web/src'), sync('libs/core/src', '/app/libs/core/src')])\n"
        );
        repo.write("Tiltfile", tiltfile);
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(problems.is_empty(), "{problems:?}");
        rules.contains("tilt-builds-other-dockerfile")
    };
    assert!(!rules(", target='development'"));
    assert!(rules(", target='production'"));
    assert!(rules(""));
    assert!(!rules(", target=os.getenv('STAGE')"));
}
