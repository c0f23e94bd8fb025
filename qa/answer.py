"""What the assistant returns: spans, citations, answers."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from index.article import Article, Hit, Paragraph

QuestionType = Literal["open", "multiple_choice", "true_false", "numeric", "fill_in"]
Verdict = Literal["supported", "contradicted", "not_stated"]
QUESTION_TYPES: tuple[QuestionType, ...] = get_args(QuestionType)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of the conversation with the answer given (None: abstained)."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the article, `article.text[start:end] == text`, with the reader's score.

    `score` is the sum of start and end logits less the null score of its passage: unbounded,
    comparable between passages, higher is better.
    """

    start: int
    text: str
    score: float

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: the exact span `[start, end)` and the sentence around it.

    `paragraph` is the block that holds it, `quote` the sentence(s) of that block that hold the span, verbatim.
    """

    paragraph: Paragraph
    start: int
    text: str
    quote_start: int
    quote: str

    @property
    def end(self) -> int:
        """One past the last character of the span."""
        return self.start + len(self.text)

    @property
    def paragraph_number(self) -> int | None:
        """Number of the prose paragraph, None for blocks cited by label."""
        return self.paragraph.number


@dataclass(frozen=True, slots=True)
class Alternative:
    """A runner-up answer with its own confidence, in [0, 1]."""

    text: str
    confidence: float
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The assistant's reply. `text is None` exactly when there are no citations: it abstains.

    `confidence` is the calibrated probability, in [0, 1], that the best span found is right; on an
    abstention it is the one that fell below the threshold. An answer of several parts
    (an enumeration) joins them with "; " in `text` and cites each.
    `understood_as` is the question as it was read, after the conversation was taken into account.
    `choice` is the place, from 0, of the choice made in a quiz, or the places of several; `verdict` the judgement of a
    statement, whose citations are the passage that decides.
    """

    question: str
    text: str | None
    confidence: float
    citations: tuple[Citation, ...]
    alternatives: tuple[Alternative, ...]
    hits: tuple[Hit, ...]
    article: Article
    seconds: float
    understood_as: str = ""
    choice: int | tuple[int, ...] | None = None
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        if (self.text is None) != (not self.citations) and self.verdict is None:
            raise ValueError("an answer has citations exactly when it has a text")

    @property
    def abstained(self) -> bool:
        """Whether the article does not say."""
        return self.text is None


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """One question of a quiz. `line` is its 1-based line in the file; `gold` the key, None if there is none.

    The key of a multiple choice question is the place of the right choice from 0, or the places of several: all of
    them are to be chosen, or with `any_right` one suffices. Of a true/false question it is the verdict, of the others
    a text: `accepted` are more texts that count, `""` means that the article does not say. Numbers may be ranges
    (`3.1..3.2`), and count when they are off by no more than `tolerance`. `several`: the file says that more than one
    choice may be chosen. `two_way`: the statements of the file are true or false, so that "not stated" counts as false.
    """

    id: str
    question: str
    type: QuestionType = "open"
    choices: tuple[str, ...] = ()
    history: tuple[Turn, ...] = field(default=())
    gold: str | int | tuple[int, ...] | None = None
    line: int = 0
    accepted: tuple[str, ...] = ()
    tolerance: float = 0.0
    any_right: bool = False
    several: bool = False
    two_way: bool = False
    title: str = ""
    category: str = ""
