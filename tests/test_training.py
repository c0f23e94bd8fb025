"""A tiny run of the code that makes the weights: windows, training that resumes, export, calibration."""

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import small_assistant
from tiny_models import tiny_whole

from index.encoder import encoder_folder
from index.errors import DatasetError, ModelError
from qa.answer import Turn
from qa.calibration import load_calibration, save_calibration
from qa.tokens import PairTokenizer, pad
from qa.training.calibrate import DevQuestion, calibrate, read_dev_questions
from qa.training.facts import changed_fact
from qa.training.rows import Row, read_rows
from qa.training.verifier_rows import (
    CONTRADICTED,
    NOT_SUPPORTED,
    SUPPORTED,
    Judged,
    from_questions,
    with_changed_facts,
)
from qa.training.windows import MAX_TOKENS, build_windows
from qa.training.wording import nickname, retype, swap_subject
from qa.weights import checked_file, write_manifest

PLACES = ("Arden", "Birk", "Corvale", "Dunmore", "Elsing", "Farley", "Gosport", "Harrow", "Ilmen", "Jarrow")


def rows(count: int = 40) -> list[Row]:
    made: list[Row] = []
    for n in range(count):
        place, year = PLACES[n % len(PLACES)], str(1800 + n)
        context = (
            f"The bridge of {place} was opened in {year} by Mayor Lind. It has {n + 3} arches. "
            f"Many people of {place} walk over it on Sundays. The river below it is called Orne."
        )
        question, answer = (
            (f"When was the bridge of {place} opened?", year)
            if n % 2
            else (f"What is the river of {place} called?", "Orne")
        )
        start = context.index(answer)
        wider = context[start - 3 : start + len(answer)]
        answers = ((answer, start), (answer, start), (wider, start - 3))
        made.append(Row(f"r{n}", "made", context, question, answers))
    return made


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(encoder_folder() / "tokenizer.json")


def test_rows_are_read_and_bad_ones_named_by_line(tmp_path: Path) -> None:
    good = {
        "id": "1",
        "source": "s",
        "context": "It is red.",
        "question": "What?",
        "answers": [{"text": "red", "answer_start": 6}],
    }
    path = tmp_path / "train.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write(
            json.dumps(good) + "\n" + json.dumps(good | {"answers": [{"text": "blue", "answer_start": 6}]}) + "\n"
        )
    reading = read_rows(path)
    assert next(reading).span == (6, 9)
    with pytest.raises(DatasetError, match=r"train\.jsonl\.gz:2: .*blue"):
        next(reading)
    with pytest.raises(DatasetError, match="no such file"):
        next(read_rows(tmp_path / "none.gz"))


def test_the_majority_span_is_taken() -> None:
    row = rows()[1]
    assert row.span is not None
    assert row.context[slice(*row.span)] == "1801"


@given(
    st.lists(
        st.sampled_from(["a", "É", " ", "北京", "10,000", "snow-blind", "?", "\u200b", "𝔘", "naïveté"]), max_size=9
    )
)
@settings(deadline=None)
def test_a_pair_is_what_the_library_makes_of_it(tokenizer: PairTokenizer, words: list[str]) -> None:
    second = "".join(words)
    for texts in ((second, "It is red. "), ("Who?", second)):
        whole, pair = pad(tokenizer.encode([texts]), 12), tokenizer.pair(*texts, 12)
        np.testing.assert_array_equal(pair.input_ids, whole.input_ids[0])
        np.testing.assert_array_equal(pair.token_type_ids, whole.token_type_ids[0])
        np.testing.assert_array_equal(pair.readable, whole.readable[0])
        np.testing.assert_array_equal(pair.offsets, whole.offsets[0])


def test_windows_are_exact_short_and_repeatable(tokenizer: PairTokenizer) -> None:
    made = rows()
    windows = build_windows(made, tokenizer.starts, seed=3)
    assert windows == build_windows(made, tokenizer.starts, seed=3)
    assert windows != build_windows(made, tokenizer.starts, seed=4)
    answers = {row.id: {text for text, _ in row.answers} for row in made}
    kinds = {window.id.rpartition("/")[2] for window in windows if window.start < 0}
    assert {"cut", "other"} <= kinds
    for window in windows:
        if window.start >= 0:
            assert window.passage[window.start : window.end] in answers[window.id]
        elif window.id.endswith("/cut"):
            assert not any(text in window.passage for text in answers[window.id.removesuffix("/cut")])
        (encoding,) = tokenizer.encode([(window.question, window.passage)])
        assert len(encoding.ids) <= MAX_TOKENS


def test_questions_are_retyped_as_people_type_them() -> None:
    chance = random.Random(1)
    typed = {retype("When did the United States recognise Russia?", chance) for _ in range(200)}
    assert any("Kremlin" in question or "Moscow" in question or "Washington" in question for question in typed)
    assert any(question == question.lower() for question in typed)
    assert any(not question.endswith("?") for question in typed)
    assert nickname("Who is she?", chance) == "Who is she?"


def test_a_near_miss_asks_about_something_else() -> None:
    passage = "Ada Finch opened the mill in 1911. Tobias Kell closed it."
    for seed in range(20):
        swapped = swap_subject(
            "When did Ada Finch open the mill?", passage, "1911", ["Maria Sund"], random.Random(seed)
        )
        assert swapped is None or ("Ada Finch" not in swapped and "1911" not in swapped)


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_a_run_that_is_interrupted_goes_on_as_if_it_were_not(tmp_path: Path, tokenizer: PairTokenizer) -> None:
    import torch

    from qa.training.large_model import LargeSpanModel
    from qa.training.run import Plan, train
    from qa.training.span_task import SpanTask
    from qa.training.thin_model import ThinSpanModel

    start = tiny_whole(tmp_path / "base", LargeSpanModel, ThinSpanModel).state_dict()
    windows = build_windows(rows(20), tokenizer.starts, seed=1)
    plan = Plan(epochs=2, tokens_per_batch=512, checkpoint_steps=3, learning_rate=1e-2)

    def run(folder: str, plan: Plan, on_step: Callable[[int], None] = lambda step: None) -> ThinSpanModel:
        return train(SpanTask(), windows, tokenizer, ThinSpanModel.of(start), tmp_path / folder, plan, on_step)

    whole = run("whole", plan)

    class InterruptedRunError(Exception):
        pass

    def stop_at_fifth(step: int) -> None:
        if step == 4:
            raise InterruptedRunError

    with pytest.raises(InterruptedRunError):
        run("cut", plan, stop_at_fifth)
    resumed = run("cut", plan)
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(value, resumed.state_dict()[name], rtol=0, atol=0)
    with pytest.raises(ModelError, match="another run"):
        run("cut", Plan(seed=2))


def test_weights_that_are_not_the_released_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    write_manifest(tmp_path)
    assert checked_file("tokenizer.json", tmp_path).is_file()
    (tmp_path / "tokenizer.json").write_text("{ }")
    with pytest.raises(ModelError, match="sha256"):
        checked_file("tokenizer.json", tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="looked for"):
        checked_file("tokenizer.json", tmp_path)
    with pytest.raises(ModelError, match="looked for"):
        checked_file("tokenizer.json", tmp_path / "nowhere")


def test_calibration_tells_answerable_from_unanswerable_and_survives_the_disk(tmp_path: Path) -> None:
    known = {
        "Who built the lighthouse?": "Tobias Kell",
        "How many sailors were saved by the keeper?": "nineteen sailors",
        "How long did the storm last?": "three days",
        "Since when has the lamp been automatic?": "1986",
        "What did the lighthouse cost?": "12,000 pounds",
        "When is the lighthouse open to visitors?": "Sundays",
    }
    sentences = small_assistant().article.text.replace("\n\n", " ").split(". ")
    questions = [
        DevQuestion(question, tuple(s for s in sentences if gold in s), frozenset()) for question, gold in known.items()
    ]
    unknown = (
        "Which club won?",
        "Where is the sugar factory?",
        "Who wrote the opera?",
        "What is a quark?",
        "Who sings?",
        "Which tax rose?",
    )
    questions += [DevQuestion(question, (), frozenset()) for question in unknown]
    fit = calibrate([(small_assistant(), questions)])
    assert fit.auroc_answerable > 0.8
    assert fit.questions == 12
    save_calibration(fit.calibration, tmp_path / "c.json")
    assert load_calibration(tmp_path / "c.json") == fit.calibration
    (tmp_path / "c.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be used"):
        load_calibration(tmp_path / "c.json")


def test_development_questions_are_read(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    row = {
        "question": "And why?",
        "answers": ["x"],
        "paragraphs": [3],
        "history": [{"question": "Who left?", "answer": None}],
    }
    path.write_text(json.dumps(row) + "\n\n")
    assert read_dev_questions(path) == [DevQuestion("And why?", ("x",), frozenset({3}), (Turn("Who left?", None),))]
    path.write_text("{}")
    with pytest.raises(DatasetError, match="development questions"):
        read_dev_questions(path)


def squad_rows() -> list[Row]:
    """Several questions on each passage, of a source that statements are made from."""
    made = []
    for row in rows():
        for question, answer in (("Who opened the bridge?", "Mayor Lind"), ("What is the river called?", "Orne")):
            answers = ((answer, row.context.index(answer)),)
            made.append(Row(f"{row.id}{answer}", "squad_train_head", row.context, question, answers))
    return made


def test_statements_made_of_questions_say_what_their_label_says() -> None:
    made = from_questions(squad_rows(), random.Random(1), 60)
    held = [row for row in made if row.label == SUPPORTED]
    assert held
    assert all(row.statement in ("Mayor Lind opened the bridge.", "Orne is the river called.") or "?" in row.statement
               for row in held)  # fmt: skip
    lies = [row for row in made if row.label == NOT_SUPPORTED]
    assert lies
    assert all("Orne opened" in row.statement or "Mayor Lind" in row.statement for row in lies)


def test_supported_statements_become_false_by_a_changed_fact() -> None:
    passage = "In 1911 Ada Finch sold the mill of Birk to Tobias Kell. He was not rich."
    said = [
        Judged("written", "Ada Finch sold Tobias Kell a mill in 1911.", passage, SUPPORTED),
        Judged("written", "Tobias Kell was rich in 1920.", passage, CONTRADICTED),
    ]
    made = with_changed_facts(said, random.Random(1), 5)
    assert 1 <= len(made) <= 2
    assert {row.label for row in made} == {NOT_SUPPORTED}
    assert not {row.statement for row in made} & {row.statement for row in said}
    assert all("mill" in row.statement for row in made)


@pytest.mark.parametrize("seed", range(30))
def test_one_fact_is_changed(seed: int) -> None:
    passage = (
        "In 1911 Ada Finch sold the mill of Birk to Tobias Kell. He was not rich. The mill has 40 windows. "
        "Maria Sund was the first keeper."
    )
    sentence = "In 1911 Ada Finch sold the mill of Birk to Tobias Kell."
    changed = changed_fact(sentence, passage, random.Random(seed))
    assert changed is not None
    assert changed != sentence
    assert changed not in passage
    assert changed_fact("They went home.", "They went home.", random.Random(seed)) is None
