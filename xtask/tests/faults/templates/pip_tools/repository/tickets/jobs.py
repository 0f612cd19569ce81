import logging


def notify(title: str) -> None:
    logging.getLogger(__name__).info("ticket: %s", title)
