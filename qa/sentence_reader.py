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
        places = [sentence_spans(chunk.text) for _, chunk in pairs]
        sentences = {chunk.text[a:b] for (_, chunk), spans in zip(pairs, places, strict=True) for a, b in spans}
        texts = sorted(sentences | {question for question, _ in pairs})  # each is encoded once
        vectors = dict(zip(texts, self._encoder.encode(texts), strict=True)) if texts else {}
        readings: list[Reading] = []
        for (question, chunk), spans in zip(pairs, places, strict=True):
            asked = set(words(question))
            found = [
                Span(chunk.start + a, sentence, _score(float(vectors[sentence] @ vectors[question]), asked, sentence))
                for a, b in spans
                if (sentence := chunk.text[a:b])
            ]
            readings.append(Reading(chunk, tuple(sorted(found, key=lambda span: -span.score)), 0.0))
        return readings


def _score(cosine: float, asked: set[str], sentence: str) -> float:
    shared = len(asked & set(words(sentence))) / len(asked) if asked else 0.0
    return 10 * (0.7 * cosine + 0.3 * shared) - 5
