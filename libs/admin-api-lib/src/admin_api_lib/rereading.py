"""A source that is read again: what was found now, with what was kept of pages that were not read now."""

from collections.abc import Sequence

from admin_api_lib.neighbours import Extraction, FoundBlock
from rag_core_lib.wire.extraction import ReadPage, SkippedPage


def together(found: Extraction, kept: Extraction | None) -> tuple[Extraction, str | None]:
    """Return the whole of a source, and a remark about pages that could not be read.

    A page that has not changed, or that could not be read this time, has the text that was kept of it. One that is
    gone, or that the source no longer lists, has none.
    """
    before = dict(_by_page(kept)) if kept else {}
    pages: list[tuple[ReadPage, Sequence[FoundBlock]]] = []
    for url, (page, pieces) in _by_page(found):
        pages.append(before.get(url, (page, pieces)) if page.is_unchanged else (page, pieces))
    unread = [page for page in found.skipped if not page.is_gone and page.url in before]
    pages += [before[page.url] for page in unread]
    gone = [page for page in found.skipped if page.is_gone and page.url in before]
    missing = [page for page in found.skipped if page.url not in before]
    if not pages:
        # Answers that do not list pages are of one page.
        return found, _remark(missing, unread, gone)
    pieces = [piece for _, blocks in pages for piece in blocks]
    numbered = [piece.model_copy(update={"position": position}) for position, piece in enumerate(pieces)]
    whole = found.model_copy(
        update={
            "media_type": kept.media_type if kept and not found.pieces else found.media_type,
            "pages": [page.model_copy(update={"is_unchanged": False}) for page, _ in pages],
            "pieces": numbered,
        }
    )
    return whole, _remark(missing, unread, gone)


def _by_page(extraction: Extraction) -> list[tuple[str, tuple[ReadPage, Sequence[FoundBlock]]]]:
    """Return each page with its pieces, which follow each other in the order of the pages."""
    pages: list[tuple[str, tuple[ReadPage, Sequence[FoundBlock]]]] = []
    start = 0
    for page in extraction.pages:
        pages.append((page.url, (page, extraction.pieces[start : start + page.pieces])))
        start += page.pieces
    return pages


def _remark(missing: Sequence[SkippedPage], unread: Sequence[SkippedPage], gone: Sequence[SkippedPage]) -> str | None:
    kinds = (
        (missing, "of its pages could not be read"),
        (unread, "of its pages could not be read again, and the earlier text is kept"),
        (gone, "of its pages no longer exist, and the text was removed"),
    )
    told = [f"{len(pages)} {what}; the first: {pages[0].reason}" for pages, what in kinds if pages]
    return ". ".join(told) or None
