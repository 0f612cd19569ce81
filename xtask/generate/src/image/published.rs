//! The libs of a service as the index has them, by version and hash.

use diagnostics::{Place, Problem};
use python::marker::Marker;
use repo::{LibIndex, Package, Published, Repo, Service, published, settings::LibSource};
use requirements::{Export, IndexOption, Pin, PinSource};

/// What the images install of the index: nothing, where they build the wheels of the libs.
pub fn pins(repo: &Repo, service: &Service, problems: &mut Vec<Problem>) -> Export {
    let mut export = Export {
        pins: Vec::new(),
        local: Vec::new(),
        indexes: Vec::new(),
    };
    let index = match repo.settings.lib_source {
        LibSource::Wheelhouse => return export,
        LibSource::Index => repo.settings.lib_index.as_ref(),
    };
    let Some(index) = index else { return export };
    for lib in repo.libs_of(service) {
        match pin(repo, lib, index, problems) {
            Ok(pin) => export.pins.extend(pin),
            Err(problem) => problems.push(*problem),
        }
    }
    if !export.pins.is_empty() {
        export.indexes.push(IndexOption {
            url: index.url.value.clone(),
            replaces_default: true,
        });
    }
    export
}

/// The current version of a lib; `None` where its record cannot be read, which is reported. Every wheel of it may be installed; source archives are built nowhere.
fn pin(repo: &Repo, lib: &Package, index: &LibIndex, problems: &mut Vec<Problem>) -> Result<Option<Pin>, Box<Problem>> {
    let record = lib.dir.child(published::FILE);
    let Some(version) = &lib.version else {
        let name = lib.manifest.name.as_ref();
        let place = name.map_or_else(|| Place::File(record.to_string()), |name| name.place.clone());
        return Err(Box::new(
            Problem::error(format!("`{}` has no version in its manifest", lib.name))
                .at(place)
                .note("an index lists libs by version"),
        ));
    };
    let before = problems.len();
    let known = Published::read(&repo.root, &lib.dir, problems);
    if problems.len() > before {
        return Ok(None);
    }
    let files = known.0.get(&version.value).into_iter().flatten();
    let wheels = files.filter(|(file, _)| file.ends_with(".whl"));
    let mut hashes: Vec<String> = wheels.map(|(_, hash)| format!("sha256:{hash}")).collect();
    hashes.sort();
    if hashes.is_empty() {
        return Err(Box::new(
            Problem::error(format!("`{}` {} is not known to be published", lib.name, version.value))
                .at(version.place.clone())
                .note(format!(
                    "`{record}` records no wheel of it, and `lib-source` is `index`"
                ))
                .remedy(format!(
                    "run `cargo xtask build-wheels {} --publish {}`",
                    lib.name, index.name.value
                )),
        ));
    }
    Ok(Some(Pin {
        name: lib.name.clone(),
        version: version.value.clone(),
        marker: Marker::TRUE,
        hashes: hashes.into(),
        source: PinSource::Index {
            url: index.url.value.clone(),
        },
        place: version.place.clone(),
    }))
}
