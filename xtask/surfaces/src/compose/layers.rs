//! Services laid over each other, as compose does it: single values are replaced, maps and lists are added to.

use super::{
    needs::Wait,
    service::{Build, Mount, Service},
};

/// What two files, or a service and what it extends, say together.
pub fn over(upper: Service, lower: Service) -> Service {
    let kept = |key: &str| !upper.cleared.contains(key);
    let mut environment = if kept("environment") {
        lower.environment
    } else {
        Default::default()
    };
    environment.extend(upper.environment);
    let mut ports = upper.ports;
    if kept("ports") {
        ports.extend(lower.ports);
    }
    let mut mounts = upper.mounts;
    if kept("volumes") {
        // What is mounted at the same path takes the place of it.
        let is_new = |mount: &Mount| mounts.iter().all(|other| other.target != mount.target);
        let lower: Vec<Mount> = lower.mounts.into_iter().filter(|mount| is_new(mount)).collect();
        mounts.extend(lower);
    }
    let mut watched = upper.watched;
    if kept("develop") {
        watched.extend(lower.watched);
    }
    let mut depends = upper.depends;
    if kept("depends_on") {
        depends.extend(lower.depends);
    }
    let mut waits = upper.waits;
    if kept("depends_on") {
        // The condition of the upper file is the one that counts.
        let is_new = |wait: &Wait| waits.iter().all(|other| other.name.value != wait.name.value);
        let lower: Vec<Wait> = lower.waits.into_iter().filter(|wait| is_new(wait)).collect();
        waits.extend(lower);
    }
    let mut profiles = upper.profiles;
    if kept("profiles") {
        profiles.extend(lower.profiles);
    }
    let networks = if kept("networks") && kept("network_mode") {
        upper.networks.over(lower.networks)
    } else {
        upper.networks
    };
    let build = match (upper.build, lower.build.filter(|_| kept("build"))) {
        (Some(upper), Some(lower)) => Some(build_over(upper, lower)),
        (upper, lower) => upper.or(lower),
    };
    // Another entrypoint takes the command of the image, and not that of the file, with it.
    Service {
        build,
        image: upper.image.or(lower.image.filter(|_| kept("image"))),
        entrypoint: upper.entrypoint.or(lower.entrypoint.filter(|_| kept("entrypoint"))),
        command: upper.command.or(lower.command.filter(|_| kept("command"))),
        user: upper.user.or(lower.user.filter(|_| kept("user"))),
        workdir: upper.workdir.or(lower.workdir.filter(|_| kept("working_dir"))),
        environment,
        ports,
        health: upper.health.or(lower.health.filter(|_| kept("healthcheck"))),
        mounts,
        watched,
        depends,
        waits,
        profiles,
        networks,
        extends: upper.extends || lower.extends,
        name: upper.name,
        has_env_file: lower.has_env_file || upper.has_env_file,
        cleared: upper.cleared,
    }
}

fn build_over(upper: Build, lower: Build) -> Build {
    let mut arguments = lower.arguments;
    arguments.extend(upper.arguments);
    Build {
        context: if upper.has_context {
            upper.context
        } else {
            lower.context
        },
        dockerfile: upper.dockerfile.or(lower.dockerfile),
        target: upper.target.or(lower.target),
        arguments,
        place: upper.place,
        has_context: upper.has_context || lower.has_context,
        is_inline: upper.is_inline || lower.is_inline,
    }
}
