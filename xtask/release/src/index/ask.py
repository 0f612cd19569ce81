"""Asks the simple API of an index (PEP 503, PEP 691) which files it holds, and prints them as JSON.

    ask.py URL PROJECT...      -> {"PROJECT": {"FILE": "SHA-256 in hex"}}

A project that the index does not hold has no files. Where the index names no SHA-256, the file is fetched and digested.
Credentials come in XTASK_INDEX_USERNAME and XTASK_INDEX_PASSWORD, and go to the index itself only. A failure is one
line on standard error.
"""

import base64
import hashlib
import html.parser
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
LARGEST = 512 * 1024 * 1024


class ElsewhereError(Exception):
    """The page of a project redirects to another index: this one does not hold it."""


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects; to another origin only where `stay` is off, as for files."""

    stay = True

    def redirect_request(  # noqa: PLR0913, PLR0917 (the signature is urllib's)
        self, req: urllib.request.Request, fp: object, code: int, msg: str, headers: object, newurl: str
    ) -> urllib.request.Request | None:
        """Raises `ElsewhereError` where a redirect would leave an origin that it has to stay with."""
        if self.stay and origin(newurl) != origin(req.full_url):
            raise ElsewhereError
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Links(html.parser.HTMLParser):
    """The anchors of a project page: file name to URL."""

    def __init__(self) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins an anchor: its URL, and no text yet."""
        if tag == "a":
            self.open = [dict(attrs).get("href") or "", ""]

    def handle_data(self, data: str) -> None:
        """Gathers the text of an anchor, which comes in pieces."""
        if self.open:
            self.open[1] += data

    def handle_endtag(self, tag: str) -> None:
        """Keeps the anchor that ends: its text is the name of the file."""
        if tag == "a" and self.open:
            self.links[self.open[1].strip()] = self.open[0]
            self.open = None


def origin(url: str) -> tuple[str, str | None, int | None]:
    """What credentials and redirects are bound to: scheme, host and port."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def fetch(index: str, url: str, stay: bool) -> tuple[bytes, str, str]:
    """The body of an answer, its media type, and the URL that it came from in the end."""
    if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
        # A page may name anything; no file of this machine is read because an index says so.
        raise ValueError(f"`{url}` is not an http or https URL")
    headers = {"Accept": ACCEPT if stay else "*/*", "User-Agent": "cargo-xtask"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (the caller's index, or what its pages name)
    name, password = os.environ.get("XTASK_INDEX_USERNAME"), os.environ.get("XTASK_INDEX_PASSWORD")
    if name is not None and origin(url) == origin(index):
        token = base64.b64encode(f"{name}:{password or ''}".encode()).decode()
        # Unredirected: another host does not see it.
        request.add_unredirected_header("Authorization", f"Basic {token}")
    redirects = Redirects()
    redirects.stay = stay
    timeout = float(os.environ.get("UV_HTTP_TIMEOUT") or 30)
    with urllib.request.build_opener(redirects).open(request, timeout=timeout) as answer:
        body = answer.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise ValueError("the answer is too large")
        return body, answer.headers.get_content_type(), answer.url


def files(index: str, project: str) -> dict[str, str]:
    """The files of a project, by name, with their SHA-256: from JSON or from HTML, as the index answers."""
    page = urllib.parse.urljoin(index.rstrip("/") + "/", project + "/")
    try:
        body, kind, base = fetch(index, page, stay=True)
    except ElsewhereError:
        return {}
    except urllib.error.HTTPError as error:
        if error.code in (404, 410):
            return {}
        raise
    found = {}
    if kind.endswith("+json"):
        for file in json.loads(body)["files"]:
            sha256 = file.get("hashes", {}).get("sha256")
            found[file["filename"]] = sha256 or digest(index, urllib.parse.urljoin(base, file["url"]))
        return found
    if kind != "text/html" and not kind.endswith("+html"):
        raise ValueError(f"a page of type {kind}")
    links = Links()
    links.feed(body.decode())
    for name, href in links.links.items():
        url, fragment = urllib.parse.urldefrag(urllib.parse.urljoin(base, href))
        algorithm, _, value = fragment.partition("=")
        found[name] = value.lower() if algorithm == "sha256" else digest(index, url)
    return found


def digest(index: str, url: str) -> str:
    """The SHA-256 of a file that the index gives none for; it may lie on another host."""
    return hashlib.sha256(fetch(index, url, stay=False)[0]).hexdigest()


def main(index: str, *projects: str) -> None:
    """Prints what the index holds of the projects, or ends with one line on what went wrong."""
    try:
        json.dump({project: files(index, project) for project in projects}, sys.stdout)
    except urllib.error.HTTPError as error:
        sys.exit(f"it answers {error.code} {error.reason}")
    except urllib.error.URLError as error:
        sys.exit(str(error.reason))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"{error}" or type(error).__name__)


if __name__ == "__main__":
    main(*sys.argv[1:])
