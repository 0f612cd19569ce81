"""Calls PEP 517 hooks: each build in a process of its own, forked once the backend is imported.

Reads an order from standard input, as JSON, and writes a line of JSON for each build that ended, in the order in which
they end. What a build prints goes to its log.
"""

import contextlib
import gzip
import importlib
import io
import json
import os
import re
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable

# Backends that load and compile most of what they need in their first build: it takes 60 to 100 ms of processor time,
# and every further one 2 to 6 ms. They keep nothing of a build but what they have loaded, unlike setuptools.
LAZY = {"poetry.core.masonry.api", "hatchling.build", "pdm.backend"}
# Nothing of it is in a wheel that is kept.
SMALLEST = """\
[project]
name = "smallest"
version = "1"
description = "It has what makes a backend load its parsers."
requires-python = ">=3.11"
dependencies = ["other>=1,<2; python_version < '3.13'"]
"""


def main() -> None:
    """Loads the backend once, then forks for each build, as many at a time as the order allows."""
    order = json.load(sys.stdin)
    os.umask(order["umask"])
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence(os.devnull)
    try:
        backend, failure = load(order["backend"]), None
    except BaseException as error:  # noqa: BLE001 (foreign code, which may call sys.exit; each build reports it)
        backend, failure = None, explained(error)
    if len(order["builds"]) > 1 and order["backend"] in LAZY:
        warm_up(backend)
    waiting, running = list(reversed(order["builds"])), {}
    while waiting or running:
        while waiting and len(running) < order["jobs"]:
            build = waiting.pop()
            print(json.dumps({"id": build["id"], "event": "started"}), file=reports, flush=True)
            child = os.fork()
            if child == 0:
                answer(backend, failure, build, order)
            running[child] = build
        child, status = os.wait()
        build = running.pop(child)
        try:
            with open(build["report"], encoding="utf-8") as file:  # noqa: PTH123 (JSON gives the path as text)
                report = json.load(file)
        except (OSError, ValueError):
            report = {"error": f"the build ended with status {os.waitstatus_to_exitcode(status)} and no report"}
        print(json.dumps({"id": build["id"], "event": "ended", **report}), file=reports, flush=True)


def silence(path: str) -> None:
    """Sends standard output and standard error to a file, for programs that a backend starts as well."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def explained(error: BaseException) -> str:
    """The error as Python shows it, without the frames of this script, which say nothing about the backend."""
    told = traceback.TracebackException.from_exception(error)
    frames = [frame for frame in told.stack if frame.filename != "<string>"]
    told.stack = traceback.StackSummary.from_list(frames) if frames else None
    return "".join(told.format())


def load(name: str) -> object:
    """Imports a backend by its name in `build-backend`: a module, and perhaps an object inside (PEP 517)."""
    module, _, path = name.partition(":")
    backend = importlib.import_module(module)
    for attribute in filter(None, path.split(".")):
        backend = getattr(backend, attribute)
    return backend


def warm_up(backend: object) -> None:
    """Builds a package with nothing in it, so that each forked process starts with what the backend has loaded."""
    here = os.getcwd()  # noqa: PTH109 (stays text)
    with tempfile.TemporaryDirectory() as folder:
        project, out = os.path.join(folder, "project"), os.path.join(folder, "out")  # noqa: PTH118 (as above)
        os.makedirs(os.path.join(project, "smallest"))  # noqa: PTH103, PTH118 (as above)
        os.mkdir(out)  # noqa: PTH102 (as above)
        files = {"pyproject.toml": SMALLEST, "smallest/__init__.py": ""}
        for name, text in files.items():
            with open(os.path.join(project, name), "w", encoding="utf-8") as file:  # noqa: PTH118, PTH123 (as above)
                file.write(text)
        os.chdir(project)
        # Foreign code, which may call sys.exit. What is wrong, the builds that count say.
        with contextlib.suppress(Exception, SystemExit):
            backend.build_wheel(out)
        os.chdir(here)


def answer(backend: object, failure: str | None, build: dict, order: dict) -> None:
    """Runs a build in the forked process and leaves its report in a file; never returns to the loop of `main`."""
    try:
        silence(build["log"])
        os.umask(int(order["build_umask"], 8))
        shift_clock(order["clock_shift"])
        report = {"error": failure} if failure else {"file": run(backend, build), **contents(build)}
    except BaseException as error:  # noqa: BLE001 (foreign code, which may call sys.exit; the report tells)
        report = {"error": explained(error)}
    try:
        with open(build["report"], "w", encoding="utf-8") as file:  # noqa: PTH123 (as above)
            json.dump(report, file)
        sys.stdout.flush()
    finally:
        os._exit(0)


def run(backend: object, build: dict) -> str:
    """Calls the hook that makes the archive, inside the staged package; the answer is the name of the file."""
    os.chdir(build["dir"])
    sys.argv[:] = ["build"]
    kind = build["kind"]
    require(getattr(backend, f"get_requires_for_build_{kind}", None))
    name = getattr(backend, f"build_{kind}")(build["out"])
    build["file"] = os.path.join(build["out"], name)  # noqa: PTH118 (stays text, as JSON gave it)
    if kind == "sdist":
        canonical(build["file"])
    return name


def require(hook: Callable[[], list[str]] | None) -> None:
    """Refuses a backend that asks for a package that is not installed: nothing is fetched during a build."""
    asked = hook() if hook else []
    if not asked:
        return
    import importlib.metadata  # noqa: PLC0415 (slow to load, and most backends ask for nothing)

    for text in asked:
        name = re.match(r"[A-Za-z0-9._-]+", text.strip())
        try:
            importlib.metadata.version(name.group() if name else text)
        except importlib.metadata.PackageNotFoundError:
            raise SystemExit(f"the backend asks for `{text}`, which the tools lock does not pin") from None


def canonical(path: str) -> None:
    """Writes a source archive again, so that it does not tell who made it and when.

    PEP 625 names it, PEP 721 unpacks it.
    """
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    with tarfile.open(path) as archive:
        members = [
            (member, archive.extractfile(member) if member.isfile() else None) for member in archive.getmembers()
        ]
        members.sort(key=lambda pair: pair[0].name)
        buffer = io.BytesIO()
        with (
            gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=epoch) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as target,
        ):
            for member, content in members:
                if member.isdir():
                    continue
                plain = tarfile.TarInfo(member.name)
                plain.size, plain.type, plain.linkname = member.size, member.type, member.linkname
                plain.mtime, plain.mode = epoch, 0o755 if member.mode & 0o100 else 0o644
                target.addfile(plain, content)
    with open(path, "wb") as file:  # noqa: PTH123 (as above)
        file.write(buffer.getvalue())


def contents(build: dict) -> dict[str, list[str] | str]:
    """The names of an archive's members, and the core metadata of a wheel."""
    if build["kind"] == "sdist":
        with tarfile.open(build["file"]) as archive:
            return {"members": archive.getnames(), "metadata": ""}
    with zipfile.ZipFile(build["file"]) as archive:
        members = archive.namelist()
        metadata = [name for name in members if name.count("/") == 1 and name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata[0]).decode() if metadata else ""
        return {"members": members, "metadata": text}


def shift_clock(seconds: int) -> None:
    """For a check: a backend that writes down the time of the build is found out."""
    if not seconds:
        return
    now, now_ns, local, utc, show = time.time, time.time_ns, time.localtime, time.gmtime, time.strftime
    time.time = lambda: now() + seconds
    time.time_ns = lambda: now_ns() + seconds * 10**9
    time.localtime = lambda at=None: local(time.time() if at is None else at)
    time.gmtime = lambda at=None: utc(time.time() if at is None else at)
    time.strftime = lambda form, at=None: show(form, time.localtime() if at is None else at)


main()
