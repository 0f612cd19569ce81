import httpx
import pytest

from admin_api_lib.neighbours import Extraction
from admin_api_lib.rereading import together
from admin_api_lib.settings import AdminSettings

from .conftest import ClientMaker
from .neighbours import Neighbours
from .waiting import wait_until

SITE = "http://x"


def _extraction(pages: dict[str, str | None], skipped: dict[str, bool] | None = None) -> Extraction:
    """Return one with a piece for each line of a page; None is one that has not changed."""
    pieces = [
        {"type": "text", "content": line, "source": f"{SITE}/{name}"}
        for name, text in pages.items()
        for line in (text or "").splitlines()
    ]
    return Extraction.model_validate(
        {
            "media_type": "application/xml",
            "pieces": [{**piece, "position": position} for position, piece in enumerate(pieces)],
            "pages": [
                {
                    "url": f"{SITE}/{name}",
                    "pieces": len((text or "").splitlines()),
                    "etag": "1",
                    "is_unchanged": text is None,
                }
                for name, text in pages.items()
            ],
            "skipped": [
                {"url": f"{SITE}/{name}", "reason": f"{name} is away", "is_gone": is_gone}
                for name, is_gone in (skipped or {}).items()
            ],
        }
    )


BEFORE = _extraction({"a": "a1\na2", "b": "b1", "c": "c1\nc2\nc3", "d": "d1"})


@pytest.mark.parametrize(
    ("found", "lines", "remark"),
    [
        (_extraction({"a": None, "b": None, "c": None, "d": None}), "a1 a2 b1 c1 c2 c3 d1", None),
        (_extraction({"a": None, "b": "new", "d": None}), "a1 a2 new d1", None),
        (_extraction({"d": None, "e": "e1", "a": None}), "d1 e1 a1 a2", None),
        (
            _extraction({"a": "a3"}, {"b": False, "c": False, "d": True, "e": True, "f": False}),
            "a3 b1 c1 c2 c3",
            "2 of its pages could not be read; the first: e is away. "
            "2 of its pages could not be read again, and the earlier text is kept; the first: b is away. "
            "1 of its pages no longer exist, and the text was removed; the first: d is away",
        ),
    ],
)
def test_the_whole_is_what_was_found_and_what_was_kept(found: Extraction, lines: str, remark: str | None) -> None:
    whole, told = together(found, BEFORE)

    assert " ".join(piece.content for piece in whole.pieces) == lines
    assert [piece.position for piece in whole.pieces] == list(range(len(whole.pieces)))
    assert sum(page.pieces for page in whole.pages) == len(whole.pieces)
    assert not any(page.is_unchanged for page in whole.pages)
    assert told == remark
    # The same once more, as the next time finds it.
    unchanged = _extraction({page.url.rpartition("/")[2]: None for page in whole.pages})
    assert together(unchanged, whole)[0].pieces == whole.pieces


def test_the_first_time_there_is_nothing_to_keep() -> None:
    found = _extraction({"a": "a1"}, {"b": True})

    whole, told = together(found, None)

    assert [piece.content for piece in whole.pieces] == ["a1"]
    assert told == "1 of its pages could not be read; the first: b is away"


def test_a_source_that_is_read_again_keeps_what_was_not_read_and_says_so(
    settings: AdminSettings, make_client: ClientMaker, neighbours: Neighbours
) -> None:
    def answer(extraction: Extraction) -> httpx.Response:
        return httpx.Response(200, json=extraction.model_dump(mode="json"))

    neighbours.extraction = answer(BEFORE)
    client = make_client(settings.model_copy(update={"recrawl_hours": 0.5 / 3600}))
    client.post("/upload_source", json={"url": f"{SITE}/map.xml", "type": "sitemap"})
    wait_until(lambda: len(neighbours.extractions) > 1)
    assert '"known":[{"url":"http://x/a","etag":"1"},' in neighbours.extractions[-1]

    neighbours.extraction = answer(_extraction({"a": None, "b": "new"}, {"c": False, "d": True}))

    remark = (
        "1 of its pages could not be read again, and the earlier text is kept; the first: c is away. "
        "1 of its pages no longer exist, and the text was removed; the first: d is away"
    )

    def one() -> dict[str, object]:
        (status,) = client.get("/all_documents_status").json()
        return status

    wait_until(lambda: (one()["state"], one()["reason"]) == ("ready", remark))
    (pieces,) = neighbours.pieces.values()
    text = "\n".join(piece["content"] for piece in pieces)
    assert all(line in text for line in ("a1", "a2", "new", "c3"))
    assert "b1" not in text
    assert "d1" not in text
