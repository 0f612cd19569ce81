"""PPTX (ECMA-376, part 1, section 19); a slide is a page."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.office_package import OfficePackage
from extractor_api_lib.formats.xml_tree import attribute, first, local
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

_TITLES = frozenset({"title", "ctrTitle"})
# Date, footer and number say the same on every slide.
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the texts and tables of each slide in the order they are shown, then its notes."""
    package = OfficePackage(data, "PPTX", settings)
    relations = package.relations(package.main_part)
    listed = first(package.tree(package.main_part), "sldIdLst")
    # A slide's entry has two ids; the one that names a relation is in a namespace.
    entries = [] if listed is None else [[value for key, value in item.items() if "}" in key] for item in listed]
    slides = [relations[key].target for keys in entries for key in keys if key in relations]
    if not slides:
        raise BrokenFileError("the file is not a readable PPTX: it has no slides")
    if len(slides) > settings.max_pages:
        raise BrokenFileError(f"the file has {len(slides)} slides; the limit is {settings.max_pages}")
    for number, slide in enumerate(slides, start=1):
        yield from _shapes(package.tree(slide), number)
        for related in package.relations(slide).values():
            if related.kind == "notesSlide":
                yield from _shapes(package.tree(related.target), number)


def _shapes(parent: ET.Element, page: int) -> Iterator[Found]:
    for child in parent:
        name = local(child)
        if name == "sp":
            yield from _shape(child, page)
        elif name == "tbl":
            rows = [[_text(cell) for cell in row if local(cell) == "tc"] for row in child if local(row) == "tr"]
            if text := table_text(rows):
                yield Found(text, PieceType.TABLE, page)
        elif name != "Fallback":
            yield from _shapes(child, page)


def _shape(shape: ET.Element, page: int) -> Iterator[Found]:
    placeholder = next((item for item in shape.iter() if local(item) == "ph"), None)
    kind = attribute(placeholder, "type") if placeholder is not None else None
    body = first(shape, "txBody")
    if body is None or kind in _FURNITURE:
        return
    if text := _text(body):
        yield Found(text, page=page, heading=1 if kind in _TITLES else None)


def _text(body: ET.Element) -> str:
    paragraphs = (_paragraph(item).strip() for item in body.iter() if local(item) == "p")
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def _paragraph(paragraph: ET.Element) -> str:
    parts: list[str] = []
    for item in paragraph.iter():
        if local(item) == "t":
            parts.append(item.text or "")
        elif local(item) == "br":
            parts.append("\n")
    return "".join(parts)
