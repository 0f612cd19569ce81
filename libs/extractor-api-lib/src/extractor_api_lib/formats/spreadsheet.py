"""XLSX (ECMA-376, part 1, section 18); a sheet is a page."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from xml.etree import ElementTree as ET

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.found import Found, long_table
from extractor_api_lib.formats.office_package import OfficePackage
from extractor_api_lib.formats.xml_tree import attribute, first, local, stream_xml
from extractor_api_lib.settings import ExtractorSettings

# Formats 14 to 22 and 45 to 47 are dates and times (section 18.8.30); those from 164 on are written in the file.
_DATE_FORMATS = frozenset({*range(14, 23), *range(45, 48)})
_LITERALS_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_LETTERS_OF_DATES = re.compile(r"[dmyhs]", re.IGNORECASE)
# Day 60 is 29 February 1900, which never was; later days count from here.
_EPOCH, _EPOCH_OF_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_MOST_COLUMNS = 16_384


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield each sheet's name, when it holds anything, and its cells as tables of up to 50 rows.

    A formula counts with the value that was last computed and stored.
    """
    package = OfficePackage(data, "XLSX", settings)
    book = package.tree(package.main_part)
    relations = package.relations(package.main_part)
    listed = first(book, "sheets")
    sheets = [] if listed is None else list(listed)
    if not sheets:
        raise BrokenFileError("the file is not a readable XLSX: it has no sheets")
    if len(sheets) > settings.max_pages:
        raise BrokenFileError(f"the file has {len(sheets)} sheets; the limit is {settings.max_pages}")
    texts = _Texts(package, {item.kind: item.target for item in relations.values() if item.target in package}, book)
    for number, sheet in enumerate(sheets, start=1):
        relation = relations.get(next((value for key, value in sheet.items() if "}" in key), ""))
        if relation is None or relation.kind != "worksheet":
            # A sheet may be a chart.
            continue
        has_cells = False
        rows = (texts.of_row(row) for row in stream_xml(package.read(relation.target), relation.target, "row"))
        for table in long_table(rows, number):
            if not has_cells:
                has_cells = True
                yield Found(sheet.get("name") or f"Sheet {number}", page=number, heading=1)
            yield table


class _Texts:
    """The texts of cells, which are kept apart from them: shared strings, and formats that make numbers dates."""

    def __init__(self, package: OfficePackage, parts: dict[str, str], book: ET.Element) -> None:
        self._shared: list[str] = []
        if "sharedStrings" in parts:
            part = parts["sharedStrings"]
            self._shared = [_string(item) for item in stream_xml(package.read(part), part, "si")]
        self._is_date = _date_styles(package.tree(parts["styles"])) if "styles" in parts else []
        properties = first(book, "workbookPr")
        starts_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        self._epoch = _EPOCH_OF_1904 if starts_1904 else _EPOCH

    def of_row(self, row: ET.Element) -> list[str]:
        texts: list[str] = []
        for cell in row:
            # A column without a cell is not written; the cell's name, such as C7, tells where it stands.
            column = _column(cell.get("r", ""))
            texts.extend("" for _ in range(len(texts), min(column, _MOST_COLUMNS)))
            texts.append(self._of_cell(cell))
        return texts

    def _of_cell(self, cell: ET.Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = first(cell, "is")
            return _string(inline) if inline is not None else ""
        stored = first(cell, "v")
        value = (stored.text or "") if stored is not None else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind not in {"s", "n"} or not value:
            return value
        try:
            return self._shared[int(value)] if kind == "s" else self._number(float(value), cell.get("s", "0"))
        except (ValueError, IndexError) as error:
            raise BrokenFileError(f"the file is damaged: cell {cell.get('r')} holds {value[:40]!r}") from error

    def _number(self, value: float, style: str) -> str:
        index = int(style)
        if not (index < len(self._is_date) and self._is_date[index]):
            return f"{value:.15g}"
        try:
            moment = self._epoch + timedelta(seconds=round(value * 86_400))
        except OverflowError:
            return f"{value:.15g}"
        if 0 <= value < 1:
            return moment.time().isoformat()
        return str(moment.date()) if moment.time() == time() else moment.isoformat(" ")


def _string(item: ET.Element) -> str:
    """Return the text of runs, without the phonetic reading that may stand beside it."""
    if local(item) == "rPh":
        return ""
    own = item.text or "" if local(item) == "t" else ""
    return own + "".join(_string(child) for child in item)


def _column(name: str) -> int:
    """Return the column of a cell's name, from 0; 0 also when it has none."""
    column = 0
    for letter in name:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - ord("A") + 1
    return max(column - 1, 0)


def _date_styles(styles: ET.Element) -> list[bool]:
    """Return for each cell style whether it shows a number as a date or time."""
    dates = {str(number) for number in _DATE_FORMATS}
    written = first(styles, "numFmts")
    for item in written if written is not None else ():
        if _LETTERS_OF_DATES.search(_LITERALS_IN_FORMAT.sub("", item.get("formatCode", ""))):
            dates.add(item.get("numFmtId", ""))
    cells = first(styles, "cellXfs")
    return [attribute(item, "numFmtId") in dates for item in (cells if cells is not None else ())]
