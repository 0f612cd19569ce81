r"""Measure Qdrant's two embedded stores: qdrant-client's local mode and qdrant-edge.

    cargo xtask tool --for rag-backend python ../../evaluation/measure_embedded_store.py [--pieces 100000] \
        [--questions 200] [--terms 90] [--stores "local mode" qdrant-edge]

Each store runs in a process of its own, on an empty folder, with the same made-up pieces: `--terms` dimensions drawn
from a vocabulary of 60,000 by Zipf's law, 600 characters of payload. It is filled in batches of 256, asked one question
after the other, closed, and opened by a second process. 90 terms are what the words of such a piece give; 350 are words
and their parts, as rag-core-api stores them. Prints one line for each store and step; times are wall time.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate, islice
from pathlib import Path
from statistics import quantiles

import qdrant_edge
from qdrant_client import QdrantClient, models

BATCH = 256
VOCABULARY = 60_000
Sparse = tuple[list[int], list[float]]
Query = Callable[[Sparse], int]


def pieces(count: int, terms_each: int) -> Iterator[tuple[Sparse, dict[str, object]]]:
    """Yield the same `count` pieces each time."""
    source = random.Random(7)  # noqa: S311 (made-up texts)
    weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    for number in range(count):
        terms = sorted(set(source.choices(range(VOCABULARY), cum_weights=weights, k=terms_each)))
        payload: dict[str, object] = {"document_id": f"document-{number // 20}", "content": "x" * 600}
        yield (terms, [1.0] * len(terms)), payload


def questions(count: int, terms_each: int) -> Iterator[Sparse]:
    """Yield `count` questions of 5 terms for every 90 of a piece, a fifth of them frequent ones."""
    frequent = max(1, terms_each // 90)
    source = random.Random(8)  # noqa: S311 (made-up texts)
    for _ in range(count):
        terms = sorted({*source.sample(range(100), frequent), *source.sample(range(100, 5000), 4 * frequent)})
        yield terms, [1.0] * len(terms)


def open_local(folder: Path, count: int, terms_each: int) -> Query:
    """Open qdrant-client's local mode; fill it when `count` is not 0."""
    client = QdrantClient(path=str(folder))
    if count:
        sparse = {"bm25": models.SparseVectorParams(modifier=models.Modifier.IDF)}
        client.create_collection("a", vectors_config={}, sparse_vectors_config=sparse)
        points = (
            models.PointStruct(id=n, vector={"bm25": models.SparseVector(indices=i, values=v)}, payload=payload)
            for n, ((i, v), payload) in enumerate(pieces(count, terms_each))
        )
        while batch := list(islice(points, BATCH)):
            client.upsert("a", batch)

    def ask(question: Sparse) -> int:
        vector = models.SparseVector(indices=question[0], values=question[1])
        return len(client.query_points("a", query=vector, using="bm25", limit=8).points)

    return ask


def open_edge(folder: Path, count: int, terms_each: int) -> Query:
    """Open qdrant-edge; fill it when `count` is not 0."""
    if count:
        sparse = {"bm25": qdrant_edge.EdgeSparseVectorParams(modifier=qdrant_edge.Modifier.Idf)}
        shard = qdrant_edge.EdgeShard.create(str(folder), qdrant_edge.EdgeConfig(sparse_vectors=sparse))
        shard.update(
            qdrant_edge.UpdateOperation.create_field_index("document_id", qdrant_edge.PayloadSchemaType.Keyword)
        )
        points = (
            qdrant_edge.Point(n, {"bm25": qdrant_edge.SparseVector(i, v)}, payload)
            for n, ((i, v), payload) in enumerate(pieces(count, terms_each))
        )
        while batch := list(islice(points, BATCH)):
            shard.update(qdrant_edge.UpdateOperation.upsert_points(batch))
        shard.flush()
    else:
        shard = qdrant_edge.EdgeShard.load(str(folder))

    def ask(question: Sparse) -> int:
        query = qdrant_edge.Query.Nearest(qdrant_edge.SparseVector(*question), using="bm25")
        return len(shard.query(qdrant_edge.QueryRequest(limit=8, query=query, with_payload=True)))

    return ask


STORES = {"local mode": open_local, "qdrant-edge": open_edge}


def run(store: str, folder: Path, count: int, asked: int, terms_each: int) -> None:
    """Do one step and print its figures as JSON."""
    baseline = _resident_bytes()
    started = time.perf_counter()
    ask = STORES[store](folder, count, terms_each)
    opened = time.perf_counter() - started
    times: list[float] = []
    for question in questions(asked, terms_each):
        before = time.perf_counter()
        if not ask(question):
            raise SystemExit(f"{store} found nothing")
        times.append((time.perf_counter() - before) * 1000)
    cuts = quantiles(times, n=20)
    files = sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
    figures = {
        "fill_seconds" if count else "open_seconds": round(opened, 2),
        "query_ms_p50": round(cuts[9], 2),
        "query_ms_p95": round(cuts[18], 2),
        "added_memory_mb": (_resident_bytes() - baseline) // 1_000_000,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
        "disk_mb": files // 1_000_000,
    }
    print(json.dumps(figures))  # noqa: T201 (the result)


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def main() -> None:
    """Read the arguments; run every step in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pieces", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--terms", type=int, default=90)
    parser.add_argument("--stores", nargs="+", choices=STORES, default=list(STORES))
    parser.add_argument("--step", nargs=3, metavar=("STORE", "FOLDER", "COUNT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        store, folder, count = arguments.step
        run(store, Path(folder), int(count), arguments.questions, arguments.terms)
        return
    for store in arguments.stores:
        with tempfile.TemporaryDirectory() as folder:
            for step, count in (("fill", arguments.pieces), ("restart", 0)):
                options = ["--questions", str(arguments.questions), "--terms", str(arguments.terms)]
                command = [sys.executable, __file__, *options, "--step", store, folder, str(count)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
                print(f"{store:12} {step:8} {done.stdout.strip()}", flush=True)  # noqa: T201 (the result)


if __name__ == "__main__":
    main()
