//! The keys of compose files and of containers for editors, in `Cargo.toml`.

use super::{
    Absent::{Is, Wrong},
    Keys, key,
};

/// `[workspace.metadata.xtask.compose]`.
pub const COMPOSE: Keys = Keys {
    one: "key of `compose`",
    header: "[workspace.metadata.xtask.compose]",
    about: "With this table, `cargo xtask gen-dockerfiles` generates `compose.yaml` and `compose.dev.yaml`.",
    keys: &[key(
        "profiles",
        "{ … }",
        Is("none"),
        "servers that replace embedded stores, by profile name, which is also the host name",
    )],
};

/// One profile of `[workspace.metadata.xtask.compose]`.
pub const PROFILE: Keys = Keys {
    one: "key of a profile",
    header: "[workspace.metadata.xtask.compose.profiles.NAME]",
    about: "A server that starts with the profile of the same name.",
    keys: &[
        key(
            "image",
            "\"qdrant/qdrant:v1.19.1-unprivileged\"",
            Wrong,
            "image of the server",
        ),
        key(
            "user",
            "\"999:1000\"",
            Is("user of the image"),
            "user of the container; it cannot change to a different user",
        ),
        key(
            "data",
            "\"/qdrant/storage\"",
            Is("no volume"),
            "folder that is a volume",
        ),
        key(
            "env",
            "{ KEY = \"${KEY:-}\" }",
            Is("none"),
            "environment variables; compose replaces `${…}`",
        ),
        key(
            "clients",
            "{ web = { QDRANT_URL = \"http://qdrant:6333\" } }",
            Is("none"),
            "variables that make a service use the server",
        ),
    ],
};
