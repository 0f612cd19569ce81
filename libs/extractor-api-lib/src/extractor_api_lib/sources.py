"""From the address of a page, a sitemap or a Confluence space to pieces."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping, Sequence

import httpx

from extractor_api_lib.confluence import Confluence
from extractor_api_lib.errors import BrokenFileError, ExtractionError, GoneError, SourceError
from extractor_api_lib.fetching import Fetched, UnchangedError, fetch
from extractor_api_lib.formats.xml_tree import local, parse_xml
from extractor_api_lib.models import ExtractedPiece, ExtractionAnswer, SourceRequest, SourceType
from extractor_api_lib.progress import Told
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.worker_pool import WorkerPool
from rag_core_lib.wire.extraction import KnownPage, PagesRead, ReadPage, SkippedPage

_PAGES_AT_ONCE = 4
_MEDIA_TYPE = "application/xml"


class Sources:
    """Fetches with `client` and reads with `workers`."""

    def __init__(
        self, client: httpx.AsyncClient, confluence: Confluence, workers: WorkerPool, settings: ExtractorSettings
    ) -> None:
        self._client = client
        self._confluence = confluence
        self._workers = workers
        self._settings = settings

    async def read(self, source: SourceRequest, told: Told) -> ExtractionAnswer:
        """Return the pieces of a source, and tell how far it is; raises every `ExtractionError`.

        Of pages that are known and have not changed there are none.
        """
        url = source.url
        known = {page.url: page for page in source.known}
        if source.type is SourceType.WEB_PAGE:
            return await self._page(KnownPage(url=url), known)
        try:
            async with asyncio.timeout(self._settings.source_timeout_seconds):
                is_space = source.type is SourceType.CONFLUENCE_SPACE
                answers = await (self._space(url, known, told) if is_space else self._sitemap(url, known, told))
        except TimeoutError as error:
            raise SourceError(
                f"{url}: its pages took longer than {self._settings.source_timeout_seconds:g} s"
            ) from error
        return _together(url, answers)

    async def _page(self, entry: KnownPage, known: Mapping[str, KnownPage]) -> ExtractionAnswer:
        """Return the pieces of one page, or of whatever file is there; raises every `ExtractionError`."""
        before = known.get(entry.url)
        if before and entry.lastmod and before.lastmod == entry.lastmod and not (before.etag or before.last_modified):
            return _unchanged(before)
        try:
            fetched = await fetch(self._client, entry.url, self._settings, before)
        except UnchangedError:
            return _unchanged((before or entry).model_copy(update={"lastmod": entry.lastmod}))
        read = {"etag": fetched.etag, "last_modified": fetched.last_modified}
        return await self._read(entry.model_copy(update=read), fetched)

    async def _sitemap(
        self, url: str, known: Mapping[str, KnownPage], told: Told
    ) -> Sequence[ExtractionAnswer | SkippedPage]:
        """Read all pages of a sitemap or an index of sitemaps (https://www.sitemaps.org/protocol.html).

        Raises `SourceError` when there are too many.
        """
        found = {entry.url: entry async for entry in self._pages(url, may_nest=True)}
        turn = asyncio.Semaphore(_PAGES_AT_ONCE)
        count = 0
        told(PagesRead(read=count, of=len(found)))

        async def read(entry: KnownPage) -> ExtractionAnswer | SkippedPage:
            nonlocal count
            async with turn:
                try:
                    answer: ExtractionAnswer | SkippedPage = await self._page(entry, known)
                except ExtractionError as error:
                    answer = _skipped(entry.url, error)
            count += 1
            told(PagesRead(read=count, of=len(found)))
            return answer

        return await asyncio.gather(*(read(entry) for entry in found.values()))

    async def _space(
        self, url: str, known: Mapping[str, KnownPage], told: Told
    ) -> Sequence[ExtractionAnswer | SkippedPage]:
        """Read all pages of a Confluence space. A server tells how many there are only by its last answer."""
        answers: list[ExtractionAnswer | SkippedPage] = []
        async for page in self._confluence.pages(url):
            before = known.get(page.url)
            if before and before.version is not None and before.version == page.version:
                answers.append(_unchanged(before))
            else:
                entry = KnownPage(url=page.url, version=page.version)
                try:
                    answers.append(await self._read(entry, Fetched(page.url, "text/html", page.data)))
                except ExtractionError as error:
                    answers.append(_skipped(page.url, error))
            told(PagesRead(read=len(answers)))
        return answers

    async def _pages(self, url: str, *, may_nest: bool) -> AsyncIterator[KnownPage]:
        try:
            root = parse_xml((await fetch(self._client, url, self._settings)).data, url)
        except BrokenFileError as error:
            raise SourceError(f"{url} is not a sitemap: {error}") from error
        kind = local(root)
        if kind not in {"urlset", "sitemapindex"} or (kind == "sitemapindex" and not may_nest):
            raise SourceError(f"{url} is not a sitemap: its root element is {kind}")
        found = [_entry({local(item): (item.text or "").strip() for item in entry}) for entry in root]
        found = [entry for entry in found if entry]
        if len(found) > self._settings.max_source_pages:
            raise SourceError(f"{url} names {len(found)} pages; the limit is {self._settings.max_source_pages}")
        count = 0
        for address in found:
            if kind == "urlset":
                yield address
                continue
            async for page in self._pages(address.url, may_nest=False):
                count += 1
                if count > self._settings.max_source_pages:
                    raise SourceError(f"{url} names more pages than the limit of {self._settings.max_source_pages}")
                yield page

    async def _read(self, page: KnownPage, fetched: Fetched) -> ExtractionAnswer:
        file = io.BytesIO(fetched.data)
        answer = await asyncio.to_thread(self._workers.extract, fetched.url, file, fetched.readable_type())
        pieces = [ExtractedPiece.model_validate({**dict(piece), "source": fetched.url}) for piece in answer.pieces]
        read = ReadPage.model_validate({**page.model_dump(), "pieces": len(pieces), "is_unchanged": False})
        return ExtractionAnswer(document=page.url, media_type=answer.media_type, pieces=pieces, pages=[read])


def _entry(texts: Mapping[str, str]) -> KnownPage | None:
    """Return an entry of a sitemap."""
    if "loc" not in texts:
        return None
    return KnownPage(url=texts["loc"], lastmod=texts.get("lastmod") or None)


def _unchanged(page: KnownPage) -> ExtractionAnswer:
    read = ReadPage.model_validate({**page.model_dump(), "pieces": 0, "is_unchanged": True})
    return ExtractionAnswer(document=page.url, media_type=_MEDIA_TYPE, pieces=[], pages=[read])


def _skipped(url: str, error: ExtractionError) -> SkippedPage:
    return SkippedPage(url=url, reason=str(error), is_gone=isinstance(error, GoneError))


def _together(url: str, answers: Sequence[ExtractionAnswer | SkippedPage]) -> ExtractionAnswer:
    """Return the pieces of all pages as one document; raises `SourceError` when no page could be read."""
    skipped = [answer for answer in answers if isinstance(answer, SkippedPage)]
    read = [answer for answer in answers if isinstance(answer, ExtractionAnswer)]
    pages = [page for answer in read for page in answer.pages]
    pieces = [piece for answer in read for piece in answer.pieces]
    if not pieces and not any(page.is_unchanged for page in pages):
        first = f"; the first: {skipped[0].reason}" if skipped else ""
        raise SourceError(f"{url}: none of its {len(answers)} pages can be read{first}")
    numbered = [piece.model_copy(update={"position": position}) for position, piece in enumerate(pieces)]
    return ExtractionAnswer(document=url, media_type=_MEDIA_TYPE, pieces=numbered, pages=pages, skipped=skipped)
