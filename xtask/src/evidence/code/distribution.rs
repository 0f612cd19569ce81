use crate::repo::PackageName;

/// Modules whose distribution has another name, with every distribution that brings them.
///
/// A lock does not say which modules a distribution has. For most the names are alike; these are the well-known ones for
/// which they are not. What is in no lock under any of these names is not told about.
const EXCEPTIONS: [(&str, &[&str]); 63] = [
    ("Crypto", &["pycryptodome", "pycrypto"]),
    ("Cryptodome", &["pycryptodomex"]),
    ("Levenshtein", &["levenshtein", "python-levenshtein"]),
    ("MySQLdb", &["mysqlclient"]),
    ("OpenSSL", &["pyopenssl"]),
    ("PIL", &["pillow", "pillow-simd"]),
    ("_pytest", &["pytest"]),
    ("attr", &["attrs"]),
    ("bs4", &["beautifulsoup4"]),
    ("cairo", &["pycairo"]),
    (
        "cv2",
        &[
            "opencv-python-headless",
            "opencv-python",
            "opencv-contrib-python-headless",
            "opencv-contrib-python",
        ],
    ),
    ("dateutil", &["python-dateutil"]),
    ("discord", &["discord-py"]),
    ("dns", &["dnspython"]),
    ("docx", &["python-docx"]),
    ("dotenv", &["python-dotenv"]),
    ("factory", &["factory-boy"]),
    ("faiss", &["faiss-cpu", "faiss-gpu"]),
    ("fitz", &["pymupdf"]),
    ("gi", &["pygobject"]),
    ("git", &["gitpython"]),
    ("github", &["pygithub"]),
    ("gitlab", &["python-gitlab"]),
    ("google.protobuf", &["protobuf"]),
    ("googleapiclient", &["google-api-python-client"]),
    ("grpc", &["grpcio"]),
    ("grpc_health", &["grpcio-health-checking"]),
    ("grpc_tools", &["grpcio-tools"]),
    ("igraph", &["igraph", "python-igraph"]),
    ("jose", &["python-jose"]),
    ("jwt", &["pyjwt"]),
    ("kafka", &["kafka-python", "kafka-python-ng"]),
    ("keycloak", &["python-keycloak"]),
    ("ldap", &["python-ldap"]),
    ("magic", &["python-magic"]),
    ("markdown_it", &["markdown-it-py"]),
    ("memcache", &["python-memcached"]),
    ("mpl_toolkits", &["matplotlib"]),
    ("multipart", &["python-multipart", "multipart"]),
    ("nacl", &["pynacl"]),
    ("opentelemetry", &["opentelemetry-api"]),
    ("pkg_resources", &["setuptools"]),
    ("pptx", &["python-pptx"]),
    ("psycopg2", &["psycopg2", "psycopg2-binary"]),
    ("pwiz", &["peewee"]),
    ("qdrant_edge", &["qdrant-edge-py"]),
    ("rest_framework", &["djangorestframework"]),
    ("serial", &["pyserial"]),
    ("skimage", &["scikit-image"]),
    ("sklearn", &["scikit-learn"]),
    ("slugify", &["python-slugify"]),
    ("snappy", &["python-snappy"]),
    ("socks", &["pysocks"]),
    ("speech_recognition", &["speechrecognition"]),
    ("talib", &["ta-lib"]),
    ("telegram", &["python-telegram-bot"]),
    ("umap", &["umap-learn"]),
    ("usb", &["pyusb"]),
    ("weaviate", &["weaviate-client"]),
    ("websocket", &["websocket-client"]),
    ("win32api", &["pywin32"]),
    ("yaml", &["pyyaml"]),
    ("zmq", &["pyzmq"]),
];

/// Modules of Python itself that some distribution, usually an old backport, has the name of.
const OF_PYTHON: [&str; 14] = [
    "argparse",
    "asyncio",
    "configparser",
    "contextvars",
    "dataclasses",
    "enum",
    "functools",
    "pathlib",
    "signal",
    "statistics",
    "tomllib",
    "typing",
    "unittest",
    "uuid",
];

/// The distribution that a dotted name is imported from, out of those that are known: the longest match wins.
pub fn distribution(path: &str, is_known: impl Fn(&PackageName) -> bool) -> Option<PackageName> {
    let top = path.split('.').next().unwrap_or_default();
    if OF_PYTHON.contains(&top) {
        return None;
    }
    let mut prefix = path;
    loop {
        let exception = EXCEPTIONS.binary_search_by_key(&prefix, |(module, _)| module).ok();
        let exceptions = exception.map_or(&[][..], |at| EXCEPTIONS[at].1).iter();
        let alike = PackageName::parse(&prefix.replace('.', "-"));
        let mut names = exceptions.filter_map(|name| PackageName::parse(name)).chain(alike);
        if let Some(known) = names.find(&is_known) {
            return Some(known);
        }
        prefix = prefix.rsplit_once('.')?.0;
    }
}

/// Modules that only the distribution of their own name brings, and everybody knows: to import one that is in no lock is an
/// oversight.
const WELL_KNOWN: [&str; 40] = [
    "aiohttp",
    "alembic",
    "anthropic",
    "boto3",
    "celery",
    "click",
    "django",
    "fastapi",
    "flask",
    "gunicorn",
    "httpx",
    "jinja2",
    "langchain",
    "langgraph",
    "loguru",
    "matplotlib",
    "nltk",
    "numpy",
    "openai",
    "orjson",
    "pandas",
    "polars",
    "prometheus_client",
    "pydantic",
    "pydantic_settings",
    "pypdf",
    "pytest",
    "redis",
    "requests",
    "rich",
    "scipy",
    "sqlalchemy",
    "starlette",
    "structlog",
    "tenacity",
    "torch",
    "tqdm",
    "transformers",
    "typer",
    "uvicorn",
];

/// The same, of modules whose distribution has another name: as it stands first in [`EXCEPTIONS`].
const WELL_KNOWN_EXCEPTIONS: [&str; 8] = ["PIL", "bs4", "dateutil", "docx", "dotenv", "jwt", "sklearn", "yaml"];

/// The distribution of a module that is in no lock, where nothing else can be meant.
pub fn well_known(path: &str) -> Option<PackageName> {
    let top = path.split('.').next().unwrap_or_default();
    if WELL_KNOWN_EXCEPTIONS.contains(&top) {
        let known = EXCEPTIONS.binary_search_by_key(&top, |(module, _)| module).ok()?;
        return PackageName::parse(EXCEPTIONS[known].1.first()?);
    }
    let known = WELL_KNOWN.binary_search(&top).ok()?;
    PackageName::parse(WELL_KNOWN[known])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_modules_are_sorted() {
        assert!(WELL_KNOWN.is_sorted());
        for module in WELL_KNOWN_EXCEPTIONS {
            assert!(well_known(module).is_some(), "{module}");
        }
    }

    #[test]
    fn exceptions_are_sorted() {
        for pair in EXCEPTIONS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "move `{}` before `{}`", pair[1].0, pair[0].0);
        }
    }

    #[test]
    fn the_longest_name_wins() {
        let of = |path: &str, known: &[&str]| {
            distribution(path, |name| known.contains(&name.as_str())).map(|name| name.to_string())
        };
        assert_eq!(of("yaml.nodes", &["pyyaml"]).as_deref(), Some("pyyaml"));
        assert_eq!(
            of("google.cloud.storage.Client", &["google-cloud-storage"]).as_deref(),
            Some("google-cloud-storage")
        );
        assert_eq!(
            of("opentelemetry.sdk.trace", &["opentelemetry-api", "opentelemetry-sdk"]).as_deref(),
            Some("opentelemetry-sdk")
        );
        assert_eq!(
            of("opentelemetry.trace", &["opentelemetry-api", "opentelemetry-sdk"]).as_deref(),
            Some("opentelemetry-api")
        );
        assert_eq!(
            of("pydantic_settings", &["pydantic", "pydantic-settings"]).as_deref(),
            Some("pydantic-settings")
        );
        assert_eq!(of("os.path", &["fastapi"]), None);
        assert_eq!(of("dataclasses", &["dataclasses"]), None);
    }
}
