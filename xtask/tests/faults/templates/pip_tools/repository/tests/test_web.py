from tickets.jobs import notify


def test_notify(caplog):
    notify("printer")
