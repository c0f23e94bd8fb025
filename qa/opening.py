"""Opens an assistant on an article: from a file, an index folder, pasted text, or the built-in briefing."""

import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from index.article import Article
from index.encoder import Encoder, SentenceEncoder
from qa.assistant import TOP_K, Assistant
from qa.calibration import Calibration, load_calibration
from qa.reading import Reader
from qa.verifier import VERIFIER_WEIGHTS
from qa.weights import LARGE_VERIFIER_WEIGHTS, LARGE_WEIGHTS, WEIGHTS, checked_file, manifest, weights_there

if TYPE_CHECKING:
    from index.collection import Collection
    from qa.collection import CollectionAssistant
    from qa.quiz.assistant import QuizAssistant
    from qa.verifier import Judge

ReaderName = Literal["small", "large", "sentence"]
READERS: tuple[ReaderName, ...] = get_args(ReaderName)


def builtin_article() -> Path:
    """Return the path of the briefing that comes with the package."""
    return Path(str(files("index") / "articles" / "briefing.md"))


def reader_named(name: str) -> ReaderName | None:
    """Return the reader of that name, None for "" (the best that is there).

    Raises:
        ValueError: there is none of that name.
    """
    if name and name not in READERS:
        raise ValueError(f"{name!r} is not one of {', '.join(READERS)}")
    return next((known for known in READERS if known == name), None)


def default_reader() -> ReaderName:
    """Return the trained reader where its weights are there, else the sentence baseline."""
    return "small" if weights_there() else "sentence"


def model_files() -> dict[str, str]:
    """Return the sha256 of each shipped model file, by name, for reports."""
    files = manifest() if weights_there() else {}
    for folder in (VERIFIER_WEIGHTS, LARGE_WEIGHTS, LARGE_VERIFIER_WEIGHTS):
        if weights_there(folder):
            files |= {f"{folder.name}/{name}": digest for name, digest in manifest(folder).items()}
    return files


class Opener:
    """Opens assistants that share one encoder and one reader, so that models load once."""

    def __init__(
        self,
        reader: ReaderName | None = None,
        top_k: int = TOP_K,
        encoder: Encoder | None = None,
        announce: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Choose the reader by name (None: the best that is there); `announce` is told what the cache did."""
        self._encoder = encoder or SentenceEncoder()
        self._top_k = top_k
        self._announce = announce
        self._judge: Judge | None = None
        self.reader_name = reader or default_reader()
        self.reader, self.calibration = self._open_reader()

    def _open_reader(self) -> tuple[Reader, Calibration]:
        if self.reader_name == "sentence":
            from qa.sentence_reader import SentenceReader

            return SentenceReader(self._encoder), load_calibration(WEIGHTS / "sentence" / "calibration.json")
        from qa.span_reader import SpanReader

        if self.reader_name == "small":
            return SpanReader(), load_calibration(checked_file("calibration.json"))
        from qa.large.merging import large_reader_folder

        calibration = load_calibration(checked_file("calibration.json", LARGE_WEIGHTS))
        return SpanReader(large_reader_folder(), name="large"), calibration

    def settings(self) -> dict[str, str]:
        """Return what an answer depends on besides the article, for reports."""
        return {"reader": self.reader_name, "encoder": self._encoder.name, "top-k": str(self._top_k)}

    @property
    def model(self) -> str:
        """Return the reader's name and, for the trained ones, the start of its weights' sha256, for exports."""
        if self.reader_name == "sentence":
            return self.reader_name
        weights = {"small": manifest, "large": lambda: manifest(LARGE_WEIGHTS)}[self.reader_name]()
        return f"{self.reader_name} {(weights.get('reader.onnx') or weights['adapter.safetensors'])[:12]}"

    @property
    def made_with(self) -> str:
        """Return in one line what answers depend on besides the article, weights included."""
        weights = hashlib.sha256("".join(model_files().values()).encode()).hexdigest()[:12]
        return f"{', '.join(f'{name} {value}' for name, value in self.settings().items())}, weights {weights}"

    def article(self, article: Article) -> Assistant:
        """Open an assistant on a loaded article, using the cache of indexes."""
        from index.cache import cached_index

        index = cached_index(article, self._encoder, announce=self._announce)
        return Assistant(index, self.reader, self.calibration, self._top_k)

    def quiz(self, assistant: Assistant) -> "QuizAssistant":
        """Return an assistant that also answers choices and statements, about the same article."""
        from qa.quiz.assistant import QuizAssistant
        from qa.quiz.weights import load_quiz_weights

        large = self.reader_name == "large"
        if self._judge is None:
            self._judge = open_judge(large)
        folder = LARGE_VERIFIER_WEIGHTS if large else VERIFIER_WEIGHTS
        return QuizAssistant(assistant, self._judge, load_quiz_weights(checked_file("calibration.json", folder)))

    def file(self, path: Path) -> Assistant:
        """Open an assistant on an article file.

        Raises:
            ArticleError: the file cannot be read as an article.
        """
        from index.loading import load_article

        return self.article(load_article(path))

    def folder(self, folder: Path) -> Assistant:
        """Open an assistant on an index folder made by `article-qa index`.

        Raises:
            IndexFolderError: it is missing, damaged, or made by something else.
        """
        from index.folder import load_index

        return Assistant(load_index(folder, self._encoder), self.reader, self.calibration, self._top_k)

    def collection(self, collection: "Collection") -> "CollectionAssistant":
        """Return an assistant that asks the articles of a collection."""
        from qa.collection import CollectionAssistant

        return CollectionAssistant(collection, self.reader, self.calibration, self._top_k)

    def builtin(self) -> Assistant:
        """Open an assistant on the built-in briefing."""
        return self.file(builtin_article())


def open_judge(large: bool) -> "Judge":
    """Open the verifier, or the large one, which is made on first use.

    Raises:
        ModelError: the large one's base weights are not installed, or the cache cannot be written.
    """
    from qa.verifier import Verifier

    if not large:
        return Verifier()
    from qa.large.merging import large_verifier_folder

    folder = large_verifier_folder()
    return Verifier(folder, folder)


def open_quiz(reader: ReaderName | None, top_k: int, article: Article) -> "QuizAssistant":
    """Open an assistant for quizzes on an article, with models of its own: what a process of a cluster does."""
    opener = Opener(reader, top_k)
    return opener.quiz(opener.article(article))
