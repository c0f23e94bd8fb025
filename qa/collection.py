"""Answers a question from a collection of articles: the one that answers it best, named in the citation."""

from collections.abc import Sequence

from index.collection import Collection
from index.errors import IndexFolderError
from qa.answer import Answer, Turn
from qa.assistant import Assistant, checked_question
from qa.calibration import Calibration
from qa.conversation import understand
from qa.reading import Reader
from qa.typed import well_formed

ARTICLES = 3
"""How many articles are read for a question: those whose chunks are most like it."""


class CollectionAssistant:
    """Asks the articles that are most like the question; `Answer.article` is the one that answered."""

    def __init__(
        self, collection: Collection, reader: Reader, calibration: Calibration, top_k: int, articles: int = ARTICLES
    ) -> None:
        self._collection = collection
        self._reader = reader
        self._calibration = calibration
        self._top_k = top_k
        self._articles = articles

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Return the surest answer; if no article answers, the refusal that came nearest.

        Raises:
            QuestionError: the question is empty or too long.
            IndexFolderError: the collection is empty or damaged.
        """
        asked = well_formed(understand(well_formed(checked_question(question)), history))
        found = self._collection.nearest(asked, self._articles)
        if not found:
            raise IndexFolderError(
                f"{self._collection.folder} has no articles; add one with `article-qa collection add`"
            )
        answers = [Assistant(i, self._reader, self._calibration, self._top_k).ask(question, history) for i in found]
        # Of equally sure ones the article that is more like the question: max() takes the first.
        return max(answers, key=lambda answer: (not answer.abstained, answer.confidence))
