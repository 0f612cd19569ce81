"""Several processes on one Redis and one S3: all answer, one works."""

import time
import uuid
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient

from admin_api_lib.settings import AdminSettings
from admin_api_lib.stores.redis_lease import RedisLease

from .conftest import ClientMaker
from .neighbours import Neighbours, settled, statuses, upload
from .waiting import wait_until

pytestmark = pytest.mark.slow

SHORT_SECONDS = 0.3


@pytest.fixture
def shared(request: pytest.FixtureRequest, embedded: AdminSettings) -> AdminSettings:
    servers = {
        "redis_url": request.getfixturevalue("redis_url"),
        "redis_key": uuid.uuid4().hex,
        "s3_url": request.getfixturevalue("s3_url"),
        "s3_bucket": f"bucket-{uuid.uuid4().hex}",
        "s3_access_key": "test",
        "s3_secret_key": "test",
        "mending_seconds": 600.0,
    }
    return AdminSettings.model_validate({**embedded.model_dump(), **servers})


@pytest.fixture
def pair(shared: AdminSettings, make_client: ClientMaker) -> tuple[TestClient, TestClient]:
    """Return the process that works, then one that does not."""
    working = make_client(shared)
    wait_until(lambda: _lease(working).is_held)
    return working, make_client(shared)


def _lease(client: TestClient) -> RedisLease:
    return client.app.state.indexer._lease  # type: ignore[attr-defined]  # pyright: ignore


def test_each_upload_is_indexed_once_whoever_took_it(
    pair: tuple[TestClient, TestClient], neighbours: Neighbours
) -> None:
    for number in range(8):
        assert upload(pair[number % 2], f"{number}.pdf").status_code == 202

    # Long before the next look for unfinished documents.
    assert [state for _, state, *_ in settled(pair[1])] == ["ready"] * 8
    assert len(neighbours.extractions) == 8
    assert [_lease(client).is_held for client in pair] == [True, False]


def test_of_two_uploads_of_a_name_to_two_processes_the_last_one_stays(
    pair: tuple[TestClient, TestClient], neighbours: Neighbours
) -> None:
    neighbours.gate.clear()
    upload(pair[0], data=b"%PDF older")
    wait_until(lambda: len(neighbours.extractions) == 1)
    upload(pair[1], data=b"%PDF newer")
    wait_until(lambda: len(neighbours.extractions) == 2)
    neighbours.gate.set()

    assert settled(pair[0]) == [("handbook.pdf", "ready", None, 1)]
    assert pair[1].get("/document_reference/handbook.pdf").content == b"%PDF newer"


def test_a_deletion_asked_of_the_other_process_is_done(
    pair: tuple[TestClient, TestClient], neighbours: Neighbours
) -> None:
    upload(pair[0])
    settled(pair[0])

    assert pair[1].delete("/delete_document/handbook.pdf").status_code == 204
    assert (statuses(pair[0]), neighbours.pieces) == ([], {})


def test_a_document_deleted_by_one_process_while_the_other_indexes_it_does_not_come_back(
    pair: tuple[TestClient, TestClient], neighbours: Neighbours
) -> None:
    neighbours.gate.clear()
    upload(pair[0])
    wait_until(lambda: len(neighbours.extractions) == 1)
    assert pair[1].delete("/delete_document/handbook.pdf").status_code == 204
    neighbours.gate.set()
    upload(pair[1], "other.pdf")

    wait_until(lambda: statuses(pair[0]) == [("other.pdf", "ready", None, 1)])
    assert list(neighbours.pieces) == ["other.pdf"]


def test_when_the_process_that_works_ends_the_other_one_takes_over(
    shared: AdminSettings, prepare_client: ClientMaker, make_client: ClientMaker, neighbours: Neighbours
) -> None:
    neighbours.gate.clear()
    with prepare_client(shared) as first:
        wait_until(lambda: _lease(first).is_held)
        second = make_client(shared)
        upload(second)
        wait_until(lambda: len(neighbours.extractions) == 1)
    neighbours.gate.set()

    wait_until(lambda: statuses(second) == [("handbook.pdf", "ready", None, 1)])
    assert _lease(second).is_held


def test_a_process_that_comes_back_too_late_changes_nothing(
    pair: tuple[TestClient, TestClient], neighbours: Neighbours
) -> None:
    neighbours.gate.clear()
    upload(pair[0])
    wait_until(lambda: len(neighbours.extractions) == 1)
    # As after a pause that was longer than the lease: nobody has told it yet.
    _lease(pair[0])._until = 0.0  # pyright: ignore[reportPrivateUsage]
    neighbours.gate.set()

    time.sleep(0.3)
    assert (statuses(pair[0]), neighbours.pieces) == ([("handbook.pdf", "processing", None, 0)], {})


def test_a_lease_passes_on_when_it_is_not_renewed(redis_url: str) -> None:
    key = uuid.uuid4().hex
    one, two = (RedisLease(redis_url, key, SHORT_SECONDS) for _ in range(2))

    assert (one.take(), two.take(), one.take()) == (True, False, True)
    assert (one.is_held, two.is_held) == (True, False)
    # It stops by itself before anybody else may begin.
    wait_until(lambda: not one.is_held)
    assert not two.take()
    wait_until(two.take)
    assert not one.take()
    two.release()
    assert one.take()


def test_a_release_leaves_the_lease_of_another_alone(redis_url: str) -> None:
    key = uuid.uuid4().hex
    one, two = (RedisLease(redis_url, key, SHORT_SECONDS) for _ in range(2))
    one.take()
    two.release()
    client: Any = redis.Redis.from_url(redis_url)  # pyright: ignore[reportUnknownMemberType]
    assert client.exists(f"{key}:worker")
    assert not two.take()
