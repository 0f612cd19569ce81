"""Items of a list, brought together into one piece, with the paragraph that leads to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from extractor_api_lib.formats.found import Found
from extractor_api_lib.models import PieceType

_LONGEST_LIST = 2000
"""Characters of a piece that is still added to."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a reader found; `is_continued` tells that it is a further paragraph of the item before."""

    found: Found
    is_list: bool = False
    is_continued: bool = False


def grouped(items: Iterable[Item]) -> Iterator[Found]:
    """Yield what was found, with the items of a list as the lines of one piece."""
    waiting: Item | None = None
    for item in items:
        if waiting and _belongs(waiting, item):
            separator = "\n  " if item.is_continued else "\n"
            content = f"{waiting.found.content}{separator}{item.found.content}"
            waiting = Item(replace(waiting.found, content=content), is_list=True)
            continue
        if waiting:
            yield waiting.found
        waiting = item
    if waiting:
        yield waiting.found


def _belongs(before: Item, item: Item) -> bool:
    if not item.is_list or len(before.found.content) > _LONGEST_LIST or before.found.heading is not None:
        return False
    if before.found.type is not PieceType.TEXT or before.found.page != item.found.page:
        return False
    return before.is_list or before.found.content.endswith(":")
