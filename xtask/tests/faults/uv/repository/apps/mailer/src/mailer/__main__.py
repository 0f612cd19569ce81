"""`python -m mailer`."""

import time

from kit.mail import Mail


def main() -> None:
    """Send what waits, until stopped."""
    while True:
        print(Mail("a@example.org", "Hello"))
        time.sleep(60)


if __name__ == "__main__":
    main()
