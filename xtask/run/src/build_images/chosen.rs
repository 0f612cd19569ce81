use super::Args;
use affected::{Affected, Changes};
use diagnostics::Problem;
use formats::PackageName;
use generate::image::Flavour;
use repo::{PagesImage, Repo, Service, suggestion::suggestion};

/// An image of a service, or of the pages.
pub struct Image {
    pub service: String,
    pub flavour: Flavour,
    /// Without a tag.
    pub name: String,
    pub version: String,
}

impl Image {
    pub fn tagged(&self) -> String {
        format!("{}:{}", self.name, self.version)
    }
}

/// Whose images are to be built.
pub struct Chosen<'a> {
    pub services: Vec<&'a Service>,
    pub pages: Option<&'a PagesImage>,
}

impl<'a> Chosen<'a> {
    /// Those that the command line names, or that the change affects, or all.
    pub fn by(repo: &'a Repo, args: &Args) -> Result<Self, Vec<Problem>> {
        match &args.affected {
            Some(base) => Self::affected(repo, Some(base.as_str()).filter(|base| !base.is_empty())),
            None if args.services.is_empty() => Ok(Self {
                services: repo.services.iter().collect(),
                pages: repo.pages.as_ref(),
            }),
            None => Self::named(repo, &args.services),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.services.is_empty() && self.pages.is_none()
    }

    /// What builds the images of these flavours; of the pages there is production alone.
    pub fn targets(&self, flavours: &[Flavour]) -> Vec<String> {
        let services = self.services.iter().flat_map(|service| {
            let name = &service.package.name;
            flavours.iter().map(|flavour| flavour.target(name))
        });
        let pages = self.pages.iter().map(|pages| Flavour::Prod.target(&pages.name));
        services.chain(pages).collect()
    }

    /// The images of these flavours, with the version that is said or that of their manifest.
    pub fn images(&self, repo: &Repo, said: Option<&str>, flavours: &[Flavour]) -> Vec<Image> {
        let registry = repo.settings.image_registry.as_deref();
        let image = |name: &PackageName, called: &str, own: Option<&str>, flavour: Flavour| Image {
            service: name.to_string(),
            flavour,
            name: flavour.image(registry, called),
            // A tag holds no `+`.
            version: said.map_or_else(|| own.unwrap_or("latest").replace('+', "-"), str::to_owned),
        };
        let services = self.services.iter().flat_map(|service| {
            let package = &service.package;
            let own = package.version.as_ref().map(|version| version.value.as_str());
            flavours
                .iter()
                .map(move |flavour| image(&package.name, service.image(), own, *flavour))
        });
        let pages = self.pages.iter();
        let pages = pages.map(|pages| {
            image(
                &pages.name,
                pages.name.as_str(),
                pages.version.as_deref(),
                Flavour::Prod,
            )
        });
        services.chain(pages).collect()
    }

    fn affected(repo: &'a Repo, base: Option<&str>) -> Result<Self, Vec<Problem>> {
        let changes = Changes::since(&repo.root, base)?;
        let mut problems = Vec::new();
        let affected = Affected::by(repo, &changes.files, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            services: affected.services.into_iter().map(|touched| touched.what).collect(),
            pages: affected.pages.map(|touched| touched.what),
        })
    }

    /// Names are compared the way packages are.
    fn named(repo: &'a Repo, names: &[String]) -> Result<Self, Vec<Problem>> {
        let services = repo.services.iter().map(|service| &service.package.name);
        let known: Vec<&PackageName> = services.chain(repo.pages.iter().map(|pages| &pages.name)).collect();
        let wanted: Vec<Option<PackageName>> = names.iter().map(|name| PackageName::parse(name)).collect();
        let is_wanted = |name: &PackageName| wanted.iter().flatten().any(|wanted| wanted == name);
        let unknown = names.iter().zip(&wanted).filter(|(_, wanted)| {
            let wanted = wanted.as_ref();
            wanted.is_none_or(|wanted| !known.contains(&wanted))
        });
        let shown: Vec<&str> = known.iter().map(|name| name.as_str()).collect();
        let problems: Vec<Problem> = unknown
            .map(|(name, _)| {
                Problem::error(format!("service `{name}` does not exist")).remedy(suggestion("service", name, &shown))
            })
            .collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let services = repo.services.iter();
        Ok(Self {
            services: services.filter(|service| is_wanted(&service.package.name)).collect(),
            pages: repo.pages.as_ref().filter(|pages| is_wanted(&pages.name)),
        })
    }
}
