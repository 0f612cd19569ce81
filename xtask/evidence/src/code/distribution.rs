use super::standard::is_standard;
use formats::PackageName;

/// Modules whose distribution has another name, with every distribution that brings them.
///
/// A lock does not say which modules a distribution has. For most the names are alike; these are the well-known ones for
/// which they are not. What is in no lock under any of these names is not told about.
const EXCEPTIONS: [(&str, &[&str]); 123] = [
    ("Crypto", &["pycryptodome", "pycrypto"]),
    ("Cryptodome", &["pycryptodomex"]),
    ("Levenshtein", &["levenshtein", "python-levenshtein"]),
    ("MySQLdb", &["mysqlclient"]),
    ("OpenGL", &["pyopengl"]),
    ("OpenSSL", &["pyopenssl"]),
    ("PIL", &["pillow", "pillow-simd"]),
    ("Xlib", &["python-xlib"]),
    ("_pytest", &["pytest"]),
    ("absl", &["absl-py"]),
    ("allauth", &["django-allauth"]),
    ("antlr4", &["antlr4-python3-runtime"]),
    ("attr", &["attrs"]),
    ("aws_cdk", &["aws-cdk-lib"]),
    ("barcode", &["python-barcode"]),
    ("box", &["python-box"]),
    ("bs4", &["beautifulsoup4"]),
    ("bson", &["pymongo"]),
    ("cairo", &["pycairo"]),
    ("cattr", &["cattrs"]),
    ("consul", &["python-consul", "python-consul2", "py-consul"]),
    ("corsheaders", &["django-cors-headers"]),
    ("crispy_forms", &["django-crispy-forms"]),
    ("crontab", &["python-crontab"]),
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
    ("dbus", &["dbus-python"]),
    ("debug_toolbar", &["django-debug-toolbar"]),
    ("decouple", &["python-decouple"]),
    ("discord", &["discord-py"]),
    ("django_filters", &["django-filter"]),
    ("dns", &["dnspython"]),
    ("docx", &["python-docx"]),
    ("dotenv", &["python-dotenv"]),
    ("engineio", &["python-engineio"]),
    ("environ", &["django-environ", "environ-config"]),
    ("factory", &["factory-boy"]),
    ("faiss", &["faiss-cpu", "faiss-gpu"]),
    ("ffmpeg", &["ffmpeg-python"]),
    ("fitz", &["pymupdf"]),
    ("fpdf", &["fpdf2", "fpdf"]),
    ("functorch", &["torch"]),
    ("gi", &["pygobject"]),
    ("git", &["gitpython"]),
    ("github", &["pygithub"]),
    ("gitlab", &["python-gitlab"]),
    ("gnupg", &["python-gnupg"]),
    ("google.protobuf", &["protobuf"]),
    ("googleapiclient", &["google-api-python-client"]),
    ("graphql", &["graphql-core"]),
    ("gridfs", &["pymongo"]),
    ("grpc", &["grpcio"]),
    ("grpc_health", &["grpcio-health-checking"]),
    ("grpc_reflection", &["grpcio-reflection"]),
    ("grpc_status", &["grpcio-status"]),
    ("grpc_tools", &["grpcio-tools"]),
    ("haystack", &["haystack-ai", "farm-haystack"]),
    ("igraph", &["igraph", "python-igraph"]),
    ("iptc", &["python-iptables"]),
    ("jenkins", &["python-jenkins"]),
    ("jose", &["python-jose"]),
    ("jwt", &["pyjwt"]),
    ("kafka", &["kafka-python", "kafka-python-ng"]),
    ("keycloak", &["python-keycloak"]),
    ("ldap", &["python-ldap"]),
    ("llama_cpp", &["llama-cpp-python"]),
    ("magic", &["python-magic"]),
    ("markdown_it", &["markdown-it-py"]),
    ("memcache", &["python-memcached"]),
    ("mpl_toolkits", &["matplotlib"]),
    ("multipart", &["python-multipart", "multipart"]),
    ("nacl", &["pynacl"]),
    ("nats", &["nats-py"]),
    ("odf", &["odfpy"]),
    ("opentelemetry", &["opentelemetry-api"]),
    ("osgeo", &["gdal"]),
    ("past", &["future"]),
    ("pdfminer", &["pdfminer-six", "pdfminer"]),
    ("pinecone", &["pinecone", "pinecone-client"]),
    ("pkg_resources", &["setuptools"]),
    ("pptx", &["python-pptx"]),
    ("psycopg2", &["psycopg2", "psycopg2-binary"]),
    ("pwiz", &["peewee"]),
    ("py", &["py", "pytest"]),
    ("pylab", &["matplotlib"]),
    ("pythoncom", &["pywin32"]),
    ("pythonjsonlogger", &["python-json-logger"]),
    ("pywintypes", &["pywin32"]),
    ("pyximport", &["cython"]),
    ("qdrant_edge", &["qdrant-edge-py"]),
    ("rapidjson", &["python-rapidjson"]),
    ("rest_framework", &["djangorestframework"]),
    ("rest_framework_simplejwt", &["djangorestframework-simplejwt"]),
    ("rpds", &["rpds-py"]),
    ("samtranslator", &["aws-sam-translator"]),
    ("serial", &["pyserial"]),
    ("skimage", &["scikit-image"]),
    ("sklearn", &["scikit-learn"]),
    ("slugify", &["python-slugify"]),
    ("snappy", &["python-snappy"]),
    ("socketio", &["python-socketio"]),
    ("socks", &["pysocks"]),
    ("speech_recognition", &["speechrecognition"]),
    ("stdnum", &["python-stdnum"]),
    ("storages", &["django-storages"]),
    ("talib", &["ta-lib"]),
    ("telebot", &["pytelegrambotapi"]),
    ("telegram", &["python-telegram-bot"]),
    ("tensorflow", &["tensorflow", "tensorflow-cpu"]),
    ("tlz", &["toolz"]),
    ("tree", &["dm-tree"]),
    ("ulid", &["python-ulid", "ulid-py"]),
    ("umap", &["umap-learn"]),
    ("usb", &["pyusb"]),
    ("vertexai", &["google-cloud-aiplatform"]),
    ("weaviate", &["weaviate-client"]),
    ("websocket", &["websocket-client"]),
    ("win32api", &["pywin32"]),
    ("win32com", &["pywin32"]),
    ("win32con", &["pywin32"]),
    ("win32gui", &["pywin32"]),
    ("yaml", &["pyyaml"]),
    ("zmq", &["pyzmq"]),
];

/// The distribution that a dotted name is imported from, out of those that are known: the longest match wins.
pub fn distribution(path: &str, is_known: impl Fn(&PackageName) -> bool) -> Option<PackageName> {
    if is_standard(path) {
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
/// oversight. Out of the thousand that are downloaded most.
#[rustfmt::skip]
const WELL_KNOWN: [&str; 204] = [
    "aioboto3", "aiobotocore", "aiofiles", "aiohttp", "aiosqlite", "alembic", "altair", "anthropic", "anyio",
    "apscheduler", "argcomplete", "asgiref", "asyncpg", "authlib", "babel", "backoff", "bcrypt", "beartype",
    "bleach", "boto3", "botocore", "cachetools", "cattrs", "celery", "chardet", "click", "cloudpickle", "cohere",
    "croniter", "cryptography", "dask", "datasets", "debugpy", "deepdiff", "defusedxml", "dill", "django",
    "docutils", "duckdb", "elasticsearch", "email_validator", "faker", "fastapi", "fastavro", "fastmcp", "filelock",
    "flask", "flask_cors", "flask_login", "flask_sqlalchemy", "freezegun", "fsspec", "gcsfs", "gevent", "gradio",
    "graphene", "gspread", "gunicorn", "h5py", "html5lib", "httpx", "httpx_sse", "huggingface_hub", "humanize",
    "hypothesis", "imageio", "ipykernel", "itsdangerous", "jinja2", "jmespath", "joblib", "json_repair",
    "jsonpatch", "jsonpath_ng", "jsonschema", "kombu", "kubernetes", "langchain", "langchain_community",
    "langchain_core", "langchain_openai", "langchain_text_splitters", "langfuse", "langgraph", "langsmith",
    "litellm", "loguru", "lxml", "mako", "markdownify", "marshmallow", "matplotlib", "mcp", "mistralai", "mistune",
    "mlflow", "more_itertools", "moto", "msal", "msgpack", "msgspec", "mypy", "networkx", "nltk", "numba", "numpy",
    "oauthlib", "omegaconf", "onnxruntime", "openai", "openpyxl", "orjson", "pandas", "paramiko", "passlib",
    "pdfplumber", "peewee", "pendulum", "pgvector", "phonenumbers", "pika", "playwright", "plotly", "polars",
    "prettytable", "prometheus_client", "psutil", "psycopg", "pyarrow", "pydantic", "pydantic_ai",
    "pydantic_settings", "pymongo", "pymysql", "pyodbc", "pypdf", "pypdfium2", "pytest", "pytest_asyncio", "pytz",
    "qdrant_client", "rapidfuzz", "redis", "reportlab", "requests", "requests_mock", "requests_oauthlib",
    "responses", "respx", "rich", "safetensors", "scipy", "seaborn", "selenium", "sentence_transformers",
    "sentry_sdk", "shapely", "simplejson", "slack_sdk", "slowapi", "spacy", "sqlalchemy", "sqlglot", "sqlmodel",
    "sqlparse", "sse_starlette", "starlette", "statsmodels", "streamlit", "stripe", "structlog", "sympy",
    "tabulate", "tenacity", "testcontainers", "tiktoken", "tokenizers", "tomlkit", "toolz", "torch", "torchvision",
    "tornado", "tqdm", "transformers", "trio", "typer", "typing_extensions", "ujson", "urllib3", "uvicorn",
    "uvloop", "validators", "watchdog", "watchfiles", "weasyprint", "websockets", "werkzeug", "xgboost",
    "xlsxwriter", "xmltodict", "xxhash", "yarl", "zeep", "zstandard",
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

/// What one asks an index for, to get a module whose distribution has another name.
pub fn usual(path: &str) -> Option<PackageName> {
    let mut prefix = path;
    loop {
        if let Ok(at) = EXCEPTIONS.binary_search_by_key(&prefix, |(module, _)| module) {
            return EXCEPTIONS[at].1.first().and_then(|name| PackageName::parse(name));
        }
        prefix = prefix.rsplit_once('.')?.0;
    }
}

/// Whether a distribution may bring a module, by their names: every word of the module is in its name, as those of
/// `corsheaders` do in `django-cors-headers`. Hardly any brings modules of whose names it has nothing, and the table above
/// has those.
pub fn may_bring(distribution: &str, path: &str) -> bool {
    let letters = distribution.chars().filter(char::is_ascii_alphanumeric);
    let squeezed: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let stands = |word: &str| squeezed.contains(word.trim_end_matches('s'));
    let top = path.split('.').next().unwrap_or_default().to_ascii_lowercase();
    if top.split('_').filter(|word| !word.is_empty()).all(stands) {
        return true;
    }
    let is_in = |module: &str| {
        path.strip_prefix(module)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let mut exceptions = EXCEPTIONS.iter().filter(|(module, _)| is_in(module));
    exceptions.any(|(_, names)| names.contains(&distribution))
}

/// Whether a distribution may be that of a module which nothing else is known of: they share a word, as `python-redmine` and
/// `redminelib` do, or the module is short for it, as `fdb` is for `foundationdb`.
pub fn may_be_short_for(distribution: &str, path: &str) -> bool {
    let module = path.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let mut words = distribution.split(|c: char| !c.is_ascii_alphabetic());
    if words.any(|word| word.len() > 3 && !OF_MANY.contains(&word) && module.contains(word)) {
        return true;
    }
    let mut letters = distribution.chars();
    distribution.chars().next() == module.chars().next() && module.chars().all(|letter| letters.any(|of| of == letter))
}

/// Words that the names of many distributions have.
const OF_MANY: [&str; 8] = [
    "client", "core", "django", "fastapi", "flask", "plugin", "python", "utils",
];

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

    /// What was seen in environments, and what is in none of them.
    #[test]
    fn names_tell_what_may_bring_a_module() {
        for (distribution, module) in [
            ("django-cors-headers", "corsheaders"),
            ("django-filter", "django_filters.rest_framework"),
            ("python-magic-bin", "magic"),
            ("beautifulsoup4", "bs4"),
            ("google-cloud-storage", "google.cloud.bigquery"),
            ("protobuf", "google.protobuf.message"),
            ("opencv-contrib-python", "cv2"),
            ("pymongo", "bson.objectid"),
        ] {
            assert!(may_bring(distribution, module), "{distribution} {module}");
        }
        for (distribution, module) in [
            ("pydantic", "pydantic_settings"),
            ("httpx", "requests"),
            ("attrs", "yaml"),
        ] {
            assert!(!may_bring(distribution, module), "{distribution} {module}");
        }
    }

    #[test]
    fn a_module_may_be_short_for_a_distribution() {
        for (distribution, module) in [
            ("python-redmine", "redminelib"),
            ("foundationdb", "fdb"),
            ("ldap3-orm", "ldap3_orm.core"),
        ] {
            assert!(may_be_short_for(distribution, module), "{distribution} {module}");
        }
        for (distribution, module) in [
            ("uvicorn", "pgqueuer"),
            ("python-multipart", "pythonnet"),
            ("psycopg", "chonkie"),
        ] {
            assert!(!may_be_short_for(distribution, module), "{distribution} {module}");
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
        assert_eq!(
            of(
                "opentelemetry.exporter.otlp.proto.http.trace_exporter",
                &["opentelemetry-api", "opentelemetry-exporter-otlp-proto-http"]
            )
            .as_deref(),
            Some("opentelemetry-exporter-otlp-proto-http")
        );
        assert_eq!(of("os.path", &["fastapi"]), None);
        assert_eq!(of("dataclasses", &["dataclasses"]), None);
    }
}
