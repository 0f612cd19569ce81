import time
from pathlib import Path

import yaml
from ledger_core.book import post
from ledger_core.money import Money

RULES = yaml.safe_load((Path(__file__).parent / "rules.yaml").read_text())


def run() -> None:
    while True:
        post("all", Money(amount=RULES["amount"]))
        time.sleep(RULES["pause"])
