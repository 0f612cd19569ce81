//! Allow-lists of the build context: the repository is the context, and an image sees its own closure of it.

use std::collections::BTreeSet;

use crate::image::{Flavour, ImageSpec, Input, LocalPackage};
use repo::RepoPath;
use repo::generated::Header;

pub fn draw(spec: &ImageSpec, flavour: Flavour, header: &Header) -> String {
    let mut allowed: BTreeSet<&RepoPath> = BTreeSet::from([&spec.tools, &spec.requirements]);
    let files = |inputs: &'_ [Input]| inputs.iter().map(|input| input.path.clone()).collect::<Vec<_>>();
    let inputs: Vec<RepoPath> = match flavour {
        Flavour::Prod => {
            allowed.extend(&spec.test_requirements);
            allowed.extend(&spec.lib_requirements);
            let packages = spec.wheels().iter().flat_map(|package| files(&package.inputs));
            let program = spec.program().into_iter().flat_map(|program| files(&program.sources));
            packages.chain(program).chain(files(&spec.tests)).collect()
        }
        Flavour::Dev => {
            allowed.extend(&spec.dev_requirements);
            let inputs = |package: &LocalPackage| {
                let (of_metadata, sources) = if package.is_compiled {
                    (&[][..], &package.inputs)
                } else {
                    (&package.outline.files[..], &package.sources)
                };
                [files(of_metadata), files(sources)].concat()
            };
            spec.packages.iter().flat_map(inputs).collect()
        }
    };
    allowed.extend(&inputs);
    let mut text = format!("{}*\n", header.as_str());
    for path in allowed {
        text.push_str(&format!("!{path}\n"));
    }
    text.push_str("**/__pycache__\n**/*.py[co]\n");
    text
}
