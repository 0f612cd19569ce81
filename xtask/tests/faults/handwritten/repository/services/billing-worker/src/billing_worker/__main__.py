"""`python -m billing_worker`."""

from billing_worker.cli import main

main()
