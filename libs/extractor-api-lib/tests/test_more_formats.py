from email.message import EmailMessage

import pytest

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.extraction import extract
from extractor_api_lib.settings import ExtractorSettings

SETTINGS = ExtractorSettings()


def _pieces(file_name: str, data: bytes | str) -> list[tuple[str, str, int | None]]:
    raw = data.encode() if isinstance(data, str) else data
    return [(piece.type.value, piece.content, piece.heading) for piece in extract(file_name, raw, SETTINGS).pieces]


def test_xml_of_a_document_is_read_by_its_blocks() -> None:
    page = """<?xml version="1.0"?>
    <!DOCTYPE article PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "http://www.oasis-open.org/docbook.dtd">
    <article xmlns="http://docbook.org/ns/docbook"><title>Canteen</title>
    <section><title>Opening hours</title><para>From <emphasis>eleven</emphasis> to two.</para>
    <!-- hidden --><para>Closed on Sundays.</para></section></article>"""

    assert _pieces("a.xml", page) == [
        ("text", "Canteen", 1),
        ("text", "Opening hours", 2),
        ("text", "From eleven to two.", None),
        ("text", "Closed on Sundays.", None),
    ]


def test_xml_of_data_is_read_by_its_records() -> None:
    data = """<stock><item id="7"><name>Tea</name><price>3</price></item>
    <item id="8"><name>Soup</name><price>4</price></item></stock>"""

    assert _pieces("a.xml", data) == [
        ("text", "id: 7\nname: Tea\nprice: 3", None),
        ("text", "id: 8\nname: Soup\nprice: 4", None),
    ]


@pytest.mark.parametrize(
    "definitions",
    [
        '[<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]',
        'SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd">]',
    ],
)
def test_xml_with_definitions_of_its_own_is_refused(definitions: str) -> None:
    with pytest.raises(BrokenFileError, match="defines XML entities or a document type"):
        _pieces("a.xml", f"<!DOCTYPE a {definitions}><a>&b;</a>")


def test_deep_xml_is_read_up_to_the_limit() -> None:
    def nested(depth: int) -> str:
        return "<a>" * depth + "deep" + "</a>" * depth

    assert _pieces("a.xml", nested(200)) == [("text", "deep", None)]
    with pytest.raises(BrokenFileError, match="nests its parts too deeply"):
        _pieces("a.xml", nested(20_000))


def test_asciidoc_loses_its_marks() -> None:
    page = """= Canteen
:price: 3 euros
// a comment
include::other.adoc[]

[[hours]]
== Opening hours

It opens at *eleven*, see link:plan.html[the plan] or https://example.org[the page] and <<hours,hours>>;
soup is `hot` and costs {price}.

.Dishes
* soup
** with bread
. first

image::soup.png[A bowl of soup,300]

[source,ruby]
----
puts "*kept*"
----

|===
|Dish |Price

|Soup |{price}
|Tea
|2 euros
|===

NOTE: Bring _cash_.
"""

    assert _pieces("a.adoc", page) == [
        ("text", "Canteen", 1),
        ("text", "Opening hours", 2),
        ("text", "It opens at eleven, see the plan or the page and hours;\nsoup is hot and costs 3 euros.", None),
        ("text", "Dishes", None),
        ("text", "soup", None),
        ("text", "with bread", None),
        ("text", "first", None),
        ("image", "A bowl of soup", None),
        ("text", 'puts "*kept*"', None),
        ("table", "Dish | Price\nSoup | 3 euros\nTea | 2 euros", None),
        ("text", "NOTE: Bring cash.", None),
    ]


def test_mdx_is_read_without_its_code() -> None:
    page = """---
title: "Canteen"
sidebar_position: 2
---
import Tabs from '@theme/Tabs';
export const Price = ({of}) => (
  <b>{of}</b>
);

## Hours

{/* hidden */}
<Tabs defaultValue={{a: 1}}>
<TabItem value="a" label="Weekdays">

Opens at **eleven**.

</TabItem>
</Tabs>

```jsx
import kept from 'kept';
<Kept />
```
"""

    assert _pieces("a.mdx", page) == [
        ("text", "Canteen", 1),
        ("text", "Hours", 2),
        ("text", "Weekdays", None),
        ("text", "Opens at eleven.", None),
        ("text", "import kept from 'kept';\n<Kept />", None),
    ]


def test_front_matter_of_markdown_is_no_heading() -> None:
    assert _pieces("a.md", "---\ntitle: Canteen\ndraft: true\n---\nOpens at eleven.\n") == [
        ("text", "Canteen", 1),
        ("text", "Opens at eleven.", None),
    ]


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Öffnungszeiten"
    mail["From"] = "Änne <aenne@example.org>"
    mail["To"] = "all@example.org"
    mail.set_content("Wir öffnen um elf.\n\nGrüße\n", charset="iso-8859-1")
    mail.add_alternative("<p>html</p>", subtype="html")
    return mail


def test_mail_is_read_with_its_attachments() -> None:
    inner = _mail()
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("See below.")
    outer.add_attachment(b"a;b\n1;2\n", maintype="text", subtype="csv", filename="prices.csv")
    outer.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="x.png")
    outer.add_attachment(inner)

    found = _pieces("a.eml", outer.as_bytes())

    assert found[:4] == [
        ("text", "Fwd", 1),
        ("text", "See below.", None),
        ("text", "Attachment: prices.csv", 2),
        ("table", "a | b\n1 | 2", None),
    ]
    assert found[4][1] == "Attachment: x.png"
    assert found[5][1].startswith("x.png could not be read: x.png: unknown type of file")
    assert found[6:] == [
        ("text", "Öffnungszeiten", 2),
        ("text", "From: Änne <aenne@example.org>\nTo: all@example.org", None),
        ("text", "Wir öffnen um elf.", None),
        ("text", "Grüße", None),
    ]


def test_a_text_is_no_mail() -> None:
    with pytest.raises(BrokenFileError, match="is not an e-mail"):
        _pieces("a.eml", "\n\nJust a text.\n")


def test_words_that_stand_for_images_are_read() -> None:
    page = (
        '<figure><img src="a.png" alt="Map of the harbour"><figcaption>Figure 1: the harbour</figcaption></figure>'
        '<p>Text <img alt="icon"> goes on</p>'
    )

    assert _pieces("a.html", page) == [
        ("image", "Map of the harbour", None),
        ("text", "Figure 1: the harbour", None),
        ("text", "Text goes on", None),
    ]
