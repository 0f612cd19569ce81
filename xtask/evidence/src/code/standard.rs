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

/// Modules that left Python, with the minor version of Python 3 that no longer has them ("What's New in Python", section "Removed").
const REMOVED: [(&str, u64); 26] = [
    ("aifc", 13),
    ("asynchat", 12),
    ("asyncore", 12),
    ("audioop", 13),
    ("binhex", 11),
    ("cgi", 13),
    ("cgitb", 13),
    ("chunk", 13),
    ("crypt", 13),
    ("distutils", 12),
    ("formatter", 10),
    ("imghdr", 13),
    ("imp", 12),
    ("lib2to3", 13),
    ("mailcap", 13),
    ("nis", 13),
    ("nntplib", 13),
    ("ossaudiodev", 13),
    ("pipes", 13),
    ("smtpd", 12),
    ("sndhdr", 13),
    ("spwd", 13),
    ("sunau", 13),
    ("telnetlib", 13),
    ("uu", 13),
    ("xdrlib", 13),
];

/// Modules that came with a later Python than 3.8, with its minor version.
const ADDED: [(&str, u64); 5] = [
    ("annotationlib", 14),
    ("compression", 14),
    ("graphlib", 9),
    ("tomllib", 11),
    ("zoneinfo", 9),
];

/// The first Python that no longer has a module of the standard library.
pub fn removed_in(path: &str) -> Option<(u64, u64)> {
    minor(&REMOVED, path)
}

/// The first Python that has a module of the standard library.
pub fn added_in(path: &str) -> Option<(u64, u64)> {
    minor(&ADDED, path)
}

fn minor(of: &[(&str, u64)], path: &str) -> Option<(u64, u64)> {
    let at = of.binary_search_by_key(&top(path), |(name, _)| name).ok()?;
    Some((3, of[at].1))
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
