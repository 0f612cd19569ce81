from loans.models import Loan


def test_title():
    assert Loan(title="Emma").title == "Emma"
