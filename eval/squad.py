"""SQuAD 2.0 files (https://rajpurkar.github.io/SQuAD-explorer/) as questions on one article of all their paragraphs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.dataset import Dataset, Item
from eval.rows import DatasetFile, Fields, dataset_error, read_file
from index.article import Article, Paragraph
from index.errors import DatasetError

_GAP = "\n\n"


def load_squad(path: Path) -> Dataset:
    """Read a SQuAD 1.1 or 2.0 file; its contexts become the numbered paragraphs of the dataset's article.

    Questions whose answer spaces differ from the context are kept as they are. A question of
    version 2.0 with `is_impossible` has no answers (its `plausible_answers` are not gold).

    Raises:
        DatasetError: it cannot be read, or questions are bad: the message lists them by place in the file.
    """
    file = read_file(path)
    try:
        data = json.loads(file.text)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{path} line {error.lineno}: not JSON ({error.msg}); give a SQuAD file") from error
    contexts: list[str] = []
    items: list[Item] = []
    problems: list[str] = []
    seen: set[str] = set()
    for place, context, questions in _paragraphs(data, problems):
        contexts.append(context)
        for at, row in enumerate(questions):
            try:
                item = _item(row, context, len(contexts))
                if item.id in seen:
                    raise ValueError(f"id {item.id!r} stands above already")
                seen.add(item.id)
                items.append(item)
            except ValueError as error:
                problems.append(f"{place}.qas[{at}]: {error}")
    if problems:
        raise dataset_error(file.name, problems, "has bad questions; nothing was asked")
    if not items:
        raise DatasetError(f"{path} has no questions; give a SQuAD file with data, paragraphs and qas")
    return Dataset(file.name, file.sha256, tuple(items), _article(file, contexts))


def _paragraphs(data: Any, problems: list[str]) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield place, context and questions of each paragraph; note what is not in the format."""
    documents = data.get("data") if isinstance(data, dict) else None
    if not isinstance(documents, list):
        problems.append('no list under "data"')
        return
    for i, document in enumerate(documents):
        paragraphs = document.get("paragraphs") if isinstance(document, dict) else None
        if not isinstance(paragraphs, list):
            problems.append(f'data[{i}]: no list under "paragraphs"')
            continue
        for j, paragraph in enumerate(paragraphs):
            place = f"data[{i}].paragraphs[{j}]"
            context = paragraph.get("context") if isinstance(paragraph, dict) else None
            questions = paragraph.get("qas") if isinstance(paragraph, dict) else None
            if isinstance(context, str) and context.strip() and isinstance(questions, list):
                yield place, context, questions
            else:
                problems.append(f'{place}: needs a text "context" and a list "qas"')


def _item(row: Any, context: str, number: int) -> Item:
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    fields = Fields(row)
    if "id" not in row:
        fields.wrong('no "id"')
    impossible = row.get("is_impossible")
    given = row.get("answers") or []
    texts: tuple[str, ...] = ()
    if not isinstance(given, list) or not all(isinstance(a, dict) and isinstance(a.get("text"), str) for a in given):
        fields.wrong('"answers" is not a list of {"text": …}')
    else:
        texts = tuple(dict.fromkeys(answer["text"] for answer in given if answer["text"].strip()))
    if impossible and texts:
        fields.wrong('"is_impossible" is true, but there are "answers"')
    elif impossible is False and not texts:
        fields.wrong('no "answers"; mark it "is_impossible" if there is none')
    elif not all(text in context for text in texts):
        fields.wrong("an answer does not stand in the context")
    id, question = fields.id(0), fields.question()
    fields.check()
    return Item(id, question, texts, (number,), kind="HasAns" if texts else "NoAns")


def _article(file: DatasetFile, contexts: list[str]) -> Article:
    """Join the contexts; each is one paragraph, exactly as it stands in the file."""
    paragraphs: list[Paragraph] = []
    start = 0
    for number, context in enumerate(contexts, start=1):
        paragraphs.append(Paragraph(number, start, context))
        start += len(context) + len(_GAP)
    return Article(file.name, _GAP.join(contexts), tuple(paragraphs), source=file.name)
