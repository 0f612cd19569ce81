"""From the address of a page, a sitemap or a Confluence space to pieces."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence

import httpx

from extractor_api_lib.confluence import Confluence
from extractor_api_lib.errors import BrokenFileError, ExtractionError, SourceError
from extractor_api_lib.fetching import Fetched, fetch
from extractor_api_lib.formats.xml_tree import local, parse_xml
from extractor_api_lib.models import ExtractedPiece, ExtractionAnswer, SkippedPage, SourceType
from extractor_api_lib.progress import Told
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.worker_pool import WorkerPool
from rag_core_lib.wire.extraction import PagesRead

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

    async def read(self, kind: SourceType, url: str, told: Told) -> ExtractionAnswer:
        """Return the pieces of what is at `url`, and tell how far it is; raises every `ExtractionError`."""
        match kind:
            case SourceType.SITEMAP:
                return await self.sitemap(url, told)
            case SourceType.CONFLUENCE_SPACE:
                return await self.space(url, told)
            case SourceType.WEB_PAGE:
                return await self.page(url)

    async def page(self, url: str) -> ExtractionAnswer:
        """Return the pieces of one page, or of whatever file is at `url`; raises every `ExtractionError`."""
        fetched = await fetch(self._client, url, self._settings)
        return await self._read(url, fetched)

    async def sitemap(self, url: str, told: Told) -> ExtractionAnswer:
        """Return the pieces of all pages of a sitemap or an index of sitemaps (https://www.sitemaps.org/protocol.html).

        Pages that cannot be had are told in `skipped`. Raises `SourceError` when no page can be had, when there are
        too many, and when all together take too long.
        """
        try:
            async with asyncio.timeout(self._settings.source_timeout_seconds):
                pages = [page async for page in self._pages(url, may_nest=True)]
                answers = await self._read_all(list(dict.fromkeys(pages)), told)
        except TimeoutError as error:
            raise SourceError(
                f"{url}: its pages took longer than {self._settings.source_timeout_seconds:g} s"
            ) from error
        return _together(url, answers)

    async def space(self, url: str, told: Told) -> ExtractionAnswer:
        """Return the pieces of all pages of a Confluence space, as `sitemap` does.

        A server tells how many pages there are only by its last answer.
        """
        answers: list[ExtractionAnswer | SkippedPage] = []
        try:
            async with asyncio.timeout(self._settings.source_timeout_seconds):
                async for page in self._confluence.pages(url):
                    try:
                        answers.append(await self._read(page.url, Fetched(page.url, "text/html", page.data)))
                    except ExtractionError as error:
                        answers.append(SkippedPage(url=page.url, reason=str(error)))
                    told(PagesRead(read=len(answers)))
        except TimeoutError as error:
            raise SourceError(
                f"{url}: its pages took longer than {self._settings.source_timeout_seconds:g} s"
            ) from error
        return _together(url, answers)

    async def _read_all(self, pages: list[str], told: Told) -> list[ExtractionAnswer | SkippedPage]:
        turn = asyncio.Semaphore(_PAGES_AT_ONCE)
        count = 0
        told(PagesRead(read=count, of=len(pages)))

        async def read(url: str) -> ExtractionAnswer | SkippedPage:
            nonlocal count
            async with turn:
                try:
                    answer: ExtractionAnswer | SkippedPage = await self.page(url)
                except ExtractionError as error:
                    answer = SkippedPage(url=url, reason=str(error))
            count += 1
            told(PagesRead(read=count, of=len(pages)))
            return answer

        return await asyncio.gather(*(read(url) for url in pages))

    async def _pages(self, url: str, *, may_nest: bool) -> AsyncIterator[str]:
        try:
            root = parse_xml((await fetch(self._client, url, self._settings)).data, url)
        except BrokenFileError as error:
            raise SourceError(f"{url} is not a sitemap: {error}") from error
        kind = local(root)
        if kind not in {"urlset", "sitemapindex"} or (kind == "sitemapindex" and not may_nest):
            raise SourceError(f"{url} is not a sitemap: its root element is {kind}")
        found = [(item.text or "").strip() for entry in root for item in entry if local(item) == "loc"]
        if len(found) > self._settings.max_source_pages:
            raise SourceError(f"{url} names {len(found)} pages; the limit is {self._settings.max_source_pages}")
        count = 0
        for address in found:
            if kind == "urlset":
                yield address
                continue
            async for page in self._pages(address, may_nest=False):
                count += 1
                if count > self._settings.max_source_pages:
                    raise SourceError(f"{url} names more pages than the limit of {self._settings.max_source_pages}")
                yield page

    async def _read(self, url: str, fetched: Fetched) -> ExtractionAnswer:
        file = io.BytesIO(fetched.data)
        answer = await asyncio.to_thread(self._workers.extract, fetched.url, file, fetched.readable_type())
        pieces = [ExtractedPiece.model_validate({**dict(piece), "source": fetched.url}) for piece in answer.pieces]
        return ExtractionAnswer(document=url, media_type=answer.media_type, pieces=pieces)


def _together(url: str, answers: Sequence[ExtractionAnswer | SkippedPage]) -> ExtractionAnswer:
    """Return the pieces of all pages as one document; raises `SourceError` when no page could be read."""
    skipped = [answer for answer in answers if isinstance(answer, SkippedPage)]
    pieces = [piece for answer in answers if isinstance(answer, ExtractionAnswer) for piece in answer.pieces]
    if not pieces:
        first = f"; the first: {skipped[0].reason}" if skipped else ""
        raise SourceError(f"{url}: none of its {len(answers)} pages can be read{first}")
    numbered = [piece.model_copy(update={"position": position}) for position, piece in enumerate(pieces)]
    return ExtractionAnswer(document=url, media_type=_MEDIA_TYPE, pieces=numbered, skipped=skipped)
