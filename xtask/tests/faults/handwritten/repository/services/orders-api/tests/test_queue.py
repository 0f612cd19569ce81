from pathlib import Path

from orders_api.queue import Queue


def test_what_is_put_is_kept(tmp_path: Path) -> None:
    queue = Queue(str(tmp_path))
    queue.put("{}")
    assert queue.all() == ["{}"]
