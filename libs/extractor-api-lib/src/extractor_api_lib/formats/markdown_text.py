"""Markdown (CommonMark with tables)."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.html_page import blocks_of
from extractor_api_lib.formats.lists import Item, grouped
from extractor_api_lib.formats.plain_text import decode
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield headings, paragraphs, lists, code, tables and blocks of HTML, without their marks."""
    yield from grouped(_items(decode(data)))


def _items(text: str) -> Iterator[Item]:  # noqa: PLR0912
    rows: list[list[str]] = []
    in_table = False
    heading: int | None = None
    lists: list[int | None] = []
    mark: str | None = None
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        match token.type:
            case "table_open":
                in_table, rows = True, []
            case "table_close":
                in_table = False
                yield Item(Found(table_text(rows), PieceType.TABLE))
            case "tr_open":
                rows.append([])
            case "heading_open":
                heading = int(token.tag.removeprefix("h"))
            case "heading_close":
                heading = None
            case "html_block":
                yield from (Item(found) for found in blocks_of(token.content))
            case "inline" if in_table:
                rows[-1].append(_plain(token))
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                number = lists[-1]
                mark = "  " * (len(lists) - 1) + ("• " if number is None else f"{number}. ")
                lists[-1] = None if number is None else number + 1
            case "inline" if content := _plain(token).strip():
                is_list = bool(lists) and heading is None
                found = Found(f"{mark or ''}{content}" if is_list else content, heading=heading)
                yield Item(found, is_list, is_continued=is_list and mark is None)
                mark = None
            case "fence" | "code_block" if content := token.content.strip("\n"):
                yield Item(Found(content))
            case _:
                pass


def _plain(token: Token) -> str:
    parts: list[str] = []
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type in {"text", "code_inline", "image"}:
            parts.append(child.content)
    return "".join(parts)
