"""Choices and statements: how they are worded, weighed, chosen, judged, cited and learnt."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_judge import WEIGHTS, OverlapJudge, small_quiz_assistant
from small_models import small_assistant

from index.errors import DatasetError, ModelError
from qa.answer import Answer, QuizQuestion, Span, Turn
from qa.quiz.assistant import QuizAssistant
from qa.quiz.evidence import STATEMENT_FEATURES, Weighed, deciding_sentence, log_odds, softmax, weigh
from qa.quiz.statements import statement
from qa.quiz.stems import Stem, is_all, is_none, named_choices, plain_choices, read_stem
from qa.quiz.weights import load_quiz_weights, save_quiz_weights
from qa.training.calibrate_quiz import calibrate_quiz
from qa.training.quiz_items import ChoiceItem, VerdictItem, read_items, weighed_items


def answered(question: str, *choices: str, kind: str = "multiple_choice", several: bool = False) -> Answer:
    return small_quiz_assistant().answer(QuizQuestion("1", question, kind, choices, several=several))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Who built the lighthouse?", "Tobias Kell", "Tobias Kell built the lighthouse."),
        ("What is the capital of France?", "Paris", "Paris is the capital of France."),
        ("The keeper lit _____ on the rocks.", "a fire", "The keeper lit a fire on the rocks."),
        ("The keeper lit a fire ... the rocks", "on", "The keeper lit a fire on the rocks."),
        ("The lighthouse was built in", "1874", "The lighthouse was built in 1874."),
        ("The lighthouse was built in:", "1874.", "The lighthouse was built in 1874."),
        ("When did it end?", "1953", "When did it end? 1953."),
        ("Who did she save?", "Sailors", "Who did she save? Sailors."),
        ("Who else came?", "Kell", "Who else came? Kell."),
        ("what colour is it", "Red", "what colour is it? Red."),
        ("Who's next?", "Kell", "Who's next? Kell."),
    ],
)
def test_a_question_and_an_answer_make_a_statement(question: str, answer: str, expected: str) -> None:
    assert statement(question, answer) == expected


@given(st.text(max_size=60), st.text(min_size=1, max_size=30))
def test_every_statement_is_one_line_with_the_answer_in_it(question: str, answer: str) -> None:
    made = statement(question, answer)
    assert "\n" not in made
    assert " ".join(answer.split()).rstrip(".") in made


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which of these is NOT a storm?", Stem("Which of these is a storm?", negated=True)),
        ("Which of these isn't a storm?", Stem("Which of these is a storm?", negated=True)),
        ("Which keeper did not live there?", Stem("Which keeper did live there?", negated=True)),
        ("All of the following are keepers EXCEPT", Stem("Which of these are keepers", negated=True)),
        ("Why did he not come?", Stem("Why did he not come?")),
        ("What was not known to her?", Stem("What was not known to her?")),
        ("What wasn't known to her?", Stem("What wasn't known to her?")),
        ("What is NOT a storm?", Stem("What is a storm?", negated=True)),
        ("Which of these can't swim?", Stem("Which of these can swim?", negated=True)),
        (
            "According to Mr. Kell's letter, which of these is not a keeper?",
            Stem("According to Mr. Kell's letter, which of these is a keeper?", negated=True),
        ),
        ("Three men came. Which one wasn’t a keeper?", Stem("Three men came. Which one was a keeper?", negated=True)),
        ("In which years did she not come?", Stem("In which years did she come?", negated=True)),
        ("Which one doesn't Kell trust when it blows?", Stem("Which one does Kell trust when it blows?", negated=True)),
        (
            "Which of the towers that he built was not lit?",
            Stem("Which of the towers that he built was lit?", negated=True),
        ),
        (
            "Which came first? Select all that apply.",
            Stem("Which came first? Select all that apply.", False, True, None),
        ),
    ],
)
def test_what_a_question_asks_for(question: str, expected: Stem) -> None:
    assert read_stem(QuizQuestion("1", question, "multiple_choice", ("a", "b"))) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What did Kell do when the boat didn't come?",
        "Why didn't all the keepers leave?",
        "Which keeper left because the lamp wasn't lit?",
        "Which of these explains why he did not come?",
        "Which keeper who did not sleep saw the boat?",
        "Which of these shows that the keeper was not alone?",
        "Which tower was lit although the keeper did not live there?",
        "Who lit the tower, which was not lit before?",
        "For which reason did he not come?",
        "Which keeper was not only brave but old?",
    ],
)
def test_a_denial_in_another_clause_denies_no_question(question: str) -> None:
    assert read_stem(QuizQuestion("1", question, "multiple_choice", ("a", "b"))) == Stem(question)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["which ", "of the a who b ", "of the a that which ", ". ", "In a ", "is a ", '"( '])
def test_a_question_of_anything_is_read_at_once(piece: str) -> None:
    for start in ("", "Which ", "In a, which of the a that b "):
        read_stem(QuizQuestion("1", (start + piece * 1000)[:1000]))


def test_how_many_are_to_be_chosen_counts_only_where_several_may_be() -> None:
    question = "Which two keepers came?"
    assert read_stem(QuizQuestion("1", question, several=True)) == Stem(question, False, True, 2)
    assert read_stem(QuizQuestion("1", question)).count == 1


def test_choices_about_choices() -> None:
    assert [c for c in ("All of the above", "all are correct.", "All storms", "Both") if is_all(c)] == [
        "All of the above",
        "all are correct.",
    ]
    assert [c for c in ("None of these", "Neither", "None of the storms broke it") if is_none(c)] == [
        "None of these",
        "Neither",
    ]
    four = ["w", "x", "y", "z"]
    assert named_choices("Both A and C", four) == (0, 2)
    assert named_choices("a & b", four) == (0, 1)
    assert named_choices("A and H", four) == ()
    assert named_choices("Sund and Kell", four) == ()


def test_choices_that_could_only_name_each_other_are_plain() -> None:
    pairs = ("A and B", "A and D", "B and C", "C and D")
    assert plain_choices(pairs) == (0, 1, 2, 3)
    assert [named_choices(pair, pairs) for pair in pairs] == [()] * 4
    assert plain_choices(("oil", "gas", "A and B", "X and Y", "None of these")) == (0, 1, 3)
    assert plain_choices(("A and B", "gas", "oil")) == (0, 1, 2)
    assert plain_choices(("All", "None")) == (0, 1)
    for choices in (pairs, ("All", "None")):
        answer = answered("How many of the sailors of Marrow Point did the keeper save?", *choices)
        assert answer.choice in range(len(choices))
        assert len(answer.citations) <= 1, "what speaks for the one choice"


def test_the_choice_that_the_article_supports_is_taken_and_cited() -> None:
    answer = answered("Who built the lighthouse of Marrow Point?", "Maria Sund", "Tobias Kell", "Ada Finch")
    assert answer.choice == 1
    assert "Tobias Kell" in answer.citations[0].quote
    assert answer.article.text[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].text
    assert 0 < answer.confidence < 1


def test_of_a_denied_question_the_least_supported_is_taken_and_the_others_are_cited() -> None:
    answer = answered("Which of these is NOT part of the storm?", "sugar factories", "the lamp", "nineteen sailors")
    assert answer.choice == 0
    assert len(answer.citations) >= 1


def test_all_and_none_of_the_above() -> None:
    three = ("a storm", "the lamp", "the keeper")
    every = answered("The story tells of", *three, "All of the above")
    assert every.choice in (3, 0, 1, 2)  # which, depends on how sure the judge is of each
    none = answered("Which of these plays football?", "Zurich", "Basel", "None of the above")
    assert none.choice == 2
    assert none.text is None
    assert not none.citations


def test_several_choices_are_taken_where_the_file_says_so() -> None:
    choices = ("the keeper Maria Sund", "a football club", "the engineer Tobias Kell")
    answer = answered("Which two stand in the story? Choose two.", *choices, several=True)
    assert answer.choice == (0, 2)


def test_statements_are_judged_three_ways_with_the_deciding_sentence() -> None:
    held = answered("The lamp has been automatic since 1986.", kind="true_false")
    assert held.verdict == "supported"
    assert "automatic" in held.citations[0].quote
    denied = answered("The lamp has not been automatic since 1986.", kind="true_false")
    assert denied.verdict == "contradicted"
    assert denied.citations
    unknown = answered("Sugar is made of beet in Bavaria.", kind="true_false")
    assert unknown.verdict == "not_stated"
    assert unknown.text is None


def test_a_blank_is_asked_for_and_a_number_preferred() -> None:
    filled = answered("_____ built the lighthouse of Marrow Point.", kind="fill_in")
    assert filled.question.startswith("_____")
    assert filled.text is not None
    assert filled.understood_as == "what built the lighthouse of Marrow Point."
    measured = answered("The lighthouse of Marrow Point stands _____ m tall.", kind="numeric")
    assert measured.question == "The lighthouse of Marrow Point stands _____ m tall."
    assert measured.understood_as == "The lighthouse of Marrow Point stands what m tall."
    number = answered("How tall is the lighthouse of Marrow Point in metres?", kind="numeric")
    assert number.text is not None
    assert any(character.isdigit() for character in number.text)


def test_choices_and_statements_are_understood_by_what_was_asked_before() -> None:
    history = (Turn("Where is the lighthouse of Marrow Point?"),)
    choice = QuizQuestion("1", "Who built it?", "multiple_choice", ("Maria Sund", "Tobias Kell"), history)
    truth = QuizQuestion("1", "It was built in 1874 by the engineer Tobias Kell.", "true_false", history=history)
    judge = OverlapJudge()
    assistant = QuizAssistant(small_assistant(), judge, WEIGHTS)
    chosen, judged = assistant.answer(choice), assistant.answer(truth)
    assert (chosen.question, chosen.understood_as) == (choice.question, "Who built the lighthouse of Marrow Point?")
    assert judged.question == truth.question
    stated = {statement for statement, _ in judge.judged}
    assert stated == {
        "Maria Sund built the lighthouse of Marrow Point.",
        "Tobias Kell built the lighthouse of Marrow Point.",
        "The lighthouse of Marrow Point was built in 1874 by the engineer Tobias Kell.",
    }
    alone = QuizQuestion("1", "Then the keeper leaves.", "true_false", history=(Turn("Who lit a fire on the rocks?"),))
    assert assistant.answer(alone).understood_as == alone.question, "a statement is not completed to a question"


def test_evidence_is_most_similar_first_and_its_features_are_named() -> None:
    weighed = weigh(small_assistant(), OverlapJudge(), "The storm lasted three days.")
    assert len(weighed.features) == len(STATEMENT_FEATURES)
    similar = [e.similarity for e in weighed.evidence]
    assert similar == sorted(similar, reverse=True)
    loudest = weighed.loudest("supported")
    assert loudest is not None
    assert "three days" in loudest.sentence.text


def test_the_passage_that_speaks_loudest_decides_and_is_cited() -> None:
    weighed = weigh(small_assistant(), OverlapJudge(), "The storm lasted three days.")
    judged = [(e.judgement.supported, e.judgement.contradicted) for e in weighed.evidence]
    most = [max(column) for column in zip(*judged, strict=True)]
    for verdict, share in zip(("supported", "contradicted"), most, strict=True):
        loudest = weighed.loudest(verdict)
        assert loudest is not None
        assert loudest.judgement.of(verdict) == share
    assert weighed.features[:2] == tuple(map(log_odds, most))
    nothing = Weighed("", (), ())
    assert nothing.loudest("supported") is None
    assert nothing.loudest("contradicted") is None


def test_of_the_deciding_passage_the_sentence_that_decides_alone_is_cited() -> None:
    assistant, judge = small_assistant(), OverlapJudge()
    weighed = weigh(assistant, judge, "The storm lasted three days.")
    loudest = weighed.loudest("supported")
    assert loudest is not None
    other = replace(loudest, sentence=Span(loudest.start, "A storm", 0.9))
    found = deciding_sentence(assistant.index, judge, replace(weighed, evidence=(other,)), "supported")
    assert found is not None
    assert found.text == "The storm lasted three days."
    assert assistant.article.text[found.start :].startswith(found.text)
    vague = replace(weighed, statement="It lasted a whole hundred of tedious weeks.", evidence=(other,))
    assert deciding_sentence(assistant.index, judge, vague, "supported") == other.sentence, "no sentence says it alone"
    assert deciding_sentence(assistant.index, judge, Weighed("", (), ()), "supported") is None


@pytest.mark.parametrize(
    ("statement", "missing"),
    [("The storm lasted three days.", 0.0), ("The storm lasted 3 days.", 0.0), ("The storm lasted 57 days.", 1.0)],
)
def test_a_number_that_no_passage_has_is_a_feature(statement: str, missing: float) -> None:
    weighed = weigh(small_assistant(), OverlapJudge(), statement)
    assert dict(zip(STATEMENT_FEATURES, weighed.features, strict=True))["missing number"] == missing


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=8))
def test_shares_add_up_to_one(scores: list[float]) -> None:
    shares = softmax(scores)
    assert sum(shares) == pytest.approx(1)
    assert scores[shares.index(max(shares))] == pytest.approx(max(scores))


def test_quiz_weights_survive_the_disk_and_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    save_quiz_weights(WEIGHTS, path, {})
    assert load_quiz_weights(path) == WEIGHTS
    path.write_text(path.read_text().replace("similarity", "smell"))
    with pytest.raises(ModelError, match="other features"):
        load_quiz_weights(path)
    with pytest.raises(ModelError, match="cannot be used"):
        load_quiz_weights(tmp_path / "none.json")


def test_quiz_weights_are_learnt_from_items(tmp_path: Path) -> None:
    def vector(size: int, good: bool, at: int) -> tuple[float, ...]:
        return (1.0 if good else -1.0, *((at % 3) / 10 for _ in range(size - 1)))

    choices = [
        ChoiceItem(f"f{n}", n % 4 == 0, tuple(vector(7, (p == n % 3) != (n % 4 == 0), n + p) for p in range(3)), n % 3)
        for n in range(24)
    ]
    statements = [VerdictItem(f"f{n}", tuple(float(n % 3 == k) for k in range(3)), n % 3) for n in range(24)]
    fit = calibrate_quiz(choices, statements)
    assert (fit.choices, fit.true_false, fit.verdicts) == (1.0, 1.0, 1.0)
    assert fit.weights.choice[0] > 0
    with pytest.raises(DatasetError, match="all three verdicts"):
        calibrate_quiz(choices, statements[:1])

    path = tmp_path / "items.jsonl"
    choice = {"type": "multiple_choice", "gold": 1}
    rows = [
        {"question": "Who built the lighthouse?", "choices": ["Sund", "Kell"], "fact": "k"} | choice,
        {"question": "The storm lasted three days.", "type": "true_false", "gold": "supported"},
        {"question": "Who?", "choices": ["Sund", "None of these"]} | choice,
        {"question": "Who?", "type": "open"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    items = list(weighed_items(small_assistant(), OverlapJudge(), list(read_items(path))))
    assert isinstance(items[0], ChoiceItem)
    assert items[0].right == 1
    assert isinstance(items[1], VerdictItem)
    assert items[2:] == [None, None]
    path.write_text("no json")
    with pytest.raises(DatasetError, match="quiz questions"):
        list(read_items(path))
