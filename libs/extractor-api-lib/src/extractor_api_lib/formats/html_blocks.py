"""Which blocks of a web page are its text, and which are menus, tables of contents and other links."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractor_api_lib.formats.lists import Item

_LEAST_RUN = 3
"""Blocks in a row that are nothing but links, when they are a menu or a table of contents."""
_LEAST_TEXT = 0.2
"""Part of a page's letters that has to be left; a page of links is left whole."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, item or table; `is_link` tells that all its text is linked."""

    item: Item
    is_link: bool = False


def without_navigation(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without runs of links, and without the links before the first and after the last text."""
    kept: list[Block] = []
    start = 0
    while start < len(blocks):
        end = start
        while end < len(blocks) and blocks[end].is_link and blocks[end].item.found.heading is None:
            end += 1
        at_edge = end == len(blocks) or not any(_is_text(block) for block in blocks[:start])
        if end - start < _LEAST_RUN and not (at_edge and end > start):
            end = max(end, start + 1)
            kept += blocks[start:end]
        start = end
    if _letters(kept) < _LEAST_TEXT * _letters(blocks):
        return list(blocks)
    return _without_empty_headings(kept)


def _is_text(block: Block) -> bool:
    return not block.is_link and block.item.found.heading is None


def _letters(blocks: Sequence[Block]) -> int:
    return sum(len(block.item.found.content) for block in blocks)


def _without_empty_headings(blocks: list[Block]) -> list[Block]:
    """Return the blocks without a title that the first heading says again."""
    titles = [block.item.found for block in blocks[:2]]
    if len(titles) == 2 and titles[1].heading == 1 and titles[0].content == titles[1].content:
        return blocks[1:]
    return blocks
