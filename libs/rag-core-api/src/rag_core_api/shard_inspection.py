"""Looks for damage in a folder of Qdrant Edge: `python -m rag_core_api.shard_inspection FOLDER`.

In a process of its own: the files are mapped into memory, so one that was cut off ends whoever reads it by SIGBUS. All
points are read, with their vectors, and compared with what was noted beside them when they were stored: digests, how
many pieces a document has, and what the filters find. The caller holds the lock on the folder.
"""

import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from pydantic import ValidationError
from qdrant_edge import (
    CountRequest,
    EdgeShard,
    FacetRequest,
    FieldCondition,
    Filter,
    MatchValue,
    Record,
    ScrollRequest,
)
from qdrant_edge import SparseVector as EdgeSparseVector

from rag_core_api.least_records import least_records
from rag_core_api.piece_index import (
    INDEX_RECORD,
    SPARSE_VECTOR,
    DocumentRecord,
    PiecePayload,
    SparseVector,
    record_id,
    vectors_named,
)
from rag_core_lib.state_folder import StateUnavailableError

_DAMAGED, _UNAVAILABLE = 3, 4
_PAGE = 1000
_LEAST_SECONDS = 300.0
_SECONDS_FOR_A_MEGABYTE = 0.5
_SIGNALS_OF_DAMAGE = {
    -4: "SIGILL",
    -5: "SIGTRAP",
    -6: "SIGABRT",
    -7: "SIGBUS",
    -8: "SIGFPE",
    -10: "SIGBUS",
    -11: "SIGSEGV",
}
"""SIGBUS is 7 on Linux and 10 on macOS."""
_NOT_DAMAGE = ("WouldBlock", "No space left", "Too many open files", "Permission denied", "Cannot allocate memory")
_UNIT_TOLERANCE = 0.01
_VALUES_THAT_ARE_GONE = 100_000


class DamagedError(Exception):
    """What is in the folder is not what was stored there; `str` of it says what is wrong."""


def inspect(place: Path) -> str | None:
    """Return what is damaged in a folder, None when nothing is.

    Raises `StateUnavailableError` where that cannot be determined.
    """
    size = sum(file.stat().st_blocks * 512 for file in place.rglob("*") if file.is_file())
    seconds = _LEAST_SECONDS + size / 1e6 * _SECONDS_FOR_A_MEGABYTE
    command = [sys.executable, "-P", "-m", "rag_core_api.shard_inspection", str(place)]
    try:
        done = subprocess.run(  # noqa: S603 (a list, no shell, this interpreter)
            command, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"reading it did not end within {seconds:.0f} s"
    except OSError as error:
        raise StateUnavailableError(f"cannot inspect {place}: {error.strerror}") from error
    said = done.stdout.strip().splitlines()
    if done.returncode == 0:
        return None
    if done.returncode == _DAMAGED:
        return said[-1] if said else "it cannot be read"
    if done.returncode in _SIGNALS_OF_DAMAGE:
        return f"reading it ended by {_SIGNALS_OF_DAMAGE[done.returncode]}"
    reason = said[-1] if said else (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    raise StateUnavailableError(f"cannot inspect {place}: {reason}")


def is_damage(error: BaseException) -> bool:
    """Tell whether an error of the library may come from damaged files, and not from the system around them."""
    return not any(reason in str(error) for reason in _NOT_DAMAGE)


def compare(shard: EdgeShard, least: int = 0) -> None:
    """Read everything, of which there have to be that many records at least.

    Raises `DamagedError`, or whatever the library raises.
    """
    records: dict[str, DocumentRecord] = {}
    generations: Counter[tuple[str, str]] = Counter()
    vectors: dict[tuple[str, str], set[str]] = {}
    for point in _points(shard):
        payload = point.payload or {}
        try:
            if "record_of" in payload:
                record = DocumentRecord.model_validate(payload)
                _expect(str(point.id) == record_id(record.record_of), "a record is not where it belongs")
                _expect(not point.vector, f"the record of {record.record_of} has vectors")
                _expect(payload.get("settled") == record.settled, f"the record of {record.record_of} is inconsistent")
                records[record.record_of] = record
            else:
                piece = PiecePayload.model_validate(payload)
                vectors.setdefault((piece.document_id, piece.generation), set()).add(
                    _check_vectors(piece, point.vector)
                )
                generations[piece.document_id, piece.generation] += 1
        except ValidationError as error:
            raise DamagedError(
                f"a point does not have the form it was stored in: {error.error_count()} faults"
            ) from error
    # Written when the shard was made: without it, the list of points is gone, and with it all of them.
    _expect(INDEX_RECORD in records, "no point is left")
    _expect(len(records) >= least, f"of {least} records {len(records)} are left")
    for name, record in records.items():
        expected = record.pieces
        found = generations[name, record.visible] if record.visible else 0
        _expect(expected is None or expected == found, f"{name} has {found} pieces of {expected}")
        kinds = vectors.get((name, record.visible or ""), set())
        _expect(record.vectors is None or kinds <= {record.vectors}, f"pieces of {name} have lost vectors")
    _check_filters(shard, records, generations)


def _points(shard: EdgeShard) -> Iterator[Record]:
    offset = None
    while True:
        points, offset = shard.scroll(ScrollRequest(offset, _PAGE, None, with_payload=True, with_vector=True))
        yield from points
        if offset is None:
            return


def _check_vectors(piece: PiecePayload, vectors: object) -> str:
    """Compare the vectors of a piece with what is known of them; return which it has, as a record names them."""
    known = cast("dict[str, object]", vectors) if isinstance(vectors, dict) else {}
    for name, vector in known.items():
        if name == SPARSE_VECTOR and isinstance(vector, EdgeSparseVector):
            sparse = SparseVector(list(vector.indices), list(vector.values))
            is_same = piece.digest is None or piece.digest == piece.computed_digest(sparse)
            _expect(is_same, f"a piece of {piece.document_id} is not what was stored")
        elif isinstance(vector, list):
            # Kept with length 1, for cosine similarity.
            length = math.sqrt(sum(value * value for value in cast("list[float]", vector)))
            is_unit = length == 0 or abs(length - 1) < _UNIT_TOLERANCE
            _expect(math.isfinite(length) and is_unit, f"a vector of {piece.document_id} is not what was stored")
    _expect(SPARSE_VECTOR in known or piece.digest is None, f"a piece of {piece.document_id} has lost its terms")
    return vectors_named(next((name for name in known if name != SPARSE_VECTOR), None))


def _check_filters(shard: EdgeShard, records: dict[str, DocumentRecord], generations: Counter[tuple[str, str]]) -> None:
    """See that what filters find is what is there: they have files of their own."""
    by_document: Counter[str] = Counter()
    by_generation: Counter[str] = Counter()
    for (document, generation), count in generations.items():
        by_document[document] += count
        by_generation[generation] += count
    settled = Counter(record.settled for record in records.values())
    for field, expected in (("document_id", by_document), ("generation", by_generation), ("settled", settled)):
        most = len(expected) + _VALUES_THAT_ARE_GONE
        hits = shard.facet(FacetRequest(field, most, exact=True)).hits
        # Values of deleted points are listed with a count of 0 until the index is written again.
        found = {str(hit.value): hit.count for hit in hits if hit.count}
        _expect(found == dict(expected), f"the index of {field} is not that of its points")
        for value, count in expected.items():
            condition = FieldCondition(field, match=MatchValue(value))
            counted = shard.count(CountRequest(filter=Filter(must=[condition])))
            _expect(counted == count, f"the index of {field} is not that of its points")


def _expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise DamagedError(otherwise)


def _inspect(folder: str) -> None:
    """Compare, and once more when the log that a killed process left behind was applied and written."""
    shard = EdgeShard.load(folder)
    least = least_records(Path(folder))
    try:
        compare(shard, least)
    except DamagedError:
        shard.flush()
        shard.close()
        shard = EdgeShard.load(folder)
        compare(shard, least)
    shard.close()


def main() -> int:
    """Inspect the folder that is named, and print what is wrong."""
    try:
        _inspect(sys.argv[1])
    except DamagedError as error:
        sys.stdout.write(f"{error}\n")
        return _DAMAGED
    except MemoryError:
        sys.stdout.write("not enough memory\n")
        return _UNAVAILABLE
    except BaseException as error:  # noqa: BLE001 (the library raises `Exception` itself, and panics are none)
        sys.stdout.write(" ".join(str(error).split())[:500] + "\n")
        return _DAMAGED if is_damage(error) else _UNAVAILABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
