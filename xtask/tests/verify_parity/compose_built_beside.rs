//! Images that another service of the same compose file builds.

use crate::{
    compose::{PRODUCTION, composed},
    fixture::Fixture,
    suite::found,
};

#[test]
fn an_image_that_a_service_beside_builds_is_checked_there() {
    let repo = composed();
    let beside = "  jobs:\n    image: \"team/web:${TAG:-dev}\"\n    command: [\"python\", \"-m\", \"web.worker\"]\n";
    let built = "    image: \"team/web:${TAG:-dev}\"\n    build: { context: ., dockerfile: services/web/Dockerfile }\n";
    repo.edit(
        PRODUCTION,
        "    read_only: true\n",
        &format!("    read_only: true\n{built}"),
    );
    repo.edit(PRODUCTION, "\nvolumes:\n", &format!("\n{beside}\nvolumes:\n"));
    let is_found = |repo: &Fixture| {
        let output = repo.run(&["verify-parity", "--format", "json"]);
        found(&output).0.contains("compose-builds-development")
    };
    assert!(!is_found(&repo));
    // By the development Dockerfile it is wrong, under any name.
    repo.edit(
        PRODUCTION,
        "dockerfile: services/web/Dockerfile }",
        "dockerfile: services/web/Dockerfile.dev }",
    );
    assert!(is_found(&repo));
}
