//! How Python ends on SIGTERM from its first instant, as process 1 too.
//!
//! The kernel drops a signal for process 1 until that has a handler. So the command of an image blocks SIGTERM before Python
//! starts, which keeps it pending, and Python lets it in with its first line of code: this one, which `site` runs for every
//! interpreter of the environment. Programs with a handler of their own, such as uvicorn, replace it.

/// The name of the file, in the folder of packages.
pub const FILE: &str = "end_on_sigterm.pth";
/// All that the file says.
pub const LINE: &str = "import _signal, os; term = _signal.SIGTERM; \
    (os.getpid() == 1 or term in _signal.pthread_sigmask(_signal.SIG_BLOCK, ())) and \
    (_signal.signal(term, lambda *_: os._exit(143)), _signal.pthread_sigmask(_signal.SIG_UNBLOCK, (term,)))";
