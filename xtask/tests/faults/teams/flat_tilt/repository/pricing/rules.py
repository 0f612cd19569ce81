def price(number: int) -> int:
    return number * 10
