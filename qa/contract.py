"""The machine-readable contract: one JSON object for each answer (documented in docs/json-contract.md)."""

from typing import Any

from qa.answer import Alternative, Answer, Citation, QuestionType

Record = dict[str, Any]


def answer_record(answer: Answer, id: str, type: QuestionType = "open") -> Record:
    """Return the answer as the JSON object that `ask --json` prints and `batch` writes."""
    return {
        "id": id,
        "question": answer.question,
        "type": type,
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation(c) for c in answer.citations],
        "alternatives": [_alternative(a) for a in answer.alternatives],
        "choice": list(answer.choice) if isinstance(answer.choice, tuple) else answer.choice,
        "verdict": answer.verdict,
        "article": {"title": answer.article.title, "fingerprint": answer.article.fingerprint},
        "seconds": round(answer.seconds, 4),
    }


def _citation(citation: Citation) -> Record:
    return {
        "paragraph": citation.paragraph.number,
        "label": citation.paragraph.label,
        "section": citation.paragraph.section,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _alternative(alternative: Alternative) -> Record:
    return {
        "answer": alternative.text,
        "confidence": round(alternative.confidence, 4),
        "citations": [_citation(c) for c in alternative.citations],
    }
