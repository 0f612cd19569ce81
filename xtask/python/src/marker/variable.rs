/// The variables of PEP 508, and `extra`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// `python_version`: two numbers.
    PythonVersion,
    /// `python_full_version`.
    PythonFullVersion,
    /// `implementation_version`.
    ImplementationVersion,
    /// `platform_release`.
    PlatformRelease,
    /// `platform_version`.
    PlatformVersion,
    /// `sys_platform`.
    SysPlatform,
    /// `platform_system`.
    PlatformSystem,
    /// `os_name`.
    OsName,
    /// `platform_machine`.
    PlatformMachine,
    /// `platform_python_implementation`.
    PlatformPythonImplementation,
    /// `implementation_name`.
    ImplementationName,
    /// `extra`.
    Extra,
    /// `extras` of a `pylock.toml` (PEP 751).
    Extras,
    /// `dependency_groups` of a `pylock.toml`.
    DependencyGroups,
}

/// How the values of a variable compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    PythonVersion,
    PythonFullVersion,
    Version(VersionVariable),
    String(StringVariable),
    Extra,
}

/// Variables whose values are versions, in the order in which diagrams ask for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionVariable {
    /// `python_version` and `python_full_version` at once.
    Python,
    Implementation,
    PlatformRelease,
    PlatformVersion,
}

/// Variables whose values are mere texts, in the order in which diagrams ask for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StringVariable {
    SysPlatform,
    PlatformSystem,
    OsName,
    PlatformMachine,
    PlatformPythonImplementation,
    ImplementationName,
}

impl Variable {
    /// The older spellings with a dot are those of PEP 345, which setuptools and Poetry still take.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "python_version" => Self::PythonVersion,
            "python_full_version" => Self::PythonFullVersion,
            "implementation_version" => Self::ImplementationVersion,
            "platform_release" => Self::PlatformRelease,
            "platform_version" | "platform.version" => Self::PlatformVersion,
            "sys_platform" | "sys.platform" => Self::SysPlatform,
            "platform_system" => Self::PlatformSystem,
            "os_name" | "os.name" => Self::OsName,
            "platform_machine" | "platform.machine" => Self::PlatformMachine,
            "platform_python_implementation" | "platform.python_implementation" | "python_implementation" => {
                Self::PlatformPythonImplementation
            }
            "implementation_name" => Self::ImplementationName,
            "extra" => Self::Extra,
            _ => return None,
        })
    }

    /// The same of a `pylock.toml`, whose markers have two variables that are sets.
    pub(super) fn parse_of_lock(name: &str) -> Option<Self> {
        match name {
            "extras" => Some(Self::Extras),
            "dependency_groups" => Some(Self::DependencyGroups),
            _ => Self::parse(name),
        }
    }

    /// The variable as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::PythonVersion => "python_version",
            Self::PythonFullVersion => "python_full_version",
            Self::ImplementationVersion => "implementation_version",
            Self::PlatformRelease => "platform_release",
            Self::PlatformVersion => "platform_version",
            Self::SysPlatform => "sys_platform",
            Self::PlatformSystem => "platform_system",
            Self::OsName => "os_name",
            Self::PlatformMachine => "platform_machine",
            Self::PlatformPythonImplementation => "platform_python_implementation",
            Self::ImplementationName => "implementation_name",
            Self::Extra => "extra",
            Self::Extras => "extras",
            Self::DependencyGroups => "dependency_groups",
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::PythonVersion => Kind::PythonVersion,
            Self::PythonFullVersion => Kind::PythonFullVersion,
            Self::ImplementationVersion => Kind::Version(VersionVariable::Implementation),
            Self::PlatformRelease => Kind::Version(VersionVariable::PlatformRelease),
            Self::PlatformVersion => Kind::Version(VersionVariable::PlatformVersion),
            Self::SysPlatform => Kind::String(StringVariable::SysPlatform),
            Self::PlatformSystem => Kind::String(StringVariable::PlatformSystem),
            Self::OsName => Kind::String(StringVariable::OsName),
            Self::PlatformMachine => Kind::String(StringVariable::PlatformMachine),
            Self::PlatformPythonImplementation => Kind::String(StringVariable::PlatformPythonImplementation),
            Self::ImplementationName => Kind::String(StringVariable::ImplementationName),
            Self::Extra | Self::Extras | Self::DependencyGroups => Kind::Extra,
        }
    }
}

impl VersionVariable {
    /// The variable that PEP 508 compares; of Python the one that tells releases apart.
    pub(super) fn variable(self) -> Variable {
        match self {
            Self::Python => Variable::PythonFullVersion,
            Self::Implementation => Variable::ImplementationVersion,
            Self::PlatformRelease => Variable::PlatformRelease,
            Self::PlatformVersion => Variable::PlatformVersion,
        }
    }
}

impl StringVariable {
    pub(super) fn variable(self) -> Variable {
        match self {
            Self::SysPlatform => Variable::SysPlatform,
            Self::PlatformSystem => Variable::PlatformSystem,
            Self::OsName => Variable::OsName,
            Self::PlatformMachine => Variable::PlatformMachine,
            Self::PlatformPythonImplementation => Variable::PlatformPythonImplementation,
            Self::ImplementationName => Variable::ImplementationName,
        }
    }
}
