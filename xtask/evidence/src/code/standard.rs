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
