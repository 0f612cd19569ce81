use std::collections::BTreeSet;

use super::{Repo, Service, suggestion::suggestion};
use diagnostics::Problem;
use formats::PackageName;

impl Repo {
    /// The services that the command line names, or all. Names are compared the way packages are.
    pub fn select(&self, names: &[String], problems: &mut Vec<Problem>) -> Vec<&Service> {
        if names.is_empty() {
            return self.services.iter().collect();
        }
        let mut wanted = BTreeSet::new();
        for name in names {
            let parsed = PackageName::parse(name);
            let service = self
                .services
                .iter()
                .find(|service| Some(&service.package.name) == parsed.as_ref());
            match service {
                Some(service) => drop(wanted.insert(&service.package.name)),
                None => {
                    let known: Vec<&str> = self
                        .services
                        .iter()
                        .map(|service| service.package.name.as_str())
                        .collect();
                    problems.push(
                        Problem::error(format!("service `{name}` does not exist"))
                            .remedy(suggestion("service", name, &known)),
                    );
                }
            }
        }
        self.services
            .iter()
            .filter(|service| wanted.contains(&service.package.name))
            .collect()
    }
}
