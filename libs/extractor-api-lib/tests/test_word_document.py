import io
from typing import Any

import docx
from docx.oxml import parse_xml

from extractor_api_lib.extraction import extract
from extractor_api_lib.models import ExtractedPiece
from extractor_api_lib.settings import ExtractorSettings

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BOX = f"""<w:p {_W}><w:r><w:t>with a box</w:t><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>
<w:txbxContent><w:p><w:r><w:t>in the box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"""
_CONTROL = (
    f"""<w:sdt {_W}><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"""
)
_CHANGED = f"""<w:p {_W}><w:del><w:r><w:delText>old</w:delText></w:r></w:del>
<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>
<w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"""


def _pieces(data: bytes) -> list[ExtractedPiece]:
    return extract("a.docx", data, ExtractorSettings()).pieces


def test_paragraphs_and_tables_keep_their_order_and_headings_their_level(handbook_docx: bytes) -> None:
    assert [(piece.type.value, piece.content, piece.heading) for piece in _pieces(handbook_docx)] == [
        ("text", "Notice", 1),
        ("text", "The notice period is four weeks.", None),
        ("table", "Grade | Weeks\nManager | twelve", None),
        ("text", "It starts on a Monday.", None),
    ]


def test_boxes_controls_and_changes_are_read_as_word_shows_them() -> None:
    document: Any = docx.Document()
    for xml in (_BOX, _CONTROL, _CHANGED):
        document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))
    buffer = io.BytesIO()
    document.save(buffer)

    contents = [piece.content for piece in _pieces(buffer.getvalue())]

    assert contents == ["with a box", "in the box", "in a control", "new"]


def test_merged_cells_are_read_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "both"
    table.cell(1, 0).text, table.cell(1, 1).text = "left", "right"
    buffer = io.BytesIO()
    document.save(buffer)

    assert [piece.content for piece in _pieces(buffer.getvalue())] == ["both\nleft | right"]
