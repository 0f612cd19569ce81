//! What a package has for tests alone, though it lies among its modules.

use std::collections::BTreeSet;

use crate::Member;
use evidence::{
    code::{Code, Inside, distribution, serves_tests, well_known},
    loaded::module_of,
};
use formats::PackageName;
use repo::{Package, RepoPath};

impl Member<'_> {
    /// Whether only what it has for tests imports a package, and nothing else imports that: `core.testing`, whose fixtures use pytest.
    pub fn needs_for_tests_alone(&self, name: &PackageName) -> bool {
        let is_it = |import: &&Inside| {
            let module = import.module.as_str();
            import.dots == 0
                && (well_known(module).as_ref() == Some(name) || distribution(module, |known| known == name).is_some())
        };
        let serves = |path: &RepoPath| path.relative_to(&self.package.dir).is_some_and(serves_tests);
        let importers: BTreeSet<&RepoPath> = self
            .code
            .inside
            .iter()
            .filter(is_it)
            .map(|found| &found.importer)
            .collect();
        if importers.is_empty() || !importers.iter().all(|path| serves(path)) {
            return false;
        }
        let modules: Vec<String> = importers
            .iter()
            .filter_map(|path| module_of(self.package, path))
            .collect();
        let ships = |package: &Package, code: &Code| {
            let mut others = code.inside.iter().filter(|import| !serves(&import.importer));
            others.any(|import| {
                let Some(module) = import.resolved(package) else {
                    return false;
                };
                let whole = import
                    .name
                    .iter()
                    .fold(module.clone(), |module, name| format!("{module}.{name}"));
                modules.iter().any(|known| *known == module || *known == whole)
            })
        };
        let own = std::iter::once((self.package, self.code));
        let of_services = self
            .services
            .iter()
            .map(|subject| (&subject.service.package, &subject.code));
        let of_libs = self.services.iter().flat_map(|subject| subject.libs());
        let of_libs = of_libs.map(|(lib, facts)| (lib, &facts.code));
        !own.chain(of_services)
            .chain(of_libs)
            .any(|(package, code)| ships(package, code))
    }
}
