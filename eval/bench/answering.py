"""One answer, many answers and indexing, in one process beside the peers."""

import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from eval.bench.children import resident_megabytes
from eval.bench.material import Material, different
from eval.bench.peers import BASE, SMALL, haystack, plain_loop, random_reader
from eval.bench.table import Cell, Ratio, Table
from eval.bench.timing import in_turn, ratio
from index.article import Article
from index.encoder import SentenceEncoder
from index.retrieval import encoded_text
from qa.answer import Answer, QuizQuestion
from qa.assistant import Assistant
from qa.opening import Opener
from qa.passes import PairModel, available_cores
from qa.quiz.answering import answer_one
from qa.quiz.batching import answer_each
from qa.tokens import PairTokenizer, PairTokens
from qa.weights import checked_file

WARM_QUESTIONS = 25
LOOPED_QUESTIONS = 40
TEXTS = 512


def warm_answer(material: Material) -> Table:
    """Item 1: one answer when everything is loaded."""
    assistant = Opener().file(material.article)
    passages = [chunk.text for chunk in assistant.index.chunks]
    questions = list(dict.fromkeys(material.questions))[:WARM_QUESTIONS]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(available_cores()) as pool:
        folders = {size: random_reader(Path(scratch) / size.split(",")[0], size) for size in (SMALL, BASE)}
        ways: dict[str, Callable[[str], object]] = {
            "article-qa": assistant.ask,
            "its passes alone, int8": _passes(assistant, questions, pool),
        }
        for size, folder in folders.items():
            ways[f"plain loop, {size}"] = plain_loop(passages, folder, assistant.top_k)
            ways[f"Haystack, {size}"] = haystack(passages, folder, assistant.top_k)
        times = in_turn(ways, questions, warm=2)
    ours = times["article-qa"]
    rows: list[tuple[Cell, ...]] = [
        (name, 1000 * taken.p50, 1000 * taken.p95, ratio(taken, ours)) for name, taken in times.items()
    ]
    return Table(
        "1 Warm answer",
        f"{len(questions)} different questions, {len(passages)} chunks, {assistant.top_k} passages read for each. "
        "Every question is answered in all ways before the next, the first way changing; a ratio is the median over "
        "questions. The peers read in 32 bits, as is their default, with random weights. The passes alone are those of "
        "the reader over the tokens of the hits, without encoding, search, tokens, spans, choice and citation.",
        ("", "p50, ms", "p95, ms", "times article-qa"),
        tuple(rows),
        (
            Ratio("Haystack with the base reader : article-qa", ratio(times[f"Haystack, {BASE}"], ours), 3),
            Ratio("plain loop with a 6-layer reader : article-qa", ratio(times[f"plain loop, {SMALL}"], ours), 1),
            Ratio("article-qa : its passes alone", ratio(ours, times["its passes alone, int8"]), 1.5, at_least=False),
        ),
    )


def _passes(assistant: Assistant, questions: Sequence[str], pool: ThreadPoolExecutor) -> Callable[[str], object]:
    model, tokenizer = PairModel("reader.onnx", None, None, threads=1), PairTokenizer(checked_file("tokenizer.json"))
    known: dict[str, list[PairTokens]] = {}

    def run(question: str) -> object:
        return list(pool.map(lambda pair: model.logits(pair.input_ids, pair.token_type_ids), known[question]))

    for question in questions:
        hits = assistant.retrieve(question, assistant.top_k)
        known[question] = [tokenizer.pair(question, hit.chunk.text) for hit in hits]
    return run


def indexing(material: Material) -> Table:
    """Item 3: chunks encoded a second, beside the encoder alone."""
    assistant = Opener().file(material.article)
    encoder = SentenceEncoder()
    chunks = [encoded_text(chunk) for chunk in assistant.index.chunks]
    texts = [f"{text} ({n})" for n, text in zip(range(TEXTS), itertools.cycle(chunks), strict=False)]
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(encoder.folder), device="cpu")
    plain.max_seq_length = 256
    ways: dict[str, Callable[[list[str]], object]] = {
        "article-qa": encoder.encode,
        "SentenceTransformer.encode": lambda part: plain.encode(part, normalize_embeddings=True),
    }
    times = in_turn(ways, [texts] * 3)
    rows: list[tuple[Cell, ...]] = [(name, len(texts) / taken.p50) for name, taken in times.items()]
    return Table(
        "3 Indexing",
        f"{len(texts)} texts of the length of chunks, three times, in turn. Both sort texts by length and encode in "
        "batches of 32.",
        ("", "chunks a second"),
        tuple(rows),
        (
            Ratio(
                "article-qa : SentenceTransformer.encode, chunks a second",
                ratio(times["SentenceTransformer.encode"], times["article-qa"]),
                0.95,
            ),
        ),
    )


class OpenQuestions:
    """Answers every question of a quiz as an open one."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @property
    def article(self) -> Article:
        """The article that is asked about."""
        return self._assistant.article

    def answer(self, question: QuizQuestion) -> Answer:
        """Answer or abstain."""
        return self._assistant.ask(question.question, question.history)


def batch(material: Material, largest: int, shell_seconds: float) -> Table:
    """Item 4: questions a second in a batch, beside a loop over `ask` in one process and in the shell."""
    questions = OpenQuestions(Opener().file(material.article))
    loop = list(different(material.questions, LOOPED_QUESTIONS))
    for question in loop[:2]:
        answer_one(questions, question)
    # The loop before and after the batches: what the machine does meanwhile falls on both.
    first = _rate(answer_one(questions, question) for question in loop)
    rows: list[tuple[Cell, ...]] = []
    size, rate = 10, 0.0
    while size <= largest:
        rate = _rate(answer_each(questions, different(material.questions, size)))
        rows.append((f"batch of {size:,}, all different", rate, rate / first, resident_megabytes()))
        size *= 10
    repeated = (q for q in itertools.islice(itertools.cycle(loop), 10 * len(loop)))
    again = _rate(answer_each(questions, repeated))
    rows.append((f"batch of {10 * len(loop)}, each ten times", again, again / first, resident_megabytes()))
    last = _rate(answer_one(questions, question) for question in loop)
    looped = (first + last) / 2
    shell = 1 / shell_seconds
    ahead = [(name, value, value / looped, value / shell, peak) for name, value, _, peak in rows]  # type: ignore[operator]
    return Table(
        "4 Batch",
        f"Open questions; a loop over `ask` in one process ({LOOPED_QUESTIONS} questions, before and after the "
        "batches) and `article-qa ask` in a loop of the shell (item 2). Memory is what this process holds then, with "
        "all that was measured before.",
        ("", "questions a second", "times the loop", "times the shell's loop", "memory, MB"),
        (
            ("loop over `ask`", looped, 1.0, looped / shell, None),
            ("loop in the shell", shell, shell / looped, 1.0, None),
            *ahead,
        ),
        (
            Ratio("batch, all different : loop over `ask` in one process", rate / looped, 4),
            Ratio("batch, all different : loop over `ask` in the shell", rate / shell, 4),
            Ratio("batch, each ten times : loop over `ask` in one process", again / looped, 4),
        ),
    )


def _rate(answers: Iterable[object]) -> float:
    began = time.perf_counter()
    count = 0
    for answer in answers:
        json.dumps(answer[1] if isinstance(answer, tuple) else answer)
        count += 1
    return count / (time.perf_counter() - began)
