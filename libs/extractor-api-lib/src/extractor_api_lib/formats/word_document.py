"""DOCX (ECMA-376, part 1, section 17)."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.lists import Item, grouped
from extractor_api_lib.formats.office_package import OfficePackage
from extractor_api_lib.formats.xml_tree import attribute, first, local
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

# Moved text stands at its new place too, a fallback says again what the choice before it says.
_NOT_READ = frozenset({"del", "moveFrom", "Fallback", "pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr"})
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING_NAME = re.compile(r"(?:heading |title$)(\d?)")
_CONTENTS_NAME = re.compile(r"toc \d|toc heading|table of figures")
_BODY_LEVEL = 9
_BOLD_HEADING = 6
_LONGEST_BOLD_HEADING = 120
_NOTES = ("footnotes", "endnotes")


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield paragraphs, tables, text boxes, then foot- and endnotes; a DOCX has no pages before it is printed."""
    package = OfficePackage(data, "DOCX", settings)
    body = first(package.tree(package.main_part), "body")
    if body is None:
        raise BrokenFileError(f"the file is not a readable DOCX: {package.main_part} has no body")
    relations = package.relations(package.main_part).values()
    parts = {item.kind: item.target for item in relations if item.target in package}
    styles = _styles(package.tree(parts["styles"])) if "styles" in parts else {}
    yield from grouped(_items(body, styles))
    for kind in _NOTES:
        if kind in parts:
            for note in package.tree(parts[kind]):
                yield from grouped(_items(note, {}))


def _styles(styles: ET.Element) -> dict[str, int | None]:
    """Return the level of each style that makes a heading, None for one of a table of contents, by the style's id.

    Ids are translated, names are not.
    """
    levels: dict[str, int | None] = {}
    for style in styles:
        name = first(style, "name")
        text = (attribute(name, "val") or "").lower() if name is not None else ""
        properties = first(style, "pPr")
        outline = first(properties, "outlineLvl") if properties is not None else None
        identity = attribute(style, "styleId") or ""
        if known := _HEADING_NAME.match(text):
            levels[identity] = int(known[1] or 1)
        elif _CONTENTS_NAME.match(text):
            levels[identity] = None
        elif outline is not None and (attribute(outline, "val") or "9").isdigit():
            # 9 is body text (section 17.3.1.20).
            level = int(attribute(outline, "val") or "9")
            if level < _BODY_LEVEL:
                levels[identity] = level + 1
    return levels


def _items(parent: ET.Element, styles: dict[str, int | None]) -> Iterator[Item]:
    for child in parent:
        name = local(child)
        if name == "p":
            if (text := _text(child).strip()) and (item := _paragraph(child, text, styles)):
                yield item
            for box in _boxes(child):
                yield from _items(box, styles)
        elif name == "tbl":
            if text := table_text(_rows(child)):
                yield Item(Found(text, PieceType.TABLE))
        elif name not in _NOT_READ:
            # Content controls, insertions and the like hold blocks of their own.
            yield from _items(child, styles)


def _paragraph(paragraph: ET.Element, text: str, styles: dict[str, int | None]) -> Item | None:
    """Return a paragraph, None for one of a table of contents."""
    properties = first(paragraph, "pPr")
    style = first(properties, "pStyle") if properties is not None else None
    identity = attribute(style, "val") or "" if style is not None else ""
    if identity in styles and styles[identity] is None:
        return None
    heading = styles.get(identity)
    if heading is None and len(text) <= _LONGEST_BOLD_HEADING and text[-1] not in ".:,;" and _is_bold(paragraph):
        heading = _BOLD_HEADING
    is_list = heading is None and properties is not None and first(properties, "numPr") is not None
    return Item(Found(f"• {text}" if is_list else text, heading=heading), is_list)


def _is_bold(paragraph: ET.Element) -> bool:
    """Tell whether every run with text is set in bold by itself."""
    runs = [run for run in paragraph.iter() if local(run) == "r" and _text(run).strip()]
    marks = [first(properties, "b") if (properties := first(run, "rPr")) is not None else None for run in runs]
    return bool(marks) and all(mark is not None and attribute(mark, "val") not in {"0", "false"} for mark in marks)


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
            cells.append(" ".join(item.found.content for item in _items(child, {})))
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
