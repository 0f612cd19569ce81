"""What stands in the state folder: for its owner alone, for one process at a time, made again when it is damaged."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from admin_api_lib.settings import AdminSettings

from .conftest import ClientMaker
from .neighbours import Neighbours, settled, statuses, stored, upload
from .waiting import wait_until

READY = [("handbook.pdf", "ready", None, 1), ("other.pdf", "ready", None, 1)]


def _modes(folder: Path) -> set[tuple[bool, int]]:
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_everything_is_for_its_owner_alone(embedded: AdminSettings, prepare_client: ClientMaker, umask: int) -> None:
    before = os.umask(umask)
    try:
        with prepare_client(embedded.model_copy(update={"admin_token": None})) as client:
            client.headers["Authorization"] = f"Bearer {(embedded.admin_state_path / 'token').read_text().strip()}"
            upload(client)
            client.post("/upload_source", json={"url": "https://example.org/a"})
            settled(client)
            assert _modes(embedded.admin_state_path) == {(True, 0o700), (False, 0o600)}
    finally:
        os.umask(before)


def test_what_an_earlier_version_left_open_to_others_is_tightened(
    embedded: AdminSettings, prepare_client: ClientMaker
) -> None:
    with prepare_client(embedded) as client:
        upload(client)
        settled(client)
    for path in (embedded.admin_state_path, *embedded.admin_state_path.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)

    with prepare_client(embedded) as client:
        assert stored(client) == b"%PDF"
        upload(client, "other.pdf")
        settled(client)

    assert _modes(embedded.admin_state_path) == {(True, 0o700), (False, 0o600)}


def test_a_second_process_is_refused_and_takes_over_when_the_first_ends(
    embedded: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker
) -> None:
    with prepare_client(embedded) as first:
        upload(first)
        settled(first)
        second = make_client(embedded)
        for answer in (second.get("/all_documents_status"), upload(second, "other.pdf")):
            assert answer.status_code == 503
            assert f"is in use by another process (pid {os.getpid()})" in answer.json()["detail"]
        ready = second.get("/readyz")
        assert ready.status_code == 503
        assert "is in use by another process" in ready.json()["services"]["status"]
        assert "is in use by another process" in ready.json()["services"]["files"]
        assert statuses(first) == READY[:1]

    wait_until(lambda: second.get("/readyz").status_code == 200)
    assert statuses(second) == READY[:1]


def _cut_to_nothing(file: Path) -> None:
    os.truncate(file, 0)


def _cut_in_half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _overwrite(file: Path) -> None:
    file.write_bytes(b"not a database" * 100)


def _flip_bytes(file: Path) -> None:
    file.write_bytes(bytes(byte ^ 0xFF if place % 97 == 5 else byte for place, byte in enumerate(file.read_bytes())))


def _delete(file: Path) -> None:
    file.unlink()


def _rename_in_a_record(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data.replace(b'"file_name":"handbook', b'"file_name":"cookbook'))
    assert data != file.read_bytes()


def _empty_the_table(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("drop table documents")


@pytest.mark.parametrize(
    "damage",
    [_cut_to_nothing, _cut_in_half, _overwrite, _flip_bytes, _delete, _rename_in_a_record, _empty_the_table],
)
def test_a_damaged_database_is_made_again_from_the_uploads(
    embedded: AdminSettings,
    prepare_client: ClientMaker,
    make_client: ClientMaker,
    neighbours: Neighbours,
    damage: Callable[[Path], None],
) -> None:
    with prepare_client(embedded) as client:
        upload(client, data=b"%PDF old")
        upload(client, data=b"%PDF new")
        upload(client, "Other 2.pdf")
        client.post("/upload_source", json={"url": "https://example.org/a", "type": "sitemap"})
        upload(client, "deleted.pdf")
        before = settled(client)
        client.delete("/delete_document/deleted.pdf")
    assert len(before) == 4
    damage(embedded.admin_state_path / "status.sqlite")

    client = make_client(embedded)

    assert settled(client) == [entry for entry in before if entry[0] != "deleted.pdf"]
    assert stored(client) == b"%PDF new"
    kept = {item["file_name"]: item["source_type"] for item in client.get("/all_documents_status").json()}
    assert kept == {"handbook.pdf": "file", "Other 2.pdf": "file", "https://example.org/a": "sitemap"}
    assert client.get("/readyz").status_code == 200
    wait_until(lambda: neighbours.incomplete is None)


def test_uploads_of_an_earlier_version_are_known_by_what_is_in_them(
    embedded: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker
) -> None:
    with prepare_client(embedded) as client:
        upload(client)
        client.post("/upload_source", json={"url": "https://example.org/a"})
        before = settled(client)
    for note in embedded.admin_state_path.rglob("*.json"):
        note.unlink()
    (embedded.admin_state_path / "status.sqlite").unlink()

    client = make_client(embedded)

    assert settled(client) == before
    kept = {item["file_name"]: item["source_type"] for item in client.get("/all_documents_status").json()}
    assert kept == {"handbook.pdf": "file", "https://example.org/a": "web_page"}


def test_a_database_of_an_earlier_version_goes_on(
    embedded: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker
) -> None:
    with prepare_client(embedded) as client:
        upload(client)
        before = settled(client)
    with closing(sqlite3.connect(embedded.admin_state_path / "status.sqlite")) as database, database:
        database.execute("alter table documents drop column digest")

    client = make_client(embedded)

    assert statuses(client) == before
    upload(client, "other.pdf")
    assert len(settled(client)) == 2


def test_a_full_disk_is_no_damage(
    embedded: AdminSettings, prepare_client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with prepare_client(embedded) as client:
        upload(client)
        settled(client)
        full = shutil.disk_usage(embedded.admin_state_path)._replace(free=0)
        with monkeypatch.context() as patched:
            patched.setattr("shutil.disk_usage", MagicMock(return_value=full))
            ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "is full" in ready.json()["services"]["files"]
        assert statuses(client) == READY[:1]
