"""Pages of the web, fetched within bounds."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from pathlib import PurePosixPath

import httpx

from extractor_api_lib.errors import GoneError, SourceError, UnsupportedTypeError
from extractor_api_lib.formats import format_of, format_of_media_type
from extractor_api_lib.guarded_transport import GuardedTransport
from extractor_api_lib.settings import ExtractorSettings
from rag_core_lib.wire.extraction import KnownPage

_MOST_REDIRECTS = 5
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_HEADERS = {"User-Agent": "document-extractor", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: the address after redirects, its media type in lower case, empty when unsaid, and its bytes.

    Text in an encoding that the server named was made UTF-8 with a byte order mark.
    """

    url: str
    media_type: str
    data: bytes
    etag: str | None = None
    last_modified: str | None = None

    def readable_type(self) -> str:
        """Return the media type that a reader is known for, by what the server said, else by the address.

        Raises `UnsupportedTypeError` when there is none.
        """
        if self.media_type in _UNSAID:
            return format_of(PurePosixPath(httpx.URL(self.url).path).name or self.url).media_type
        known = format_of_media_type(self.media_type)
        if known is None:
            raise UnsupportedTypeError(f"{self.url} has the type {self.media_type}, which is not supported")
        return known.media_type


def create_fetcher(settings: ExtractorSettings, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Return a client that keeps to public addresses, unless the settings allow others; the caller closes it.

    `transport` takes the place of the guarded network, for tests.
    """
    if transport is None:
        transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=20, max_keepalive_connections=0))
        if not settings.allow_private_addresses:
            transport = GuardedTransport(transport)
    return httpx.AsyncClient(
        transport=transport,
        timeout=settings.fetch_timeout_seconds,
        follow_redirects=True,
        max_redirects=_MOST_REDIRECTS,
        trust_env=False,
        headers=_HEADERS,
    )


class UnchangedError(Exception):
    """The page is still the one that is known."""


async def fetch(
    client: httpx.AsyncClient, url: str, settings: ExtractorSettings, known: KnownPage | None = None
) -> Fetched:
    """Return the page at `url`.

    Raises `UnchangedError` when its server says that it is the one that is known, `GoneError` when it says that there
    is none, and `SourceError` when it cannot be had, or is too large or too slow.
    """
    try:
        async with asyncio.timeout(settings.fetch_timeout_seconds):
            async with client.stream("GET", url, headers=_unless_it_is(known)) as response:
                if response.status_code == HTTPStatus.NOT_MODIFIED and known:
                    raise UnchangedError
                if response.status_code in _GONE:
                    raise GoneError(f"{url} answered {response.status_code}")
                if response.status_code != HTTPStatus.OK:
                    raise SourceError(f"{url} answered {response.status_code}")
                data = await _body(response, settings.max_file_bytes)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise SourceError(f"{url} took longer than {settings.fetch_timeout_seconds:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise SourceError(f"{url} cannot be fetched: {error or type(error).__name__}") from error
    if not data:
        raise SourceError(f"{url} is empty")
    header = Message()
    header["Content-Type"] = response.headers.get("Content-Type", "")
    media_type = header.get_content_type() if header["Content-Type"] else ""
    charset = header.get_content_charset()
    text = _in_utf_8(data, charset) if charset else data
    versions = (response.headers.get("ETag"), response.headers.get("Last-Modified"))
    return Fetched(str(response.url), media_type, text, *versions)


def _unless_it_is(known: KnownPage | None) -> dict[str, str]:
    """Return the headers of a conditional request (RFC 9110, section 13)."""
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
    return {name: value for name, value in given.items() if value}


async def _body(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    async for part in _unpacked(response, most):
        body += part
        if len(body) > most:
            raise SourceError(f"{response.url} has more than {most} bytes")
    return bytes(body)


async def _unpacked(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    """Yield the body, never more than `most` bytes at once: a few packed bytes may stand for gigabytes."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        async for part in response.aiter_raw():
            yield part
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise SourceError(f"{response.url} is packed with {encoding}, which was not asked for")
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        async for part in response.aiter_raw():
            yield inflater.decompress(part, most + 1)
    except zlib.error as error:
        raise SourceError(f"{response.url} is damaged: {error}") from error
    if not inflater.eof and not inflater.unconsumed_tail:
        raise SourceError(f"{response.url} ended too early")


def _in_utf_8(data: bytes, charset: str) -> bytes:
    try:
        return data.decode(charset).encode("utf-8-sig")
    except (UnicodeError, LookupError):
        # The readers look for themselves.
        return data
