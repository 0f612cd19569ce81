"""DOCX (ECMA-376, part 1, section 17)."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.office_package import OfficePackage
from extractor_api_lib.formats.xml_tree import attribute, first, local
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

# Moved text stands at its new place too, a fallback says again what the choice before it says.
_NOT_READ = frozenset({"del", "moveFrom", "Fallback", "pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr"})
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING_NAME = re.compile(r"(?:heading |title$)(\d?)")
_NOTES = ("footnotes", "endnotes")


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield paragraphs, tables, text boxes, then foot- and endnotes; a DOCX has no pages before it is printed."""
    package = OfficePackage(data, "DOCX", settings)
    body = first(package.tree(package.main_part), "body")
    if body is None:
        raise BrokenFileError(f"the file is not a readable DOCX: {package.main_part} has no body")
    relations = package.relations(package.main_part).values()
    parts = {item.kind: item.target for item in relations if item.target in package}
    levels = _heading_levels(package.tree(parts["styles"])) if "styles" in parts else {}
    yield from _blocks(body, levels)
    for kind in _NOTES:
        if kind in parts:
            for note in package.tree(parts[kind]):
                yield from _blocks(note, {})


def _heading_levels(styles: ET.Element) -> dict[str, int]:
    """Return the level of each style that makes a heading, by the style's id; ids are translated, names are not."""
    levels: dict[str, int] = {}
    for style in styles:
        name = first(style, "name")
        known = _HEADING_NAME.match((attribute(name, "val") or "").lower()) if name is not None else None
        if known:
            levels[attribute(style, "styleId") or ""] = int(known[1] or 1)
    return levels


def _blocks(parent: ET.Element, levels: dict[str, int]) -> Iterator[Found]:
    for child in parent:
        name = local(child)
        if name == "p":
            if text := _text(child).strip():
                yield Found(text, heading=_level(child, levels))
            for box in _boxes(child):
                yield from _blocks(box, levels)
        elif name == "tbl":
            if text := table_text(_rows(child)):
                yield Found(text, PieceType.TABLE)
        elif name not in _NOT_READ:
            # Content controls, insertions and the like hold blocks of their own.
            yield from _blocks(child, levels)


def _level(paragraph: ET.Element, levels: dict[str, int]) -> int | None:
    properties = first(paragraph, "pPr")
    style = first(properties, "pStyle") if properties is not None else None
    return levels.get(attribute(style, "val") or "") if style is not None else None


def _rows(table: ET.Element) -> list[list[str]]:
    rows: list[list[str]] = []
    for child in table:
        if local(child) == "tr":
            rows.append(_cells(child))
        elif local(child) not in _NOT_READ:
            rows.extend(_rows(child))
    return rows


def _cells(row: ET.Element) -> list[str]:
    cells: list[str] = []
    for child in row:
        if local(child) == "tc":
            cells.append(" ".join(item.content for item in _blocks(child, {})))
        elif local(child) not in _NOT_READ:
            cells.extend(_cells(child))
    return cells


def _text(element: ET.Element) -> str:
    parts: list[str] = []
    for child in element:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in _CHARACTERS:
            parts.append(_CHARACTERS[name])
        elif name not in _NOT_READ and name != "txbxContent":
            parts.append(_text(child))
    return "".join(parts)


def _boxes(element: ET.Element) -> Iterator[ET.Element]:
    """Yield the contents of text boxes, which hang in paragraphs."""
    for child in element:
        if local(child) == "txbxContent":
            yield child
        elif local(child) not in _NOT_READ:
            yield from _boxes(child)
