"""Dataset files of all formats: what is read, and one error that lists every bad row."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_models import small_article

from eval.dataset import Item, check_places, load_items, parse_item
from eval.formats import dataset_format
from eval.quiz_dataset import load_quiz
from eval.squad import load_squad
from index.errors import DatasetError
from qa.answer import Turn

FULL = {
    "id": "q1",
    "question": "And who lit it?",
    "answers": ["Maria Sund"],
    "paragraphs": [2],
    "answerable": True,
    "kind": "follow-up",
    "fact": "keeper-fire",
    "history": [{"question": "What was lit?", "answer": "a fire"}, {"question": "Where?", "answer": None}],
    "standalone": "Who lit the fire?",
}
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Towers",
            "paragraphs": [
                {
                    "context": "Kell built it. ",
                    "qas": [
                        {"id": "a", "question": "Who?", "answers": [{"text": "Kell", "answer_start": 0}] * 2},
                        {"id": "b", "question": "When?", "answers": [], "is_impossible": True},
                    ],
                },
                {"context": "Kell built it. ", "qas": []},
                {
                    "context": "It cost much.",
                    "qas": [{"id": "c", "question": "How much?", "answers": [{"text": "much", "answer_start": 8}]}],
                },
            ],
        }
    ],
}


def written(tmp_path: Path, *rows: object, name: str = "questions.jsonl") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_full_row_and_a_short_one(tmp_path: Path) -> None:
    path = written(tmp_path, FULL, "", {"question": " What colour? "})
    dataset = load_items(path)
    full, short = dataset.items
    assert full == Item(
        "q1",
        "And who lit it?",
        ("Maria Sund",),
        (2,),
        "follow-up",
        fact="keeper-fire",
        history=(Turn("What was lit?", "a fire"), Turn("Where?", None)),
        standalone="Who lit the fire?",
        line=1,
    )
    assert (short.id, short.question, short.answerable, short.kind) == ("3", "What colour?", False, "unanswerable")
    assert full.places == {"¶2"}
    assert dataset.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_label_is_a_place(tmp_path: Path) -> None:
    (item,) = load_items(written(tmp_path, {"question": "Who?", "answers": ["x"], "label": "author note"})).items
    assert item.places == {"author note"}


def test_all_bad_rows_are_listed_by_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        FULL,
        "{",
        [1],
        {"id": "q1", "question": "Twice?"},
        {"question": "", "answers": "x", "paragraphs": [0], "kind": 3, "history": [{}], "label": "sidebar"},
        {"question": "Why?", "answerable": True},
        {"question": "Why?", "answerable": False, "answers": ["x"]},
        {"question": "Why?", "answerable": "yes"},
    )
    with pytest.raises(DatasetError) as error:
        load_items(path)
    lines = str(error.value).splitlines()
    assert "questions.jsonl has bad rows; nothing was asked (7):" in lines[0]
    assert [line.strip().partition(":")[0] for line in lines[1:]] == [f"line {n}" for n in range(2, 9)]
    assert all(word in lines[4] for word in ("empty", '"answers"', '"paragraphs"', '"kind"', '"history"', '"label"'))


def test_what_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such file"):
        load_items(tmp_path / "none.jsonl")
    with pytest.raises(DatasetError, match="no questions"):
        load_items(written(tmp_path, ""))
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(b'{"question": "Caf\xe9?"}')
    with pytest.raises(DatasetError, match="UTF-8"):
        load_items(latin)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(
    st.dictionaries(
        st.sampled_from(["id", "question", "answers", "paragraphs", "answerable", "kind", "parts", "history", "label"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.none() | st.text(max_size=3)),
    )
)
def test_any_row_is_read_or_refused(row: dict[str, object]) -> None:
    try:
        item = parse_item(row, 1)
    except ValueError:
        return
    assert item.question


def test_gold_must_be_in_the_article(tmp_path: Path) -> None:
    article = small_article()
    good = {"question": "Who?", "answers": ["Maria Sund"], "paragraphs": [2]}
    check_places(load_items(written(tmp_path, good)), article)
    bad = [good | {"paragraphs": [1]}, good | {"paragraphs": [99]}, good | {"paragraphs": [], "label": "footnote"}]
    with pytest.raises(DatasetError) as error:
        check_places(load_items(written(tmp_path, *bad)), article)
    assert [line.strip()[:6] for line in str(error.value).splitlines()[1:]] == ["line 1", "line 2", "line 3"]


def test_squad_becomes_one_article(tmp_path: Path) -> None:
    dataset = load_squad(written(tmp_path, SQUAD, name="squad.json"))
    article = dataset.article
    assert article is not None
    assert [p.number for p in article.paragraphs] == [1, 2, 3]
    assert all(article.text[p.start : p.end] == p.text for p in article.paragraphs)
    assert [(i.id, i.answers, i.paragraphs, i.kind) for i in dataset.items] == [
        ("a", ("Kell",), (1,), "HasAns"),
        ("b", (), (1,), "NoAns"),
        ("c", ("much",), (3,), "HasAns"),
    ]
    check_places(dataset, article)


def test_bad_squad_questions_are_all_listed(tmp_path: Path) -> None:
    bad = json.loads(json.dumps(SQUAD))
    bad["data"][0]["paragraphs"][0]["qas"] += [
        {"question": "no id?", "answers": []},
        {"id": "d", "question": "astray?", "answers": [{"text": "Finch"}]},
        {"id": "a", "question": "twice?", "answers": []},
        {"id": "e", "question": "impossible?", "answers": [{"text": "Kell"}], "is_impossible": True},
        {"id": "f", "question": "none?", "answers": [], "is_impossible": False},
        7,
    ]
    bad["data"].append({"title": "empty"})
    bad["data"][0]["paragraphs"].append({"context": " ", "qas": []})
    with pytest.raises(DatasetError) as error:
        load_squad(written(tmp_path, bad, name="squad.json"))
    listed = str(error.value)
    assert all(f"data[0].paragraphs[0].qas[{n}]:" in listed for n in range(2, 8))
    assert "data[1]:" in listed
    assert "data[0].paragraphs[3]:" in listed
    with pytest.raises(DatasetError, match="line 1: not JSON"):
        load_squad(written(tmp_path, "{", name="squad.json"))
    with pytest.raises(DatasetError, match='"data"'):
        load_squad(written(tmp_path, [], name="squad.json"))


def test_a_sample_is_seeded_and_keeps_the_order(tmp_path: Path) -> None:
    dataset = load_items(written(tmp_path, *({"id": n, "question": f"Question {n}?"} for n in range(20))))
    drawn = dataset.sample(5, seed=1)
    assert drawn == dataset.sample(5, seed=1)
    assert [int(item.id) for item in drawn.items] == sorted({int(item.id) for item in drawn.items})
    assert (len(drawn.items), drawn.name) == (5, "questions.jsonl (sample of 5, seed 1)")
    assert dataset.sample(20) is dataset


QUIZ = (
    {"id": "m", "question": "Which?", "type": "multiple_choice", "choices": ["oil", "wood"], "gold": 1, "fact": "fuel"},
    {"id": "t", "question": "It burns oil.", "type": "true_false", "gold": "not_stated"},
    {"id": "o", "question": "What burns?", "type": "open", "gold": "wood"},
)


def test_quiz_rows(tmp_path: Path) -> None:
    path = written(tmp_path, *QUIZ)
    quiz = load_quiz(path)
    choice, verdict, opened = quiz.questions
    assert (choice.type, choice.choices, choice.gold) == ("multiple_choice", ("oil", "wood"), 1)
    assert (verdict.type, verdict.gold) == ("true_false", "not_stated")
    assert (opened.type, opened.gold, opened.line) == ("open", "wood", 3)
    assert (quiz.name, quiz.sha256) == ("questions.jsonl", hashlib.sha256(path.read_bytes()).hexdigest())
    drawn = quiz.sample(2, seed=1)
    assert (len(drawn.questions), drawn.name) == (2, "questions.jsonl (sample of 2, seed 1)")


@pytest.mark.parametrize(
    "change",
    [
        {"gold": 2},
        {"gold": True},
        {"gold": None},
        {"gold": "wood"},
        {"gold": [0, 2]},
        {"choices": ["oil"]},
        {"type": "true_false"},
        {"type": "essay"},
    ],
)
def test_a_bad_key_names_its_line(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(DatasetError, match=r"line 1: .*(gold|key|choices|type)"):
        load_quiz(written(tmp_path, QUIZ[0] | change))


def test_all_bad_rows_of_a_quiz_are_listed_by_line(tmp_path: Path) -> None:
    keyless = {"id": "k", "question": "Why?"}
    with pytest.raises(DatasetError) as error:
        load_quiz(written(tmp_path, QUIZ[0], keyless, "{", QUIZ[1] | {"gold": "maybe"}))
    first, *rest = str(error.value).splitlines()
    assert first == "questions.jsonl has bad rows; nothing was asked (3):"
    assert [line.strip().partition(":")[0] for line in rest] == ["line 2", "line 3", "line 4"]


GIFT = (
    "::one::Who lit a fire? {=Maria Sund ~Kell}\n\n::two::It lasted three days. {TRUE}\n\n::three::How long? {#3:1}\n"
)
AIKEN = "Who lit a fire?\nA. Kell\nB. Maria Sund\nANSWER: B\n"
CSV = "question,type,choices,answer\nWho lit a fire?,multiple choice,Maria Sund|Kell,Maria Sund\nWho?,open,,Kell\n"
MOODLE = """<?xml version="1.0"?><quiz><question type="truefalse"><name><text>a</text></name>
<questiontext><text>It lasted three days.</text></questiontext>
<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>"""


@pytest.mark.parametrize(
    ("name", "text", "types"),
    [
        ("quiz.gift", GIFT, ["multiple_choice", "true_false", "numeric"]),
        ("quiz.txt", AIKEN, ["multiple_choice"]),
        ("quiz.csv", CSV, ["multiple_choice", "open"]),
        ("quiz.xml", MOODLE, ["true_false"]),
    ],
)
def test_quizzes_of_every_format_bring_their_keys(tmp_path: Path, name: str, text: str, types: list[str]) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert dataset_format(path) == "quiz"
    questions = load_quiz(path).questions
    assert [question.type for question in questions] == types
    assert all(question.gold is not None for question in questions)


def test_what_is_no_quiz(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such file"):
        dataset_format(tmp_path / "none.gift")
    pdf = tmp_path / "quiz.csv"
    pdf.write_bytes(b"%PDF-1.7")
    with pytest.raises(DatasetError, match="PDF"):
        dataset_format(pdf)
    plain = tmp_path / "plain.txt"
    plain.write_text("Who lit a fire?\nWhy?\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"(?s)line 1: no key.*line 2: no key"):
        load_quiz(plain)


def test_formats_are_told_by_content(tmp_path: Path) -> None:
    assert dataset_format(written(tmp_path, SQUAD)) == "squad"
    assert dataset_format(written(tmp_path, FULL)) == "questions"
    assert dataset_format(written(tmp_path, *QUIZ)) == "quiz"
    assert dataset_format(written(tmp_path, "not json")) == "questions"
