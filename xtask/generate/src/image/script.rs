//! Console scripts that a service declares itself. Its wheel brings them into the production image; the development
//! image installs no local package, so there the function behind the script is called.

use repo::manifest::Manifest;

/// Words that do what the script of that name does, where the manifest declares it.
pub fn without_install(manifest: &Manifest, name: &str) -> Option<[String; 3]> {
    let (module, function) = declared(manifest, name)?;
    Some([
        "python".into(),
        "-c".into(),
        format!("import sys, {module}; sys.argv[0] = '{name}'; sys.exit({module}.{function}())"),
    ])
}

/// `module:function` of `[project.scripts]` or `[tool.poetry.scripts]`, where it is one.
fn declared(manifest: &Manifest, name: &str) -> Option<(String, String)> {
    let document = manifest.document.as_table();
    let project = document.get("project").and_then(|project| project.get("scripts"));
    let poetry = document
        .get("tool")
        .and_then(|tool| tool.get("poetry"))
        .and_then(|poetry| poetry.get("scripts"));
    let script = [project, poetry]
        .into_iter()
        .flatten()
        .find_map(|scripts| scripts.get(name))?;
    // Poetry also takes a table.
    let reference = script.as_str().or_else(|| script.get("reference")?.as_str())?;
    let (module, function) = reference.split('[').next()?.trim().split_once(':')?;
    let is_name = |text: &str| {
        text.split('.').all(|part| {
            !part.is_empty()
                && !part.starts_with(|first: char| first.is_ascii_digit())
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
    };
    let is_script = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    (is_name(module) && is_name(function) && is_script).then(|| (module.to_owned(), function.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn manifest(text: &str) -> Manifest {
        Manifest::read(&Source::new("pyproject.toml", text), &mut Vec::new()).unwrap()
    }

    #[test]
    fn scripts_of_both_tables_are_found() {
        let project = manifest("[project.scripts]\nserve = \"web.cli:main\"\n");
        let poetry =
            manifest("[tool.poetry.scripts]\nserve = { reference = \"web.cli:App.run\", type = \"console\" }\n");
        let call = "import sys, web.cli; sys.argv[0] = 'serve'; sys.exit(web.cli.main())";
        assert_eq!(without_install(&project, "serve").unwrap(), ["python", "-c", call]);
        assert!(without_install(&poetry, "serve").unwrap()[2].ends_with("web.cli.App.run())"));
        assert_eq!(without_install(&project, "uvicorn"), None);
    }

    #[test]
    fn what_is_no_function_is_left_alone() {
        for reference in ["web.cli", "web.cli:main(); evil", "web:", ":main", "a b:c"] {
            let manifest = manifest(&format!("[project.scripts]\nserve = \"{reference}\"\n"));
            assert_eq!(without_install(&manifest, "serve"), None, "{reference}");
        }
    }
}
