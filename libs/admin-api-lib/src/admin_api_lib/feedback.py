"""What people say about answers, and what the documents had no answer to: kept for the administrators."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from rag_core_lib.wire.feedback import FeedbackKind, FeedbackReport

_LONGEST_PHRASE = 200


class FeedbackOrder(StrEnum):
    """What comes first in a list."""

    NEWEST = "newest"
    MOST_FREQUENT = "most_frequent"


class Feedback(FeedbackReport):
    """A report as it is kept; the same question without an answer is kept once, and counted."""

    identification: str
    times: int = Field(default=1, description="How often it was asked")
    changed: datetime = Field(description="When it came, or came again, in UTC")


def kept(report: FeedbackReport, before: Feedback | None) -> Feedback:
    """Return what is to be kept of a report; `before` is what is kept under its identification."""
    return Feedback(
        **report.model_dump(),
        identification=identification_of(report),
        times=before.times + 1 if before and report.kind is FeedbackKind.UNANSWERED else 1,
        changed=datetime.now(UTC),
    )


def identification_of(report: FeedbackReport) -> str:
    """Return one id for all reports of a question without an answer, and one for what a person says about an answer.

    So whoever changes their mind about an answer has one voice.
    """
    if report.kind is FeedbackKind.UNANSWERED:
        whole = "unanswered\0" + " ".join(report.question.casefold().split()).rstrip("?.! ")
    else:
        whole = f"{report.session}\0{report.turn}\0{report.question}"
    return sha256(whole.encode()).hexdigest()[:32]


def ordered(reports: Iterable[Feedback], order: FeedbackOrder) -> list[Feedback]:
    """Return reports in an order."""
    newest = sorted(reports, key=lambda one: one.changed, reverse=True)
    return newest if order is FeedbackOrder.NEWEST else sorted(newest, key=lambda one: -one.times)


def question_set(reports: Iterable[Feedback]) -> Iterator[str]:
    """Yield lines as `evaluation/questions.jsonl` has them: a question, where its answer is, and a phrase of it.

    Without a document are those whose answer is still to be found: nobody but a person can say where it is.
    """
    for report in ordered(reports, FeedbackOrder.MOST_FREQUENT):
        line: dict[str, object] = {"ask": report.question}
        if report.kind is FeedbackKind.HELPFUL and report.passages:
            best = report.passages[0]
            line |= {"document": best.source, "phrase": best.excerpt[:_LONGEST_PHRASE]}
        else:
            line |= {"document": None, "phrase": None, "kind": report.kind.value, "times": report.times}
        if report.comment:
            line["comment"] = report.comment
        yield json.dumps(line, ensure_ascii=False) + "\n"
