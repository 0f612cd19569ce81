//! The modules of Python itself.

/// Of 3.11 to 3.14, as `sys.stdlib_module_names` has them, but for what is private.
#[rustfmt::skip]
const NAMES: [&str; 221] = [
    "__future__", "__main__", "abc", "aifc", "annotationlib", "antigravity", "argparse", "array", "ast", "asynchat",
    "asyncio", "asyncore", "atexit", "audioop", "base64", "bdb", "binascii", "bisect", "builtins", "bz2",
    "cProfile", "calendar", "cgi", "cgitb", "chunk", "cmath", "cmd", "code", "codecs", "codeop", "collections",
    "colorsys", "compileall", "compression", "concurrent", "configparser", "contextlib", "contextvars", "copy",
    "copyreg", "crypt", "csv", "ctypes", "curses", "dataclasses", "datetime", "dbm", "decimal", "difflib", "dis",
    "distutils", "doctest", "email", "encodings", "ensurepip", "enum", "errno", "faulthandler", "fcntl", "filecmp",
    "fileinput", "fnmatch", "fractions", "ftplib", "functools", "gc", "genericpath", "getopt", "getpass", "gettext",
    "glob", "graphlib", "grp", "gzip", "hashlib", "heapq", "hmac", "html", "http", "idlelib", "imaplib", "imghdr",
    "imp", "importlib", "inspect", "io", "ipaddress", "itertools", "json", "keyword", "lib2to3", "linecache",
    "locale", "logging", "lzma", "mailbox", "mailcap", "marshal", "math", "mimetypes", "mmap", "modulefinder",
    "msilib", "msvcrt", "multiprocessing", "netrc", "nis", "nntplib", "nt", "ntpath", "nturl2path", "numbers",
    "opcode", "operator", "optparse", "os", "ossaudiodev", "pathlib", "pdb", "pickle", "pickletools", "pipes",
    "pkgutil", "platform", "plistlib", "poplib", "posix", "posixpath", "pprint", "profile", "pstats", "pty", "pwd",
    "py_compile", "pyclbr", "pydoc", "pydoc_data", "pyexpat", "queue", "quopri", "random", "re", "readline",
    "reprlib", "resource", "rlcompleter", "runpy", "sched", "secrets", "select", "selectors", "shelve", "shlex",
    "shutil", "signal", "site", "smtpd", "smtplib", "sndhdr", "socket", "socketserver", "spwd", "sqlite3",
    "sre_compile", "sre_constants", "sre_parse", "ssl", "stat", "statistics", "string", "stringprep", "struct",
    "subprocess", "sunau", "symtable", "sys", "sysconfig", "syslog", "tabnanny", "tarfile", "telnetlib", "tempfile",
    "termios", "textwrap", "this", "threading", "time", "timeit", "tkinter", "token", "tokenize", "tomllib",
    "trace", "traceback", "tracemalloc", "tty", "turtle", "turtledemo", "types", "typing", "unicodedata",
    "unittest", "urllib", "uu", "uuid", "venv", "warnings", "wave", "weakref", "webbrowser", "winreg", "winsound",
    "wsgiref", "xdrlib", "xml", "xmlrpc", "zipapp", "zipfile", "zipimport", "zlib", "zoneinfo",
];

/// Modules, and names in modules, that left Python, with the minor version of Python 3 that no longer has them ("What's New in Python", section "Removed").
#[rustfmt::skip]
const REMOVED: [(&str, u64); 75] = [
    ("aifc", 13), ("ast.Bytes", 14), ("ast.NameConstant", 14), ("ast.Num", 14), ("ast.Str", 14), ("asynchat", 12),
    ("asyncio.coroutine", 11), ("asyncore", 12), ("audioop", 13), ("binascii.b2a_hqx", 11), ("binhex", 11),
    ("cgi", 13), ("cgitb", 13), ("chunk", 13), ("collections.AsyncIterable", 10), ("collections.AsyncIterator", 10),
    ("collections.Awaitable", 10), ("collections.ByteString", 10), ("collections.Callable", 10),
    ("collections.Collection", 10), ("collections.Container", 10), ("collections.Coroutine", 10),
    ("collections.Generator", 10), ("collections.Hashable", 10), ("collections.ItemsView", 10),
    ("collections.Iterable", 10), ("collections.Iterator", 10), ("collections.KeysView", 10),
    ("collections.Mapping", 10), ("collections.MappingView", 10), ("collections.MutableMapping", 10),
    ("collections.MutableSequence", 10), ("collections.MutableSet", 10), ("collections.Reversible", 10),
    ("collections.Sequence", 10), ("collections.Set", 10), ("collections.Sized", 10), ("collections.ValuesView", 10),
    ("crypt", 13), ("distutils", 12), ("formatter", 10), ("fractions.gcd", 9), ("gettext.lgettext", 11),
    ("imghdr", 13), ("imp", 12), ("importlib.abc.Finder", 12), ("importlib.abc.ResourceReader", 14),
    ("importlib.abc.Traversable", 14), ("importlib.abc.TraversableResources", 14), ("importlib.find_loader", 12),
    ("inspect.formatargspec", 11), ("inspect.getargspec", 11), ("lib2to3", 13), ("locale.resetlocale", 13),
    ("mailcap", 13), ("nis", 13), ("nntplib", 13), ("ossaudiodev", 13), ("pipes", 13), ("pkgutil.ImpImporter", 12),
    ("pkgutil.ImpLoader", 12), ("pkgutil.find_loader", 14), ("pkgutil.get_loader", 14), ("smtpd", 12), ("sndhdr", 13),
    ("spwd", 13), ("ssl.match_hostname", 12), ("ssl.wrap_socket", 12), ("sunau", 13), ("telnetlib", 13),
    ("unittest.findTestCases", 13), ("unittest.getTestCaseNames", 13), ("unittest.makeSuite", 13), ("uu", 13),
    ("xdrlib", 13),
];

/// Modules, and names in modules, that came with a later Python than 3.8, with its minor version.
#[rustfmt::skip]
const ADDED: [(&str, u64); 66] = [
    ("annotationlib", 14), ("asyncio.Runner", 11), ("asyncio.TaskGroup", 11), ("asyncio.timeout", 11),
    ("collections.abc.Buffer", 12), ("compression", 14), ("concurrent.futures.InterpreterPoolExecutor", 14),
    ("contextlib.aclosing", 10), ("contextlib.chdir", 11), ("copy.replace", 13), ("datetime.UTC", 11),
    ("enum.ReprEnum", 11), ("enum.StrEnum", 11), ("enum.verify", 11), ("functools.Placeholder", 14),
    ("functools.cache", 9), ("graphlib", 9), ("hashlib.file_digest", 11),
    ("importlib.metadata.packages_distributions", 10), ("inspect.markcoroutinefunction", 12),
    ("itertools.batched", 12), ("itertools.pairwise", 10), ("logging.getHandlerByName", 12),
    ("logging.getLevelNamesMapping", 11), ("math.cbrt", 11), ("math.exp2", 11), ("math.fma", 13),
    ("math.sumprod", 12), ("operator.call", 11), ("operator.is_none", 14), ("os.process_cpu_count", 13),
    ("pathlib.UnsupportedOperation", 13), ("queue.ShutDown", 13), ("random.binomialvariate", 12),
    ("statistics.kde", 13), ("string.templatelib", 14), ("sys.exception", 11), ("tomllib", 11),
    ("types.EllipsisType", 10), ("types.NoneType", 10), ("types.UnionType", 10), ("typing.Annotated", 9),
    ("typing.Concatenate", 10), ("typing.LiteralString", 11), ("typing.Never", 11), ("typing.NoDefault", 13),
    ("typing.NotRequired", 11), ("typing.ParamSpec", 10), ("typing.ReadOnly", 13), ("typing.Required", 11),
    ("typing.Self", 11), ("typing.TypeAlias", 10), ("typing.TypeAliasType", 12), ("typing.TypeGuard", 10),
    ("typing.TypeIs", 13), ("typing.TypeVarTuple", 11), ("typing.Unpack", 11), ("typing.assert_never", 11),
    ("typing.assert_type", 11), ("typing.dataclass_transform", 11), ("typing.get_protocol_members", 13),
    ("typing.override", 12), ("typing.reveal_type", 11), ("uuid.uuid7", 14), ("warnings.deprecated", 13),
    ("zoneinfo", 9),
];

/// A module of the standard library, or a name in one, with a version of Python.
pub type Since = (&'static str, (u64, u64));

/// The first Python that no longer has what a dotted name leads to.
pub fn removed_in(path: &str) -> Option<Since> {
    minor(&REMOVED, path)
}

/// The first Python that has what a dotted name leads to.
pub fn added_in(path: &str) -> Option<Since> {
    minor(&ADDED, path)
}

/// Of the name itself or of a module that it is in.
fn minor(of: &'static [(&'static str, u64)], path: &str) -> Option<Since> {
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    let mut found = ends.filter_map(|end| {
        let at = of.binary_search_by_key(&&path[..end], |(name, _)| name).ok()?;
        Some((of[at].0, (3, of[at].1)))
    });
    found.next()
}

/// What is not part of Python, and comes with it, or with an environment.
const BESIDE: [&str; 4] = ["_distutils_hack", "pip", "pkg_resources", "setuptools"];

/// Whether a dotted name leads into Python itself.
pub fn is_standard(path: &str) -> bool {
    NAMES.binary_search(&top(path)).is_ok()
}

/// Whether a package has to bring it, as far as its name tells: what is private or generated may come otherwise.
pub fn is_of_a_package(path: &str) -> bool {
    let top = top(path);
    let is_generated = top.ends_with("_pb2") || top.ends_with("_pb2_grpc");
    !is_standard(path) && !BESIDE.contains(&top) && !top.starts_with('_') && !is_generated
}

fn top(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(NAMES.is_sorted());
        assert!(REMOVED.is_sorted() && ADDED.is_sorted());
    }

    #[test]
    fn what_comes_with_python_is_known() {
        for path in [
            "os.path",
            "__future__.annotations",
            "compression.zstd",
            "zoneinfo",
            "concurrent.futures",
        ] {
            assert!(is_standard(path), "{path}");
        }
        for path in ["pip", "_yaml", "chat_pb2", "chat_pb2_grpc.ChatStub", "sys"] {
            assert!(!is_of_a_package(path), "{path}");
        }
        assert!(is_of_a_package("yaml") && is_of_a_package("osprofiler"));
    }
}
