//! What an editor is told about debuggers, against where the debuggers and the sources really are.

use std::{fs, path::Path};

use serde_json::Value as Json;

use crate::tilt;

/// The configurations of Visual Studio Code, by their path.
pub const FILE: &str = ".vscode/launch.json";

/// Every port is one that the Tiltfile forwards with `--debug`, and every folder is where an image has it.
pub fn check(root: &Path, text: &str) -> Result<(), String> {
    let said: Json = serde_json::from_str(text).map_err(|error| format!("`{FILE}` is not JSON: {error}"))?;
    let configurations = list(&said["configurations"]);
    if configurations.is_empty() {
        return Err(format!("`{FILE}` has no configuration"));
    }
    let forwarded = tilt::debug_ports(root)?;
    let copied = copied(root)?;
    for configuration in configurations {
        let name = configuration["name"].as_str().unwrap_or("without a name");
        let wrong = |what: String| Err(format!("`{FILE}`, {name}: {what}"));
        if (&configuration["type"], &configuration["request"]) != (&"debugpy".into(), &"attach".into()) {
            return wrong("it does not attach by debugpy".into());
        }
        let port = &configuration["connect"]["port"];
        if !forwarded.iter().any(|forwarded| forwarded == port) {
            return wrong(format!("the debug ports are {forwarded:?}, not {port}"));
        }
        let mappings = list(&configuration["pathMappings"]);
        if mappings.is_empty() {
            return wrong("no path is mapped".into());
        }
        for mapping in mappings {
            let side = |key: &str| mapping[key].as_str().unwrap_or_default();
            let (local, remote) = (side("localRoot"), side("remoteRoot"));
            let Some(local) = local.strip_prefix("${workspaceFolder}/") else {
                return wrong(format!("`{local}` is not in the workspace"));
            };
            if !copied.iter().any(|(from, to)| is_there(from, to, local, remote)) {
                return wrong(format!("no development image has `{local}` under `{remote}`"));
            }
        }
    }
    Ok(())
}

/// Whether what is copied lies in the local folder and, by the same way, in the remote one.
fn is_there(from: &str, to: &str, local: &str, remote: &str) -> bool {
    let tail = |whole: &str, folder: &str| {
        let rest = whole.strip_prefix(folder)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
    };
    !local.is_empty() && tail(from, local).is_some_and(|rest| tail(to, remote) == Some(rest))
}

/// What the development images copy from the repository, and where to.
fn copied(root: &Path) -> Result<Vec<(String, String)>, String> {
    let services = fs::read_dir(root.join("services")).map_err(|error| error.to_string())?;
    let files = services.flatten().map(|entry| entry.path().join("Dockerfile.dev"));
    let texts = files.filter_map(|file| fs::read_to_string(file).ok());
    let pairs = texts.flat_map(|text| text.lines().filter_map(pair).collect::<Vec<_>>());
    Ok(pairs.collect())
}

fn pair(line: &str) -> Option<(String, String)> {
    let words: Vec<&str> = line.strip_prefix("COPY ")?.split(' ').collect();
    if words.iter().any(|word| word.starts_with("--from=")) {
        return None;
    }
    let [.., from, to] = words.as_slice() else { return None };
    // A stage of sources becomes the root of the image.
    let to = to.strip_prefix("/layer").unwrap_or(to);
    Some(((*from).to_owned(), to.to_owned()))
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}
