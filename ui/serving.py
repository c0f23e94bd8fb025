"""Puts the chat page together with articles and serves it."""

from pathlib import Path

from index.loading import article_from_text
from qa.assistant import Assistant
from qa.opening import Opener, builtin_article
from qa.quiz.answering import AnswersQuiz
from qa.suggesting import suggested_questions
from qa.weights import manifest
from ui.measured import accuracy_on_test
from ui.render import ConfidenceScale
from ui.session import AssistantLike

MY_ARTICLES = Path("my-articles")


def serve(assistant: Assistant, opener: Opener, port: int) -> None:
    """Serve the chat about `assistant`'s article on 127.0.0.1 until interrupted; prints the address."""
    from ui.chat import create_app, launch

    def open_article(source: Path | str) -> Assistant:
        if isinstance(source, Path):
            return opener.file(source)
        return opener.article(article_from_text(source, source="pasted text"))

    def make_quiz(assistant: AssistantLike) -> AnswersQuiz:
        if not isinstance(assistant, Assistant):  # all that this page shows were opened here
            raise TypeError("quiz files are answered by assistants that the opener made")
        return opener.quiz(assistant)

    page = create_app(
        assistant,
        open_article=open_article,
        bundled=bundled_articles(),
        suggest=suggested_questions,
        make_quiz=make_quiz,
        scale=confidence_scale(opener),
        model=opener.model,
    )
    launch(page, port)


def confidence_scale(opener: Opener) -> ConfidenceScale:
    """Return what the words are worth: on the test questions if these weights were measured, else on others."""
    measured = accuracy_on_test(manifest()) if opener.reader_name == "small" else {}
    calibration = opener.calibration
    if measured:
        return ConfidenceScale(calibration.word, measured)
    return ConfidenceScale(calibration.word, calibration.accuracy, "development")


def bundled_articles() -> dict[str, Path]:
    """Return the articles offered by name: the built-in one and the files in `my-articles/`."""
    own = sorted(path for path in MY_ARTICLES.glob("*") if path.is_file() and not path.name.startswith("."))
    return {"Built-in briefing": builtin_article()} | {path.name: path for path in own}
