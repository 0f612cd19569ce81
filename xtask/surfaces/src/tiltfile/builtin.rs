//! The functions that a Tiltfile finds there: Starlark's own, and those of Tilt's API.

use std::{cell::RefCell, rc::Rc};

use super::{
    build::Kind,
    data,
    machine::Machine,
    pure, refused,
    text::Text,
    value::{Arguments, Dict, Entry, Scope, Space, Step, Unknown, Value},
};
use formats::starlark::syntax::Span;
use repo::RepoPath;

/// Builds an image.
pub const BUILDS: [&str; 4] = [
    "docker_build",
    "custom_build",
    "docker_build_with_restart",
    "custom_build_with_restart",
];

/// Steps of `live_update`, and other values that are what they are made with.
const VALUES: [&str; 11] = [
    "exec_action",
    "fall_back_on",
    "http_get_action",
    "initial_sync",
    "link",
    "port_forward",
    "probe",
    "restart_container",
    "run",
    "sync",
    "tcp_socket_action",
];

/// Functions that say something to Tilt and give nothing back.
const SAYS: [&str; 30] = [
    "allow_k8s_contexts",
    "analytics_settings",
    "ci_settings",
    "cmd_button",
    "dc_resource",
    "default_registry",
    "disable_feature",
    "disable_snapshots",
    "docker_compose",
    "docker_prune_settings",
    "enable_feature",
    "exit",
    "experimental_metrics_settings",
    "fail",
    "k8s_attach",
    "k8s_custom_deploy",
    "k8s_image_json_path",
    "k8s_kind",
    "k8s_resource",
    "k8s_yaml",
    "local_resource",
    "print",
    "secret_settings",
    "set_team",
    "test",
    "trigger_mode",
    "update_settings",
    "version_settings",
    "warn",
    "watch_settings",
];

/// Functions that ask the machine or other files: what they are asked has to stay, what they answer is mostly not known.
const ASKS: [&str; 12] = [
    "helm",
    "k8s_context",
    "k8s_namespace",
    "kustomize",
    "listdir",
    "local",
    "read_file",
    "read_json",
    "read_yaml",
    "read_yaml_stream",
    "watch_file",
    "config.define",
];

/// Functions that turn one form of data into another.
const CONVERTS: [&str; 8] = [
    "blob",
    "decode_json",
    "decode_yaml",
    "decode_yaml_stream",
    "encode_json",
    "encode_yaml",
    "encode_yaml_stream",
    "filter_yaml",
];

const STARLARK: [&str; 27] = [
    "abs",
    "all",
    "any",
    "bool",
    "dict",
    "dir",
    "enumerate",
    "float",
    "getattr",
    "hasattr",
    "hash",
    "include",
    "int",
    "len",
    "list",
    "load_dynamic",
    "max",
    "min",
    "range",
    "repr",
    "reversed",
    "set",
    "sorted",
    "str",
    "struct",
    "tuple",
    "zip",
];

/// The functions that a file finds by themselves.
pub fn functions() -> Vec<&'static str> {
    let known = BUILDS[..2].iter().chain(&VALUES).chain(&SAYS).chain(&ASKS);
    known
        .chain(&CONVERTS)
        .chain(&STARLARK)
        .copied()
        .filter(|name| !name.contains('.'))
        .collect()
}

/// What a name means where the file does not bind it.
pub fn global(name: &str) -> Option<Value> {
    let space = |name: &str, names: &[(&str, Value)]| {
        let names = names
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        Value::Space(Rc::new(Space {
            name: name.to_owned(),
            names,
        }))
    };
    let function = |name: &str| Value::Builtin(name.into());
    match name {
        "None" => return Some(Value::None),
        "True" => return Some(Value::Bool(true)),
        "False" => return Some(Value::Bool(false)),
        "TRIGGER_MODE_AUTO" => return Some(Value::Int(0)),
        "TRIGGER_MODE_MANUAL" => return Some(Value::Int(1)),
        "type" => return Some(function("type")),
        "os" => {
            let path = space(
                "os.path",
                &[
                    "join", "basename", "dirname", "abspath", "relpath", "realpath", "exists",
                ]
                .map(|name| (name, function(&format!("os.path.{name}")))),
            );
            let why = "it comes from the environment".to_owned();
            let hole = Some(Rc::new(Unknown {
                span: Span::new(0, 0, 0),
                why,
            }));
            let names = [
                (
                    "environ",
                    Value::Dict(Rc::new(RefCell::new(Dict {
                        hole,
                        ..Dict::default()
                    }))),
                ),
                ("getcwd", function("os.getcwd")),
                ("getenv", function("os.getenv")),
                ("putenv", function("os.putenv")),
                ("path", path),
            ];
            return Some(space("os", &names));
        }
        "config" => {
            let defined = ["define_bool", "define_string", "define_string_list", "define_object"];
            let said = ["set_enabled_resources", "clear_enabled_resources"];
            let mut names: Vec<(&str, Value)> = Vec::new();
            names.extend(defined.map(|name| (name, function("config.define"))));
            names.extend(said.map(|name| (name, function("config.set"))));
            names.push(("parse", function("config.parse")));
            names.push(("main_dir", Value::text(".")));
            return Some(space("config", &names));
        }
        "shlex" => return Some(space("shlex", &[("quote", function("shlex.quote"))])),
        "v1alpha1" => return Some(space("v1alpha1", &[])),
        _ => {}
    }
    let is_known = BUILDS[..2].contains(&name)
        || VALUES.contains(&name)
        || SAYS.contains(&name)
        || ASKS.contains(&name)
        || CONVERTS.contains(&name)
        || STARLARK.contains(&name);
    is_known.then(|| function(name))
}

/// `load(MODULE, …)`: names of a file of this repository, or of an extension.
pub fn load(machine: &mut Machine<'_>, module: &Value, names: &[(String, String)], span: Span, scope: &Rc<Scope>) {
    let written = module.as_text().and_then(Text::known);
    let extension = written.as_deref().and_then(|module| module.strip_prefix("ext://"));
    let loaded = match (&written, extension) {
        (Some(path), None) => file(machine, path, span),
        _ => None,
    };
    for (name, there) in names {
        let value = match (extension, &loaded) {
            (Some("restart_process"), _) if BUILDS[2..].contains(&there.as_str()) => {
                Some(Value::Builtin(there.as_str().into()))
            }
            (None, Some(module)) => module.names.borrow().get(there).cloned(),
            _ => None,
        };
        let origin = written.as_deref().unwrap_or("another file");
        let why = || format!("`{there}` comes from `{origin}`");
        scope.set(name, value.unwrap_or_else(|| Value::unknown(span, why())));
    }
}

/// A path as the running file means it: relative to its own folder.
pub fn resolved(machine: &Machine<'_>, path: &str) -> Option<RepoPath> {
    let here = machine.files.get(usize::from(machine.here()))?;
    here.path.parent().join(path)
}

fn file(machine: &mut Machine<'_>, path: &str, span: Span) -> Option<Rc<Scope>> {
    let names = resolved(machine, path).and_then(|path| match machine.run_file(&path) {
        // A folder stands for the Tiltfile in it.
        None => machine.run_file(&path.child("Tiltfile")),
        found => found,
    });
    match names {
        Some(Ok(scope)) => Some(scope),
        Some(Err(error)) => {
            let why = format!("this file cannot be read: {}", error.message);
            machine.lost.push(Unknown { span: error.span, why });
            None
        }
        None => {
            let why = format!("`{path}` is not a file of this repository");
            machine.lost.push(Unknown { span, why });
            None
        }
    }
}

/// A parameter that is given by its position and by its name.
fn twice(kind: Kind, call: &Arguments) -> Option<&'static str> {
    let given = kind
        .parameters()
        .get(..call.positional.len().min(kind.parameters().len()))?;
    given.iter().copied().find(|name| call.named.contains_key(*name))
}

pub fn call(machine: &mut Machine<'_>, name: &Rc<str>, call: Arguments) -> Value {
    let span = call.span;
    if let Some(message) = refused::parameter(name, &call) {
        machine.stop(span, message);
    }
    if BUILDS.contains(&&**name) || SAYS.contains(&&**name) {
        if let Some(twice) = Kind::of(name).and_then(|kind| twice(kind, &call)) {
            machine.stop(span, format!("`{twice}` is given twice"));
        }
        if let Some(message) = refused::steps(machine, &call) {
            machine.stop(span, message);
        }
        machine.is_failed |= &**name == "fail" && !machine.decided.is_empty();
        machine.note(name, call);
        return Value::None;
    }
    if VALUES.contains(&&**name) {
        return Value::Step(Rc::new(Step {
            name: name.to_string(),
            call,
        }));
    }
    if ASKS.contains(&&**name) {
        let answer = match &**name {
            "read_file" => data::file(machine, &call),
            "read_yaml" | "read_json" => data::read(machine, &call),
            _ => None,
        };
        machine.note(name, call);
        if let Some(answer) = answer {
            return answer;
        }
        return Value::unknown(span, format!("the result of `{name}(…)` is not followed"));
    }
    let value = match &**name {
        "include" | "load_dynamic" => {
            let path = call
                .get(0, "path")
                .and_then(|argument| argument.value.as_text())
                .and_then(Text::known);
            let scope = path.and_then(|path| file(machine, &path, span));
            scope.map(|scope| {
                let names = scope.names.borrow();
                let entries = names.iter().map(|(name, value)| Entry {
                    key: Value::text(name.clone()),
                    value: value.clone(),
                    span: None,
                });
                let entries = entries.collect();
                Value::Dict(Rc::new(RefCell::new(Dict {
                    entries,
                    ..Dict::default()
                })))
            })
        }
        "decode_yaml" | "decode_json" => data::decode(machine, &call),
        "config.set" | "os.putenv" => Some(Value::None),
        "config.parse" => {
            let why = "it is set when Tilt is started".to_owned();
            Some(Value::Dict(Rc::new(RefCell::new(Dict {
                hole: Some(Rc::new(Unknown { span, why })),
                is_config: true,
                ..Dict::default()
            }))))
        }
        "os.getcwd" => {
            let here = machine
                .files
                .get(usize::from(machine.here()))
                .map(|file| file.path.parent());
            Some(Value::text(here.map_or_else(String::new, |dir| dir.to_string())).clone())
        }
        "os.getenv" => match call.get(1, "default").map(|argument| &argument.value) {
            Some(Value::Text(default)) => {
                let why = "it comes from the environment".to_owned();
                Some(Value::Text(
                    default.clone().asked(Some(Box::new(Unknown { span, why }))),
                ))
            }
            _ => Some(Value::unknown(span, "it comes from the environment")),
        },
        _ => pure::call(machine, name, &call),
    };
    value.unwrap_or_else(|| Value::unknown(span, format!("the result of `{name}(…)` is not followed here")))
}
