//! The platforms that images are built for, where the settings list them.

use super::toml::{Table, quoted};
use diagnostics::Problem;

/// A platform, by its processor: all images are of Linux.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// `linux/amd64`.
    Amd64,
    /// `linux/arm64`.
    Arm64,
}

impl Platform {
    /// Every platform that images can be built for.
    pub const ALL: [Self; 2] = [Self::Amd64, Self::Arm64];

    /// As Docker calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amd64 => "linux/amd64",
            Self::Arm64 => "linux/arm64",
        }
    }

    /// The processor as wheels and markers call it (`platform_machine`).
    pub fn machine(self) -> &'static str {
        match self {
            Self::Amd64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    /// Those that the settings list; none where they list none.
    pub(crate) fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Vec<Self> {
        let names = table.strings("platforms", problems).unwrap_or_default();
        let platforms = names.into_iter().filter_map(|name| {
            let known = Self::ALL.into_iter().find(|platform| platform.name() == name.value);
            if known.is_none() {
                let all = Self::ALL.map(Self::name);
                problems.push(
                    Problem::error(format!("`{}` is not a supported platform", name.value))
                        .at(name.place)
                        .remedy(format!("supported are {}", quoted(&all))),
                );
            }
            known
        });
        platforms.collect()
    }
}
