//! Services that are not a web server with a debugger, and what their images are then.

use super::*;

const DOCKERFILE: &str = "services/web/Dockerfile";
const DEV: &str = "services/web/Dockerfile.dev";

fn generated(repo: &Fixture) {
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", shown(&output));
    let parity = repo.run(&["verify-parity"]);
    assert_eq!(code(&parity), 0, "{}", shown(&parity));
}

#[test]
fn a_worker_has_no_port_and_no_health_check() {
    let repo = Fixture::sound();
    repo.edit(WEB, "port = 8080\n", "");
    repo.edit(
        WEB,
        "[\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]",
        "[\"python\", \"-m\", \"web.main\"]",
    );
    generated(&repo);
    for file in [DOCKERFILE, DEV] {
        let text = repo.read(file);
        assert!(!text.contains("HEALTHCHECK"), "{text}");
        assert!(!text.contains("8080"), "{text}");
    }
    assert!(!repo.read(DOCKERFILE).contains("EXPOSE"));
    assert!(repo.read(DEV).contains("\nEXPOSE 5678\n"));
}

#[test]
fn a_service_without_debugpy_has_no_debugger() {
    let repo = Fixture::sound();
    repo.edit(WEB, "port = 8080", "port = 8080\ndev-groups = [\"test\"]");
    generated(&repo);
    let dev = repo.read(DEV);
    assert!(dev.contains("\nEXPOSE 8080\n"), "{dev}");
    assert!(!dev.contains("ENTRYPOINT"), "{dev}");
}

#[test]
fn groups_of_production_are_in_both_images() {
    let repo = Fixture::sound();
    repo.edit(
        WEB,
        "port = 8080",
        "port = 8080\ngroups = [\"main\", \"test\"]\ntest-groups = []",
    );
    generated(&repo);
    let pins = repo.read("services/web/requirements.txt");
    assert!(pins.contains("\niniconfig==") && pins.contains("\nuvicorn=="), "{pins}");
    // Code may import what both have.
    let main = "services/web/src/web/main.py";
    repo.write(main, repo.read(main) + "\nimport iniconfig  # noqa: E402, F401\n");
    let parity = repo.run(&["verify-parity"]);
    assert_eq!(code(&parity), 0, "{}", shown(&parity));
    repo.edit(WEB, "\"main\", \"test\"", "\"main\", \"prod\"");
    let output = repo.run(&["gen-dockerfiles"]);
    assert!(
        shown(&output).contains("dependency group `prod` does not exist"),
        "{}",
        shown(&output)
    );
}
