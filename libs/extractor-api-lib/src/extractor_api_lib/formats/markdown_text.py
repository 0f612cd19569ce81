"""Markdown (CommonMark with tables)."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.html_page import blocks_of
from extractor_api_lib.formats.text_encoding import decode
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_SHOWN_KEY = re.compile(r"^(title|description|summary|subtitle):[ \t]*(\S.*)$", re.MULTILINE)


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield headings, paragraphs, list items, code, tables and blocks of HTML, without their marks.

    Of front matter the title and the description are kept.
    """
    yield from blocks(decode(data))


def blocks(text: str) -> Iterator[Found]:
    """Yield the blocks of a text in Markdown."""
    front = _FRONT_MATTER.match(text)
    if front:
        for key, value in _SHOWN_KEY.findall(front[1]):
            yield Found(value.strip().strip("\"'"), heading=1 if key == "title" else None)
    yield from _blocks(text[front.end() :] if front else text)


def _blocks(text: str) -> Iterator[Found]:
    rows: list[list[str]] = []
    in_table = False
    heading: int | None = None
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        match token.type:
            case "table_open":
                in_table, rows = True, []
            case "table_close":
                in_table = False
                yield Found(table_text(rows), PieceType.TABLE)
            case "tr_open":
                rows.append([])
            case "heading_open":
                heading = int(token.tag.removeprefix("h"))
            case "heading_close":
                heading = None
            case "html_block":
                yield from blocks_of(token.content)
            case "inline" if in_table:
                rows[-1].append(_plain(token))
            case "inline" if text := _plain(token).strip():
                yield Found(text, heading=heading)
            case "fence" | "code_block" if text := token.content.strip():
                yield Found(text)
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
