//! What a Tiltfile really does: it is run by an implementation of Starlark that knows nothing of ours, with Tilt's
//! functions as in its documentation, which note what they are given.

#![allow(unsafe_code, reason = "what a macro of the other implementation writes")]

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value as Json;
use starlark::{
    any::ProvidesStaticType,
    environment::{FrozenModule, Globals, GlobalsBuilder, LibraryExtension, Module},
    eval::{Evaluator, FileLoader},
    starlark_module,
    syntax::{AstModule, Dialect, DialectTypes},
    values::{
        Value,
        none::{NoneOr, NoneType},
    },
};

const PRELUDE: &str = include_str!("tilt_api.star");

#[derive(Debug, Default, ProvidesStaticType)]
struct Noted {
    calls: RefCell<Vec<String>>,
    root: PathBuf,
}

#[starlark_module]
fn noting(builder: &mut GlobalsBuilder) {
    fn note<'v>(what: Value<'v>, eval: &mut Evaluator<'v, '_, '_>) -> anyhow::Result<NoneType> {
        let noted = eval.extra.and_then(|extra| extra.downcast_ref::<Noted>());
        noted.unwrap().calls.borrow_mut().push(what.to_json()?);
        Ok(NoneType)
    }

    /// The text of a file, or `None`.
    fn text_of<'v>(path: &str, eval: &mut Evaluator<'v, '_, '_>) -> anyhow::Result<NoneOr<String>> {
        let noted = eval.extra.and_then(|extra| extra.downcast_ref::<Noted>());
        let text = fs::read_to_string(noted.unwrap().root.join(path)).ok();
        Ok(NoneOr::from_option(text))
    }
}

fn dialect() -> Dialect {
    Dialect {
        enable_top_level_stmt: true,
        enable_f_strings: false,
        enable_types: DialectTypes::Disable,
        ..Dialect::Extended
    }
}

/// How Tilt is started: what `config.parse` gives, and the environment.
#[derive(Clone, Debug, Default)]
pub struct Started {
    pub flags: BTreeMap<String, Json>,
    pub env: BTreeMap<String, String>,
}

impl Started {
    pub fn debug(debug: bool) -> Self {
        let flags = debug.then(|| ("debug".to_owned(), Json::Bool(true)));
        Self {
            flags: flags.into_iter().collect(),
            ..Self::default()
        }
    }
}

fn globals(started: &Started) -> Globals {
    let extensions = [
        LibraryExtension::StructType,
        LibraryExtension::Print,
        LibraryExtension::Json,
    ];
    let mut builder = GlobalsBuilder::extended_by(&extensions).with(noting);
    builder.set("FLAGS", serde_json::to_string(&started.flags).unwrap().as_str());
    builder.set("ENV", serde_json::to_string(&started.env).unwrap().as_str());
    builder.build()
}

struct Files<'a> {
    root: &'a Path,
    globals: &'a Globals,
    prelude: &'a FrozenModule,
    noted: &'a Noted,
}

impl FileLoader for Files<'_> {
    fn load(&self, path: &str) -> starlark::Result<FrozenModule> {
        if path == "ext://restart_process" {
            return Ok(self.prelude.clone());
        }
        let text = fs::read_to_string(self.root.join(path.trim_start_matches("./"))).map_err(anyhow::Error::from)?;
        evaluate(path, &text, self.globals, Some(self.prelude), self, self.noted)
    }
}

struct NoFiles;

impl FileLoader for NoFiles {
    fn load(&self, path: &str) -> starlark::Result<FrozenModule> {
        panic!("the prelude loads {path}")
    }
}

fn evaluate(
    name: &str,
    text: &str,
    globals: &Globals,
    prelude: Option<&FrozenModule>,
    loader: &dyn FileLoader,
    noted: &Noted,
) -> starlark::Result<FrozenModule> {
    let ast = AstModule::parse(name, text.to_owned(), &dialect())?;
    Module::with_temp_heap(|module| {
        if let Some(prelude) = prelude {
            module.import_public_symbols(prelude);
        }
        {
            let mut eval = Evaluator::new(&module);
            eval.extra = Some(noted);
            eval.set_loader(loader);
            eval.eval_module(ast, globals)?;
        }
        Ok(module.freeze()?)
    })
}

/// Every call that the Tiltfile in a folder makes, in order, or what fails.
pub fn calls(root: &Path, started: &Started) -> Result<Vec<Json>, String> {
    let globals = globals(started);
    let noted = Noted {
        root: root.to_owned(),
        ..Noted::default()
    };
    let prelude = evaluate("tilt_api.star", PRELUDE, &globals, None, &NoFiles, &noted).unwrap();
    let files = Files {
        root,
        globals: &globals,
        prelude: &prelude,
        noted: &noted,
    };
    let text = fs::read_to_string(root.join("Tiltfile")).map_err(|error| format!("Tiltfile: {error}"))?;
    evaluate("Tiltfile", &text, &globals, Some(&prelude), &files, &noted).map_err(|error| error.to_string())?;
    let noted = noted.calls.borrow();
    Ok(noted.iter().map(|json| serde_json::from_str(json).unwrap()).collect())
}
