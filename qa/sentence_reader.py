"""The baseline reader: the whole sentence most like the question. Not a span, and said so.

It needs no trained weights, and evaluation compares the trained reader with it.
"""

from collections.abc import Sequence

from index.article import Chunk
from index.encoder import Encoder
from index.lexical import words
from index.sentences import sentence_spans
from qa.answer import Span
from qa.reading import Reading


class SentenceReader:
    """Scores each sentence by cosine similarity and shared words; the null score is 0.

    A sentence scores 10 * (0.7 cosine + 0.3 share of the question's words it holds) - 5, in
    [-12, 5]; the abstention threshold is tuned on the development questions like the trained reader's.
    """

    name = "sentence"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read(self, pairs: Sequence[tuple[str, Chunk]]) -> list[Reading]:
        """Return one reading for each (question, chunk), in order."""
        questions = sorted({question for question, _ in pairs})
        vectors = dict(zip(questions, self._encoder.encode(questions), strict=True)) if questions else {}
        readings: list[Reading] = []
        for question, chunk in pairs:
            spans = sentence_spans(chunk.text)
            sentences = [chunk.text[start:end] for start, end in spans]
            cosines = self._encoder.encode(sentences) @ vectors[question] if sentences else []
            asked = set(words(question))
            scored = [
                Span(chunk.start + start, sentence, _score(float(cosine), asked, sentence))
                for (start, _), sentence, cosine in zip(spans, sentences, cosines, strict=True)
            ]
            readings.append(Reading(chunk, tuple(sorted(scored, key=lambda span: -span.score)), 0.0))
        return readings


def _score(cosine: float, asked: set[str], sentence: str) -> float:
    shared = len(asked & set(words(sentence))) / len(asked) if asked else 0.0
    return 10 * (0.7 * cosine + 0.3 * shared) - 5
