"""Text in encodings that it does not name: read with its own letters, or refused, never as other letters."""

import pytest

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.plain_text import decode

GERMAN = "Die Prüfung findet am Freitag in Köln statt. Das Entgelt beträgt 25 Euro, größere Übungen sind ohne Gebühr."
RUSSIAN = "Договор вступает в силу первого марта. Плата составляет сорок рублей."
CHINESE = "合同自三月一日起生效。每月费用为四十元，须在五日前支付。"  # noqa: RUF001


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        (GERMAN, "cp850"),
        (GERMAN, "mac-roman"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (CHINESE, "gb18030"),
        ("合約自三月一日起生效。每月費用為四十元。", "big5"),
        ("契約は三月一日に発効する。月額料金は四十円である。", "shift_jis"),
        ("契約は三月一日に発効する。月額料金は四十円である。", "euc-jp"),
        ("한국어 문서입니다. 계약은 삼월", "euc-kr"),
        ("Żluťoučký kůň příliš žluťoučký".replace("Ż", "Ž"), "cp1250"),
        ("L'été à l'hôtel, ça coûte 5 € – “vraiment”", "cp1252"),  # noqa: RUF001
        ("Preis: 5 €", "cp1252"),
        ("Größe;Straße;Preis €", "iso-8859-15"),
        ("Temperatur 20 °C, 5 m², ©2020", "cp1252"),
    ],
)
def test_text_keeps_its_letters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "data",
    [
        "Łódź jest duża i piękna, źle.".encode("cp1250"),
        "Grüße".encode("mac-roman"),
        b"\x81\x8d\x8f",
    ],
)
def test_what_cannot_be_told_for_sure_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenFileError, match="save it as UTF-8"):
        decode(data)


@pytest.mark.parametrize("text", ["Größe", "naïve café", GERMAN, RUSSIAN, CHINESE, "Łódź"])
@pytest.mark.parametrize(
    "encoding", ["cp1252", "cp1250", "cp850", "mac-roman", "cp1251", "koi8-r", "gb18030", "big5", "iso-8859-2"]
)
def test_no_text_becomes_other_letters(text: str, encoding: str) -> None:
    try:
        data = text.encode(encoding)
    except UnicodeError:
        pytest.skip(f"{encoding} has no such letters")
    try:  # noqa: SIM105
        assert decode(data) == text
    except BrokenFileError:
        pass
