//! The keys of compose files and of containers for editors, in `Cargo.toml`.

use super::{
    Absent::{Is, Wrong},
    Keys, key,
};

/// `[workspace.metadata.xtask.compose]`.
pub const COMPOSE: Keys = Keys {
    one: "key of `compose`",
    header: "[workspace.metadata.xtask.compose]",
    about: "With this table `cargo xtask gen-dockerfiles` writes `compose.yaml` and `compose.dev.yaml`.",
    keys: &[key(
        "profiles",
        "{ … }",
        Is("none"),
        "servers that services can use in place of what they hold themselves, by the name of profile and host",
    )],
};

/// One profile of `[workspace.metadata.xtask.compose]`.
pub const PROFILE: Keys = Keys {
    one: "key of a profile",
    header: "[workspace.metadata.xtask.compose.profiles.NAME]",
    about: "A server that starts with the profile of its name.",
    keys: &[
        key("image", "\"qdrant/qdrant:v1.19.1-unprivileged\"", Wrong, "its image"),
        key(
            "user",
            "\"999:1000\"",
            Is("as its image says"),
            "the user it runs as: none may become another one",
        ),
        key(
            "data",
            "\"/qdrant/storage\"",
            Is("nothing is kept"),
            "the folder that a volume keeps",
        ),
        key(
            "env",
            "{ KEY = \"${KEY:-}\" }",
            Is("none"),
            "its environment; compose replaces `${…}`",
        ),
        key(
            "clients",
            "{ web = { QDRANT_URL = \"http://qdrant:6333\" } }",
            Is("none"),
            "the variables that make a service use it, with the values that lead to it",
        ),
    ],
};
