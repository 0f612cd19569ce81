"""An upload names the collection that its document is put into, and so does a source."""

import sqlite3
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from admin_api_lib.settings import AdminSettings

from .conftest import ClientMaker
from .neighbours import Neighbours, settled, upload


def _kept(client: TestClient) -> dict[str, str | None]:
    return {item["file_name"]: item["collection"] for item in client.get("/all_documents_status").json()}


def test_files_and_sources_go_into_collections(client: TestClient, neighbours: Neighbours) -> None:
    assert upload(client, collection=" Human resources ").json()["collection"] == "Human resources"
    upload(client, "other.pdf")
    client.post("/upload_source", json={"url": "http://x/a", "collection": "Web"})
    settled(client)

    assert _kept(client) == {"handbook.pdf": "Human resources", "other.pdf": None, "http://x/a": "Web"}
    assert sorted(filter(None, neighbours.collections.values())) == ["Human resources", "Web"]
    assert neighbours.collections["other.pdf"] is None


def test_the_next_upload_decides(client: TestClient, neighbours: Neighbours) -> None:
    for collection in ("One", "Two", None):
        upload(client, collection=collection)
        settled(client)
        assert _kept(client) == {"handbook.pdf": collection}
        assert neighbours.collections == {"handbook.pdf": collection}


def test_indexing_again_keeps_the_collection(client: TestClient, neighbours: Neighbours) -> None:
    upload(client, collection="Human resources")
    settled(client)
    neighbours.collections.clear()

    client.post("/reindex_all_documents")
    settled(client)

    assert neighbours.collections == {"handbook.pdf": "Human resources"}


def test_a_lost_database_is_made_again_with_the_collections(
    embedded: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker
) -> None:
    with prepare_client(embedded) as client:
        upload(client, collection="Human resources")
        upload(client, "other.pdf")
        settled(client)
    (embedded.admin_state_path / "status.sqlite").unlink()

    client = make_client(embedded)

    assert _kept(client) == {"handbook.pdf": "Human resources", "other.pdf": None}


def test_documents_of_a_version_without_collections_are_in_none(
    embedded: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker
) -> None:
    with prepare_client(embedded) as client:
        upload(client)
        settled(client)
    with closing(sqlite3.connect(embedded.admin_state_path / "status.sqlite")) as database, database:
        (record,) = database.execute("select record from documents").fetchone()
        assert '"collection":null,' in record
        database.execute("update documents set record = ?, digest = null", (record.replace('"collection":null,', ""),))

    client = make_client(embedded)

    assert _kept(client) == {"handbook.pdf": None}
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("name", ["a\nb", "-a", "a<b", "a" * 65])
def test_what_is_no_name_of_a_collection_is_refused(client: TestClient, name: str) -> None:
    assert upload(client, collection=name).status_code == 422
    assert client.post("/upload_source", json={"url": "http://x/a", "collection": name}).status_code == 422
    assert client.get("/all_documents_status").json() == []
