"""Every error a user can cause, as one tree.

    ArticleQAError
    ├── ArticleError      the article cannot be read
    ├── IndexFolderError  an index folder is missing, damaged, or made from something else
    ├── ModelError        model files are missing or not what they should be
    ├── QuestionError     the question itself cannot be asked
    ├── QuizFileError     a file of quiz questions has rows that cannot be read
    └── DatasetError      an evaluation or training dataset cannot be read

A message states the cause and the way out, and is shown to the user as it stands.
No answer is not an error: the assistant abstains.
"""


class ArticleQAError(Exception):
    """Root of all errors that are the input's fault, not a bug."""


class ArticleError(ArticleQAError):
    """The article file is missing, empty, too large, or not readable as text."""


class IndexFolderError(ArticleQAError):
    """An index folder is missing, damaged, outdated, or belongs to another article."""


class ModelError(ArticleQAError):
    """Model files are missing, or their sha256 is not the one expected."""


class QuestionError(ArticleQAError):
    """The question is empty or longer than the limit."""


class QuizFileError(ArticleQAError):
    """A quiz file has rows that cannot be read; the message lists all of them by line."""


class DatasetError(ArticleQAError):
    """A dataset cannot be read; the message lists every bad row by line."""
