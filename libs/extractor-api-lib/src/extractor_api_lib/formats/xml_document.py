"""XML of any kind: documents such as DocBook and DITA by their blocks, data by its records."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.xml_tree import local, parse_xml
from extractor_api_lib.settings import ExtractorSettings

_DOCTYPE = re.compile(rb"""<!DOCTYPE\s[^\[>]*>""")
"""One that names a definition elsewhere, which is not fetched; one that brings its own is refused."""
_HEADINGS = frozenset({"title", "subtitle", "head", "heading", "h1", "h2", "h3", "h4", "h5", "h6"})
_LAST_LEVEL = 6
_LEAST_FIELDS = 2


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield headings, blocks of text, and records as lines of `name: value`."""
    root = parse_xml(_DOCTYPE.sub(b"", data, count=1), "the file")
    yield from _blocks(root)


def _blocks(root: ET.Element) -> Iterator[Found]:
    # Not recursive: an element may be nested as deeply as memory allows.
    waiting: list[tuple[ET.Element, int]] = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if _is_record(element):
            yield Found("\n".join(_fields(element)))
        elif _is_block(element):
            if text := _text(element):
                is_heading = local(element).lower() in _HEADINGS
                yield Found(text, heading=min(max(depth - 1, 1), _LAST_LEVEL) if is_heading else None)
        else:
            if own := " ".join((element.text or "").split()):
                yield Found(own)
            waiting.extend((child, depth + 1) for child in reversed(element))


def _is_block(element: ET.Element) -> bool:
    """Tell whether an element has text of its own around what is in it, or nothing in it."""
    return len(element) == 0 or any((child.tail or "").strip() for child in element)


def _is_record(element: ET.Element) -> bool:
    """Tell whether an element is made of fields: of different names, without anything in them or between them."""
    names = [local(child) for child in element]
    return (
        len(names) >= _LEAST_FIELDS
        and len(set(names)) == len(names)
        and not _HEADINGS.intersection(name.lower() for name in names[1:])
        and not any(len(child) for child in element)
        and not any((child.tail or "").strip() for child in element)
        and "para" not in names
        and "p" not in names
    )


def _fields(element: ET.Element) -> Iterator[str]:
    for name, value in element.attrib.items():
        yield f"{name.rpartition('}')[2]}: {value}"
    for child in element:
        if text := _text(child):
            yield f"{local(child)}: {text}"


def _text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())
