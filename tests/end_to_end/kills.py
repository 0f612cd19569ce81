"""Kills every process at every step of uploads, re-uploads and deletions, and counts what is lost.

    python tests/end_to_end/kills.py --kills 100        of each process; 3 by default. Takes an hour
    python tests/end_to_end/kills.py --only rag-backend --kills 20 --seed 7

The services run from source, on free ports and in a folder of their own, with Qdrant, files and status embedded. In
each round a new document is uploaded, another one is replaced and a third is deleted, all at once, while questions are
asked; meanwhile one process gets SIGKILL, at a moment anywhere between the first request and the last effect, and is
started again. Nothing else is done by hand. Then everything has to be as the answers to the requests said:

    lost      an upload that was accepted is not listed as ready, not handed out byte for byte, or not found
    by hand   something is still unfinished, in error or not ready after a minute
    wrong     an answer that is neither of the old nor of the new text of a document; a deleted document that is found

The exit code is 0 when all three are 0. Needs nothing but Python; `cargo xtask` makes the environments.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from killed_service import SERVICES, TOKEN, Service, free_port

WORKER = "extraction worker"
TARGETS = (*SERVICES, WORKER)
SETTLED_SECONDS = 60
START_SECONDS = 60
STEADY = 3
"""Documents that nobody touches."""
MEASURED = 6
"""Rounds without a kill; the last of them also replace and delete."""


def ask(
    url: str, *, method: str = "GET", data: bytes | None = None, kind: str = "application/json"
) -> tuple[int, bytes]:
    """Return status and body; status 0 when there is no answer."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 (http to this machine)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""
    except Exception:  # noqa: BLE001 (http.client has errors of its own for answers that break off)
        return 0, b""


def invented(numbers: random.Random) -> str:
    """Return a word that no other document has."""
    return "".join(numbers.choice("bdfgklmnprstvz") + numbers.choice("aeiou") for _ in range(6))


@dataclass
class Known:
    """A document as its users know it: the texts that it may have in the end, None among them when it may be gone.

    `answers` are those that may be found by now: also the one before an upload that is not yet indexed.
    """

    word: str
    texts: list[str | None]
    answers: list[str | None]
    history: list[str] = field(default_factory=list[str])


class Application:
    """The services, and what users do with them."""

    def __init__(self, folder: Path, seed: int) -> None:
        ports = {name: free_port() for name in SERVICES}
        self.services = {name: Service(name, folder, ports) for name in SERVICES}
        self.numbers = random.Random(seed)  # noqa: S311 (no secret)
        self.known: dict[str, Known] = {}
        self.found: Counter[str] = Counter()
        self.notes: list[str] = []
        self._admin, self._rag = (f"http://127.0.0.1:{ports[name]}" for name in ("admin-backend", "rag-backend"))
        self._count = 0
        self._changing = threading.Lock()

    def count(self, what: str, note: str) -> None:
        """Count a fault, with what was seen."""
        self.found[what] += 1
        self.notes.append(f"{what}: {note}")
        print(f"# {what}: {note}", flush=True)

    def new_text(self, word: str) -> str:
        """Return a text about a word, with a number that no other text has."""
        self._count += 1
        return f"The {word} valve opens at {100_000 + self._count} pascal.\n\nIts seal is changed every year."

    def new_name(self) -> str:
        """Return the name of a new document, which nobody has uploaded yet."""
        self._count += 1
        name = f"document-{self._count}.txt"
        with self._changing:
            self.known[name] = Known(invented(self.numbers), [None], [None])
        return name

    def upload(self, name: str) -> int:
        """Upload a new text of a document, and note what it may be from now on."""
        known = self.known[name]
        text = self.new_text(known.word)
        with self._changing:
            before, known.texts = known.texts, [*known.texts, text]
            known.answers = [*known.answers, text]
        line = "kill-test-boundary"
        head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = f"{head}{text}\r\n--{line}--\r\n".encode()
        status, said = ask(
            f"{self._admin}/upload_file", method="POST", data=body, kind=f"multipart/form-data; boundary={line}"
        )
        known.history.append(f"upload {text[-60:-33]!r}: {status}")
        with self._changing:
            if status == 202:
                known.texts = [text]
            elif status not in {0, 500, 502, 503, 504}:
                self.count("wrong", f"upload of {name}: {status} {said!r}")
                known.texts = before
        return status

    def delete(self, name: str) -> int:
        """Delete a document, and note what it may be from now on."""
        known = self.known[name]
        with self._changing:
            known.texts, known.answers = [*known.texts, None], [*known.answers, None]
        status, said = ask(f"{self._admin}/delete_document/{name}", method="DELETE")
        known.history.append(f"delete: {status}")
        with self._changing:
            if status == 204:
                known.texts = known.answers = [None]
            elif status == 503 and b"goes on by itself" in said:
                known.texts = [None]
            elif status not in {0, 500, 502, 503, 504}:
                self.count("wrong", f"deletion of {name}: {status} {said!r}")
        return status

    def question(self, name: str) -> str | None:
        """Ask about a document; return what is cited of it, None without an answer, empty when it is not cited."""
        body = json.dumps({"message": f"At which pressure does the {self.known[name].word} valve open?"}).encode()
        status, said = ask(f"{self._rag}/chat/kills", method="POST", data=body)
        if status != 200:
            return None
        cited = [part for part in json.loads(said)["citations"] if part["document_id"] == name]
        return cited[0]["excerpt"] if cited else ""

    def check_answer(self, name: str) -> None:
        """Count an answer that fits no text that the document may have, now or while it was asked."""
        with self._changing:
            before = list(self.known[name].answers)
        said = self.question(name)
        with self._changing:
            may_be = [*before, *self.known[name].answers]
        if said is None:
            return
        number = next((word for word in said.split() if word.isdecimal()), None)
        texts = [text for text in may_be if text is not None]
        fits = None in may_be if not said else any(number is not None and number in text for text in texts)
        if not fits:
            self.count("wrong", f"{name}: {said!r}, while it may be {may_be}; {self.known[name].history}")

    def statuses(self) -> list[dict[str, object]] | None:
        """Return the status of all documents; None without an answer."""
        status, said = ask(f"{self._admin}/all_documents_status")
        return json.loads(said) if status == 200 else None

    def is_settled(self) -> bool:
        """Tell whether all services are ready and nothing is being worked on."""
        for service in self.services.values():
            if ask(f"http://127.0.0.1:{service.port}/readyz")[0] != 200:
                return False
        found = self.statuses()
        if found is None or any(item["state"] in {"processing", "deleting"} or item["will_retry"] for item in found):
            return False
        status, said = ask(f"{self._admin}/index_status")
        return status == 200 and json.loads(said)["state"] == "complete"

    def wait_until_settled(self, after: str) -> bool:
        """Wait until everything is done; count it when that needs a hand."""
        end = time.monotonic() + SETTLED_SECONDS
        while time.monotonic() < end:
            if self.is_settled():
                return True
            time.sleep(0.1)
        self.count("by hand", f"after {after}: {self.statuses()}; {self._readiness()}")
        return False

    def check_everything(self) -> None:
        """Compare everything with what the answers said, and note which of two possible texts a document has."""
        listed = {str(item["file_name"]): item for item in self.statuses() or []}
        for name, known in self.known.items():
            item = listed.pop(name, None)
            if item is None:
                if None not in known.texts:
                    self.count("lost", f"{name} is not listed; {known.history}")
                known.texts = [None]
            elif item["state"] != "ready":
                self.count("by hand", f"{name} is {item}; {known.history}")
            else:
                status, data = ask(f"{self._admin}/document_reference/{name}")
                if status != 200 or data.decode() not in known.texts:
                    self.count("lost", f"{name} is {data!r}, not {known.texts}; {known.history}")
                known.texts = [data.decode()]
            known.answers = list(known.texts)
            self._check_found(name, known)
        for name in listed:
            self.count("wrong", f"{name} is listed, and nobody uploaded it")
        for name in [name for name, known in self.known.items() if known.texts == [None]]:
            del self.known[name]

    def _check_found(self, name: str, known: Known) -> None:
        said = self.question(name)
        (text,) = known.texts
        if said is None:
            self.count("by hand", f"no answer about {name}")
        elif text is None and said:
            self.count("wrong", f"{name} is deleted, and found; {known.history}")
        elif text is not None and not said:
            self.count("lost", f"{name} is ready, and not found; {known.history}")
        elif text is not None and text.split(".")[0] not in said:
            self.count("wrong", f"{name} is answered by {said!r}, not by {text!r}; {known.history}")

    def _readiness(self) -> str:
        return "; ".join(
            f"{name} {ask(f'http://127.0.0.1:{service.port}/readyz')[1].decode()}"
            for name, service in self.services.items()
        )


def kill(application: Application, target: str) -> bool:
    """Kill a process, and start it again unless its parent does; tell whether there was one."""
    if target == WORKER:
        children = application.services["document-extractor"].children()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return bool(children)
    service = application.services[target]
    service.kill()
    # Sometimes nobody is there for a while, and sometimes somebody is at once.
    time.sleep(application.numbers.choice([0, 0, 0.3]))
    service.start()
    return True


def round_of(application: Application, target: str | None, delay: float, again: str | None, gone: str | None) -> float:
    """Upload, replace and delete at once, kill after `delay` seconds, and see that all is right; return the seconds."""
    new = application.new_name()
    tasks: list[Callable[[], object]] = [lambda: application.upload(new)]
    if again:
        tasks.append(lambda: application.upload(again))
    if gone:
        tasks.append(lambda: application.delete(gone))
    is_over = threading.Event()

    def ask_on() -> None:
        while not is_over.is_set():
            for name in [*list(application.known)[:1], *filter(None, (new, again, gone))]:
                application.check_answer(name)
            time.sleep(0.02)

    threads = [threading.Thread(target=task) for task in tasks]
    asking = threading.Thread(target=ask_on)
    started = time.monotonic()
    for thread in (*threads, asking):
        thread.start()
    if target:
        time.sleep(delay)
        kill(application, target)
    for thread in threads:
        thread.join()
    application.wait_until_settled(f"a kill of {target} {delay:.3f} s after the first request")
    seconds = time.monotonic() - started
    is_over.set()
    asking.join()
    application.check_everything()
    return seconds


def changed(application: Application) -> tuple[str | None, str | None]:
    """Return the names of a document to replace and of one to delete, as soon as there are enough."""
    others = list(application.known)[STEADY:]
    if len(others) < 2:
        return None, None
    again, gone = application.numbers.sample(others, 2)
    return again, gone if len(others) > 4 else None


def run(folder: Path, targets: list[str], kills: int, seed: int) -> Counter[str]:
    """Do all rounds; return what went wrong."""
    application = Application(folder, seed)
    for service in application.services.values():
        service.start()
    try:
        if not application.wait_until_settled("the start"):
            return application.found
        for _ in range(STEADY):
            application.upload(application.new_name())
        application.wait_until_settled("the first uploads")
        # How long a round takes when nobody is killed tells when to kill.
        longest = max(round_of(application, None, 0, *changed(application)) for _ in range(MEASURED))
        print(f"# a round without a kill takes up to {longest:.2f} s", flush=True)
        for target in targets:
            for number in range(kills):
                again, gone = changed(application)
                # Every part of the round is hit, in turn, and at another moment each time.
                delay = longest * (number + application.numbers.random()) / kills
                round_of(application, target, delay, again, gone)
                if (number + 1) % 10 == 0 or number + 1 == kills:
                    counts = ", ".join(f"{what} {application.found[what]}" for what in ("lost", "by hand", "wrong"))
                    print(f"# {target}: {number + 1} kills; {counts}", flush=True)
    finally:
        for service in application.services.values():
            service.stop()
    return application.found


def main() -> int:
    """Read the arguments, run, and print the figures."""
    parser = argparse.ArgumentParser(description="Kills every process of the application, and counts what is lost")
    parser.add_argument("--kills", type=int, default=3, help="kills of each process (default: %(default)s)")
    parser.add_argument("--only", choices=TARGETS, action="append", help="kill this process alone; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="for the moments of the kills (default: %(default)s)")
    parser.add_argument(
        "--folder", type=Path, help="where state and logs are kept (default: a new one, removed at the end)"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = run(folder.resolve(), arguments.only or list(TARGETS), arguments.kills, arguments.seed)
    for what in ("lost", "by hand", "wrong"):
        print(f"{what}: {found[what]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
