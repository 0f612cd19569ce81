"""The pages of a Confluence space, by the REST API that Cloud and Data Center have in common.

A client of our own over one call: the libraries for it bring another HTTP stack, which knows neither our bounds nor to
keep to one server.
"""

import base64
import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from pydantic import BaseModel, Field, ValidationError

from extractor_api_lib.errors import SourceError
from extractor_api_lib.fetching import fetch
from extractor_api_lib.settings import ExtractorSettings

_PAGES_IN_AN_ANSWER = 25
_SPACE = re.compile(r"/(?:spaces|display)/([A-Za-z0-9~._-]+)")


class _View(BaseModel):
    value: str = ""


class _Body(BaseModel):
    export_view: _View = _View()


class _Links(BaseModel):
    webui: str = ""
    next: str | None = None


class _Version(BaseModel):
    number: int | None = None


class _Page(BaseModel):
    title: str
    version: _Version = _Version()
    body: _Body = _Body()
    links: _Links = Field(default=_Links(), alias="_links")


class _Pages(BaseModel):
    results: list[_Page]
    links: _Links = Field(default=_Links(), alias="_links")


@dataclass(frozen=True, slots=True)
class ConfluencePage:
    """A page with its address for people, as HTML."""

    url: str
    data: bytes
    version: int | None


class Confluence:
    """Reads spaces of the server that the settings name, with their credentials, which go nowhere else."""

    def __init__(self, settings: ExtractorSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Take the place of the network with `transport`, for tests."""
        self._settings = settings
        self._base = (settings.confluence_url or "").rstrip("/")
        # No redirect is followed, so no credentials are sent to anybody else. The address is the operator's, and may
        # be one of their own network.
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=settings.fetch_timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            headers=_headers(settings),
        )

    async def pages(self, url: str) -> AsyncIterator[ConfluencePage]:
        """Yield the current pages of the space at `url`; raises `SourceError`, also for too many."""
        key = self._space(url)
        expand = "expand=body.export_view,version&type=page&status=current"
        path: str | None = f"/rest/api/content?spaceKey={quote(key)}&{expand}&limit={_PAGES_IN_AN_ANSWER}"
        count = 0
        while path:
            answer = await self._answer(path)
            for page in answer.results:
                count += 1
                if count > self._settings.max_source_pages:
                    most = self._settings.max_source_pages
                    raise SourceError(f"the space {key} has more pages than the limit of {most}")
                text = f"<h1>{html.escape(page.title)}</h1>{page.body.export_view.value}"
                yield ConfluencePage(self._base + page.links.webui, text.encode(), page.version.number)
            path = self._next(answer.links.next)
        if not count:
            raise SourceError(f"the space {key} has no page that can be seen with these credentials")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _space(self, url: str) -> str:
        if not self._base:
            raise SourceError("no Confluence is set up: CONFLUENCE_URL of document-extractor names it")
        if not f"{url.rstrip('/')}/".startswith(f"{self._base}/"):
            raise SourceError(f"{url} is not below {self._base}, the Confluence that is set up")
        named = _SPACE.search(url.removeprefix(self._base))
        queried = parse_qs(urlsplit(url).query).get("spaceKey") or parse_qs(urlsplit(url).query).get("key")
        if named:
            return named[1]
        if queried:
            return queried[0]
        raise SourceError(f"{url} names no space: it has neither /spaces/KEY nor /display/KEY")

    async def _answer(self, path: str) -> _Pages:
        fetched = await fetch(self._client, self._base + path, self._settings)
        try:
            return _Pages.model_validate_json(fetched.data)
        except ValidationError as error:
            raise SourceError(f"{self._base} did not answer as Confluence does") from error

    def _next(self, link: str | None) -> str | None:
        """Return the path of the next answer below our base; the server names it with its own prefix, or without."""
        if not link:
            return None
        prefix = urlsplit(self._base).path
        path = link.removeprefix(prefix)
        if not path.startswith("/rest/api/"):
            raise SourceError(f"{self._base} names a next page elsewhere: {link}")
        return path


def _headers(settings: ExtractorSettings) -> dict[str, str]:
    """Return a bearer token for Data Center; with a user, the basic authentication that Cloud wants."""
    headers = {"User-Agent": "document-extractor", "Accept": "application/json", "Accept-Encoding": "gzip"}
    token = settings.confluence_token.get_secret_value() if settings.confluence_token else None
    if token and settings.confluence_user:
        pair = base64.b64encode(f"{settings.confluence_user}:{token}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    elif token:
        headers["Authorization"] = f"Bearer {token}"
    return headers
