# ruff: noqa: RUF001 (the letters are meant)
import pytest

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.text_encoding import decode

GERMAN = "Die Prüfung findet am Freitag in Köln statt. Das Entgelt beträgt 25 Euro ohne Gebühr.\n"
RUSSIAN = "Договор вступает в силу первого марта. Плата составляет сорок рублей.\n"
TABLE = "Größe;Straße;Preis\nschön;Bäckerweg;12,50\ngrün;Mühlgasse;7,90\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *[(GERMAN, encoding) for encoding in ("cp1252", "iso8859-1", "mac-roman", "utf-8-sig", "utf-16")],
        *[(GERMAN, encoding) for encoding in ("utf-16-le", "utf-16-be", "utf-32-le")],
        (TABLE, "cp1252"),
        *[(RUSSIAN, encoding) for encoding in ("cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic")],
        ("合同自三月一日起生效。每月费用为四十元，须在五日前支付。\n", "gb18030"),
        ("城市,人口\n北京,2189\n上海,2487\n", "gb18030"),
        ("合約自三月一日起生效。每月費用為四十元。\n", "big5"),
        *[
            ("契約は三月一日に発効する。月額料金は四十円である。\n", encoding)
            for encoding in ("shift_jis", "euc-jp", "iso2022_jp")
        ],
        ("계약은 삼월 일일부터 효력을 가진다.", "euc-kr"),
        ("Umowa wchodzi w życie pierwszego marca. Opłata wynosi czterdzieści złotych.", "cp1250"),
        ("Umowa wchodzi w życie pierwszego marca. Opłata wynosi czterdzieści złotych.", "iso8859-2"),
        ("Η σύμβαση τίθεται σε ισχύ την πρώτη Μαρτίου.", "cp1253"),
        ("يدخل العقد حيز التنفيذ في الأول من مارس", "cp1256"),
        ("החוזה נכנס לתוקף בראשון במרץ", "cp1255"),
        # Short ones, in which statistics find nothing.
        *[
            (text, "cp1252")
            for text in ("Größe", "Straße 12, Köln", "naïve café déjà vu", "à payer avant le 5 août: 12 €")
        ],
        ("plain ascii text only", "utf-16-le"),
    ],
)
def test_a_text_is_read_in_the_encoding_it_was_written_in(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_what_looks_the_same_in_two_encodings_is_read_as_either() -> None:
    # What Excel writes for MS-DOS; "ß" is another letter in code page 437, the rest are the same.
    assert decode(GERMAN.encode("cp850")) == GERMAN


@pytest.mark.parametrize("data", [bytes(range(256)), b"\0\1\2\3" * 20, "Příliš žluťoučký kůň".encode("cp1250")[:12]])
def test_what_cannot_be_told_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenFileError, match=r"binary, not text|nor surely in another encoding; save it as UTF-8"):
        decode(data)


def test_a_page_that_says_latin_1_is_read_as_browsers_read_it() -> None:
    assert decode("12 € – „gut“".encode("cp1252"), "ISO-8859-1") == "12 € – „gut“"


def test_a_declaration_that_is_wrong_is_passed_over() -> None:
    assert decode(GERMAN.encode("cp1252"), "utf-8") == GERMAN
    assert decode(GERMAN.encode(), "no-such-encoding") == GERMAN
