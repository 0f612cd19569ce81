"""Pauses that grow while an index keeps losing a document."""

from admin_api_lib.patience import Patience


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_pause_doubles_each_time_up_to_an_hour() -> None:
    clock = Clock()
    patience = Patience(15, clock)
    pauses: list[float] = []
    for _ in range(12):
        assert patience.is_due("a")
        patience.put_back("a")
        begin = clock.now
        while not patience.is_due("a"):
            clock.now += 5
        pauses.append(clock.now - begin)

    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]
    assert patience.is_due("b")


def test_a_document_that_was_found_meanwhile_is_put_back_at_once() -> None:
    clock = Clock()
    patience = Patience(15, clock)
    assert [patience.put_back("a"), patience.put_back("a"), patience.put_back("b")] == [1, 2, 1]

    patience.forget_all_but({"b"})

    assert patience.is_due("a")
    assert not patience.is_due("b")
