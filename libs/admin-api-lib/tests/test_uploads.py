import tempfile
from urllib.parse import quote

import httpx
import pytest
from fastapi.testclient import TestClient

from admin_api_lib.settings import AdminSettings
from rag_core_lib.folder_lock import LOCK_FILE

from .neighbours import EXTRACTION, PIECE, Neighbours, settled, statuses, stored, upload
from .waiting import wait_until


def test_an_upload_is_stored_extracted_and_indexed(client: TestClient, neighbours: Neighbours) -> None:
    answer = upload(client)

    assert answer.status_code == 202
    assert answer.json()["state"] == "processing"
    assert "upload" not in answer.json()
    assert settled(client) == [("handbook.pdf", "ready", None, 1)]
    assert neighbours.pieces == {"handbook.pdf": [PIECE]}


def test_a_file_of_the_same_name_takes_the_place_of_the_earlier_one(client: TestClient) -> None:
    upload(client)
    settled(client)
    upload(client, data=b"%PDF new")

    assert len(settled(client)) == 1
    assert stored(client) == b"%PDF new"


def test_the_original_comes_back_to_be_saved(client: TestClient) -> None:
    name = "Über uns; 100 % & more'.pdf"
    identification = upload(client, name, b"%PDF original").json()["identification"]
    settled(client)

    answer = client.get(f"/document_reference/{identification}")

    assert answer.content == b"%PDF original"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"{identification}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.parametrize(
    ("media_type", "disposition", "policy"),
    [
        ("application/pdf", "inline", "frame-ancestors 'self'"),
        ("text/html", "attachment", "default-src 'none'; sandbox"),
    ],
)
def test_a_pdf_alone_is_shown_by_the_browser(
    embedded_client: TestClient, neighbours: Neighbours, media_type: str, disposition: str, policy: str
) -> None:
    neighbours.extraction = httpx.Response(200, json={**EXTRACTION, "media_type": media_type})
    identification = upload(embedded_client).json()["identification"]
    settled(embedded_client)

    headers = embedded_client.get(f"/document_reference/{identification}?inline=true").headers

    assert headers["Content-Type"] == media_type
    assert headers["Content-Disposition"].startswith(f"{disposition}; ")
    assert headers["Content-Security-Policy"] == policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_source_is_fetched_by_the_extractor(client: TestClient, neighbours: Neighbours) -> None:
    pieces = [{"type": "text", "content": page, "position": 0, "source": f"http://x/{page}"} for page in ("a", "b")]
    skipped = [{"url": "http://x/c", "reason": "http://x/c answered 404"}]
    neighbours.extraction = httpx.Response(200, json={**EXTRACTION, "pieces": pieces, "skipped": skipped})

    answer = client.post("/upload_source", json={"url": "http://x/sitemap.xml", "type": "sitemap"})

    identification = answer.json()["identification"]
    remark = "1 of its pages could not be read; the first: http://x/c answered 404"
    assert answer.status_code == 202
    assert settled(client) == [(identification, "ready", remark, 2)]
    assert neighbours.extractions == ['{"url":"http://x/sitemap.xml","type":"sitemap"}']
    assert [piece["source"] for piece in neighbours.pieces[identification]] == ["http://x/a", "http://x/b"]
    assert client.get(f"/document_reference/{identification}").headers["Content-Type"] == "text/uri-list"
    assert stored(client, identification) == b"http://x/sitemap.xml"


@pytest.mark.parametrize(
    "body", [{}, {"url": "ftp://x/"}, {"url": "http://me:secret@x/"}, {"url": "http://x/", "type": "file"}, {"url": 1}]
)
def test_what_is_no_address_is_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/upload_source", json=body).status_code == 422
    assert statuses(client) == []


def test_deleting_takes_pieces_file_and_status(client: TestClient, neighbours: Neighbours) -> None:
    upload(client)
    settled(client)

    assert client.delete("/delete_document/handbook.pdf").status_code == 204
    assert neighbours.pieces == {}
    assert statuses(client) == []
    assert stored(client) is None
    assert client.delete("/delete_document/handbook.pdf").status_code == 404


def test_nothing_is_left_of_earlier_uploads(embedded: AdminSettings, embedded_client: TestClient) -> None:
    files = embedded.admin_state_path / "files"
    for content in (b"one", b"two"):
        upload(embedded_client, data=content)
        settled(embedded_client)

    def kept() -> list[bytes]:
        return [file.read_bytes() for file in files.glob("*/*") if "." not in file.name]

    wait_until(lambda: kept() == [b"two"] and len(list(files.glob("*/*"))) == 2)
    embedded_client.delete("/delete_document/handbook.pdf")
    assert [path.name for path in files.iterdir()] == [LOCK_FILE]


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("???", b"x", 422),
        ("a.txt", b"", 422),
        ("a\u202eb.txt", b"x", 422),
        ("a" * 300, b"x", 422),
        ("a.txt", b"x" * 2_000_001, 413),
        ("a.txt", b"x" * 2_020_000, 413),
    ],
)
def test_what_cannot_be_kept_is_refused(embedded_client: TestClient, name: str, data: bytes, status: int) -> None:
    assert upload(embedded_client, name, data).status_code == status
    assert statuses(embedded_client) == []


@pytest.mark.parametrize("identification", ["..%2Fstatus.sqlite", ".hidden", "UPPER", "a%00b", "a" * 129, "%2e%2e"])
def test_an_identification_cannot_be_a_path(embedded_client: TestClient, identification: str) -> None:
    assert embedded_client.delete(f"/delete_document/{identification}").status_code in {404, 422}
    assert embedded_client.get(f"/document_reference/{identification}").status_code in {404, 422}


def test_an_unknown_identification_is_a_404(client: TestClient) -> None:
    answer = client.get("/document_reference/a.pdf")

    assert (answer.status_code, answer.json()["detail"]) == (404, "document a.pdf does not exist")


def test_without_a_temporary_folder_a_large_upload_is_a_503(
    embedded_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")

    answer = upload(embedded_client, "a.txt", b"x" * 1_500_000)

    assert answer.status_code == 503
    assert answer.json()["detail"] == "cannot receive the request: No such file or directory"


def test_a_name_with_a_quotation_mark_is_shown_as_it_is(embedded_client: TestClient) -> None:
    answer = embedded_client.post("/upload_file", files={"file": ('a"b.txt', b"text")})
    assert b'filename="a%22b.txt"' in answer.request.content
    assert answer.json()["file_name"] == 'a"b.txt'
    identification = answer.json()["identification"]
    saved = embedded_client.get(f"/document_reference/{identification}").headers["Content-Disposition"]
    assert saved.endswith("filename*=UTF-8''a%22b.txt")
