"""What becomes of answers: counted for Prometheus, and reported where the documents had none."""

from prometheus_client import CollectorRegistry, Counter

from rag_core_api.unanswered import Unanswered
from rag_core_lib.wire.chat import ChatAnswer, ChatRequest, FinishReason


class Outcomes:
    """Counts answers by how they ended, and those in which the chat model should have taken part and did not."""

    def __init__(self, registry: CollectorRegistry, unanswered: Unanswered) -> None:
        self._unanswered = unanswered
        self._answers = Counter("rag_answers", "Answers that were given", ["finish_reason"], registry=registry)
        self._failures = Counter(
            "rag_model_failures", "Answers that were given without the chat model, since it failed", registry=registry
        )

    def note(self, request: ChatRequest, answer: ChatAnswer, session: str) -> None:
        """Count an answer, and report its question when nothing was found."""
        self._answers.labels(answer.finish_reason.value).inc()
        if answer.model_failure:
            self._failures.inc()
        if answer.finish_reason is FinishReason.NOTHING_FOUND:
            self._unanswered.report(request.message, session)
