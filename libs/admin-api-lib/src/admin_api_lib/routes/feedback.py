"""What people say about answers comes from everyone who chats, and is read by the administrators."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response

from admin_api_lib.dependencies import FeedbackDependency
from admin_api_lib.feedback import Feedback, FeedbackOrder, ordered, question_set
from rag_core_lib.wire.feedback import FeedbackKind, FeedbackReport
from rag_core_lib.wire.status import Problem

_JSON_LINES = "application/jsonl"

router = APIRouter(tags=["feedback"], responses={503: {"model": Problem, "description": "It cannot be kept or read"}})


@router.post("/feedback", status_code=204)
async def report(body: FeedbackReport, feedback: FeedbackDependency) -> None:
    """Keep what a person says about an answer, or a question without one; open to everyone who chats."""
    await asyncio.to_thread(feedback.add, body)


@router.get("/feedback")
def reports(
    feedback: FeedbackDependency,
    kind: Annotated[FeedbackKind | None, Query(description="Only reports of this kind")] = None,
    order: Annotated[FeedbackOrder, Query(description="What comes first")] = FeedbackOrder.MOST_FREQUENT,
) -> list[Feedback]:
    """List what was said about answers, and the questions that the documents had no answer to."""
    return ordered((one for one in feedback.all() if kind in {None, one.kind}), order)


@router.get("/feedback/questions", response_class=Response, responses={200: {"content": {_JSON_LINES: {}}}})
def questions(feedback: FeedbackDependency) -> Response:
    """Return a question set for the evaluation, a line of JSON for each question."""
    headers = {"Content-Disposition": 'attachment; filename="questions.jsonl"'}
    return Response("".join(question_set(feedback.all())), media_type=_JSON_LINES, headers=headers)


@router.delete(
    "/feedback/{identification}",
    status_code=204,
    responses={404: {"model": Problem, "description": "The report does not exist"}},
)
async def forget(identification: str, feedback: FeedbackDependency) -> None:
    """Delete a report that is dealt with."""
    if not await asyncio.to_thread(feedback.delete, identification):
        raise HTTPException(404, f"report {identification} does not exist")
