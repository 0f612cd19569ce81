from weather_core import Reading


def test_reading() -> None:
    assert Reading(station="EDDM", celsius=1).celsius == 1.0
