"""One reader's conversation about one article: what the page asks for, as messages to the page. Knows no web framework.

A message is a JSON object with `kind`: `article`, `turn`, `quiz`, `notice`, `download`, `noted` or `kept` (an
opening was given up). Each has its own `serial`, so that no two are equal.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol

from index.article import Article, Hit
from index.errors import ArticleQAError
from qa.answer import Answer, Turn
from qa.assistant import checked_question
from qa.quiz.answering import AnswersQuiz
from qa.quiz.writing import OutputFormat
from ui.article_view import article_html
from ui.export import conversation_json, conversation_markdown, evaluation_lines
from ui.quiz_run import QuizSheet
from ui.render import ConfidenceScale, answer_html, error_html, pending_html, welcome_html

MAX_UPLOAD_BYTES = 5_000_000
PASSAGES_SHOWN = 5
SHOWN_OF_BAD_QUESTION = 300
Message = dict[str, Any]
ExportFormat = Literal["markdown", "json", "wrong"]
QUIZ_FILES: dict[OutputFormat, tuple[str, str]] = {
    "jsonl": (".jsonl", "application/jsonl"),
    "csv": (".csv", "text/csv"),
    "markdown": (".md", "text/markdown"),
    "html": (".html", "text/html"),
    "gift": (".gift", "text/plain"),
    "aiken": (".aiken", "text/plain"),
}


class AssistantLike(Protocol):
    """What the page needs of an assistant."""

    @property
    def article(self) -> Article:
        """The article that is asked about."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question, with the earlier turns of the conversation."""

    def retrieve(self, question: str, top_k: int) -> tuple[Hit, ...]:
        """Return the passages that would be read, best first."""


OpenArticle = Callable[[Path | str], AssistantLike]
Suggest = Callable[[AssistantLike], Sequence[str]]
MakeQuiz = Callable[[AssistantLike], AnswersQuiz]


@dataclass(frozen=True)
class Library:
    """What all sessions have in common and none changes."""

    first: AssistantLike
    open_article: OpenArticle
    bundled: Mapping[str, Path] = field(default_factory=dict)
    suggest: Suggest = lambda assistant: ()
    make_quiz: MakeQuiz | None = None
    scale: ConfidenceScale = field(default_factory=ConfidenceScale)
    model: str = ""


class Session:
    """One browser tab: its article, its answers, and which of them were called wrong."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.assistant = library.first
        self.answers: dict[int, Answer] = {}
        self.wrong: dict[int, Answer] = {}
        self.sheet: QuizSheet | None = None
        self._known = False
        self._given_up = 0
        self._turns = itertools.count(1)
        self._serials = itertools.count(1)
        self._lock = Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> "Session":
        """Begin anew: every browser tab starts with a copy of the first session, and models are not copied."""
        return Session(self.library)

    def lost(self, known: bool) -> Message | None:
        """Return what a page is told that was `known` by a session which is gone, for instance after a night asleep.

        Else it would show one article and be answered from another.
        """
        lost, self._known = known and not self._known, True
        if not lost:
            return None
        return self.show() | {"note": "This page was left alone for so long that its article is no longer open here."}

    def ask(self, question: str, as_typed: bool = False) -> Iterator[Message]:
        """Yield the turn as soon as passages are found, and again with the answer. `as_typed` ignores earlier turns."""
        assistant, turn = self.assistant, next(self._turns)
        history = () if as_typed else self._turns_before(turn)
        try:
            question = checked_question(question)
            hits = assistant.retrieve(question, PASSAGES_SHOWN)
            reading = pending_html(question, turn, assistant.article, hits)
            yield self._message("turn", turn=turn, html=reading, done=False)
            answer = assistant.ask(question, history)
        except ArticleQAError as error:
            yield self._message(
                "turn",
                turn=turn,
                html=error_html(question[:SHOWN_OF_BAD_QUESTION], turn, str(error)),
                done=True,
                refused=True,
                said=str(error),
            )
            return
        with self._lock:
            if assistant is not self.assistant:  # another article was opened meanwhile
                return
            self.answers[turn] = answer
        shown = answer_html(answer, turn, self.library.scale)
        yield self._message("turn", turn=turn, html=shown, done=True, said=spoken(answer))

    def open_file(self, path: Path, opening: int = 0) -> Message:
        """Open an uploaded file; its folder on this machine is never shown. `opening` is the page's number of it."""
        size = path.stat().st_size if path.is_file() else 0
        if size > MAX_UPLOAD_BYTES:
            return self._message("notice", text=too_large(path.name, size))
        return self._open(path, opening)

    def open_text(self, text: str, opening: int = 0) -> Message:
        """Open pasted text."""
        return self._open(text, opening)

    def open_bundled(self, name: str, opening: int = 0) -> Message:
        """Open one of the articles offered by name."""
        path = self.library.bundled.get(name)
        if path is None:
            return self._message("notice", text=f"There is no article called {name!r} here.")
        return self._open(path, opening)

    def keep_article(self, opening: int) -> None:
        """Give up the page's openings up to this number, which may still be waiting or going on."""
        with self._lock:
            self._given_up = max(self._given_up, opening)

    def show(self) -> Message:
        """Return the message that shows the article and an empty conversation."""
        article = self.assistant.article
        return self._message(
            "article",
            title=article.title,
            html=article_html(article),
            welcome=welcome_html(article, self.library.suggest(self.assistant)[:3]),
        )

    def mark_wrong(self, turn: int, wrong: bool) -> Message:
        """Collect the answer of `turn` for the evaluation, or take it back."""
        with self._lock:
            if wrong and turn in self.answers:
                self.wrong[turn] = self.answers[turn]
            elif not wrong:
                self.wrong.pop(turn, None)
        return self._message("noted", turn=turn, wrong=turn in self.wrong, count=len(self.wrong))

    def export(self, format: ExportFormat) -> Message:
        """Return the conversation, or the rows of wrong answers, as a file to save."""
        article, answers = self.assistant.article, list(self.answers.values())
        if format == "wrong":
            text = evaluation_lines([(f"turn-{t}", answer, self._turns_before(t)) for t, answer in self.wrong.items()])
            return self._download("wrong-answers.jsonl", "application/jsonl", text)
        if format == "json":
            return self._download(
                "conversation.json", "application/json", conversation_json(article, answers, self.library.model)
            )
        return self._download(
            "conversation.md", "text/markdown", conversation_markdown(article, answers, self.library.model)
        )

    def quiz(self, path: Path, ticket: int = 0) -> Iterator[Message]:
        """Answer an uploaded quiz file, with messages as it goes on; a quiz begun before is stopped.

        Every message has the page's `ticket`, which tells the quizzes of a page apart.
        """
        if self.library.make_quiz is None:
            yield self._message("notice", text="This assistant cannot answer quiz files.")
            return
        self.stop_quiz()
        sheet = QuizSheet(path.name, self.library.make_quiz(self.assistant), self.library.scale)
        self.sheet = sheet
        try:
            for at in sheet.answer(path):
                yield self._message("quiz", ticket=ticket, **asdict(at))
        except ArticleQAError as error:
            self.sheet = None
            yield self._message("notice", text=str(error).replace(str(path), path.name))

    def stop_quiz(self) -> None:
        """End a quiz that is being answered; its answers so far can be saved."""
        if self.sheet is not None:
            self.sheet.stopped = True

    def save_quiz(self, form: OutputFormat) -> Message:
        """Return the answered quiz as a file to save."""
        if self.sheet is None or not self.sheet.answered:
            return self._message("notice", text="There are no answers to save yet.")
        ending, type = QUIZ_FILES[form]
        text, left_out = self.sheet.written(form)
        message = self._download(f"{Path(self.sheet.name).stem}-answers{ending}", type, text)
        questions = "1 question is" if left_out == 1 else f"{left_out:,} questions are"
        return message | ({"note": f"{questions} not in the file: its format needs an answer."} if left_out else {})

    def failed(self) -> Message:
        """Return what is said when something broke that is not the reader's fault."""
        return self._message(
            "notice", text="Something went wrong here. It is written in the log of the server; please try again."
        )

    def _open(self, source: Path | str, opening: int) -> Message:
        if 0 < opening <= self._given_up:
            return self._message("kept")
        try:
            assistant = self.library.open_article(source)
        except ArticleQAError as error:
            text = str(error).replace(str(source), source.name) if isinstance(source, Path) else str(error)
            return self._message("kept" if 0 < opening <= self._given_up else "notice", text=text)
        with self._lock:
            if 0 < opening <= self._given_up:
                return self._message("kept")
            self.stop_quiz()
            self.assistant, self.answers, self.wrong, self.sheet = assistant, {}, {}, None
        return self.show()

    def _turns_before(self, turn: int) -> tuple[Turn, ...]:
        return tuple(Turn(a.question, a.text) for number, a in list(self.answers.items()) if number < turn)

    def _download(self, name: str, type: str, text: str) -> Message:
        return self._message("download", name=name, type=type, text=text)

    def _message(self, kind: str, **content: Any) -> Message:
        return {"kind": kind, "serial": next(self._serials), **content}


def spoken(answer: Answer) -> str:
    """Return what a screen reader is told when the answer has arrived."""
    if answer.text is None:
        return "The article does not say."
    labels = ", ".join(dict.fromkeys(citation.paragraph.label for citation in answer.citations))
    return f"{' '.join(answer.text.split())} ({labels})"


def too_large(name: str, size: int) -> str:
    """Return the message for a file over the limit."""
    limit = MAX_UPLOAD_BYTES / 1e6
    return (
        f"{name!r} has {size / 1e6:.1f} MB; at most {limit:.0f} MB can be opened here. Split it, or paste a part of it."
    )
