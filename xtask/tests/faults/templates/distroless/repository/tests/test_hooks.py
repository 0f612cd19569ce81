from hooks.__main__ import healthz


def test_name() -> None:
    assert healthz.__name__ == "healthz"
