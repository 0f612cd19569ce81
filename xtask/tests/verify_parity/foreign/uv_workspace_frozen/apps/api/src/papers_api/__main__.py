"""Starts."""

import papers_core

print(papers_core.__doc__)
