from ledger_core.money import Money

ACCOUNTS: dict[str, list[Money]] = {}


def post(account: str, money: Money) -> None:
    ACCOUNTS.setdefault(account, []).append(money)
