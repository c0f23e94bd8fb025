"""A whole evaluation of the small assistant: records, figures, reports, comparison, ablation, stability."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_judge import small_quiz_assistant
from small_models import small_article, small_assistant

from eval.ablation import ablation_json, load_ablation, render_ablation
from eval.ablation import run as run_ablation
from eval.asking import Asks
from eval.compare import compare, compare_reports, render_comparison
from eval.dataset import Dataset, Item, load_items
from eval.figures import mean_figure
from eval.markdown import bad_at, escape, render_markdown
from eval.page import render_page
from eval.report import load_report, report_json, write_report
from eval.result import Kind, Report, weaknesses
from eval.run import Conditions, evaluate, evaluate_file
from eval.stability import load_stability, render_stability, stability_json, unrelated_turns, verdict_stability
from eval.variants import by_top_k
from index.article import Article
from index.errors import DatasetError
from index.loading import load_article
from qa.answer import Answer, Turn
from qa.conversation import understand
from qa.opening import builtin_article

DEV_QUESTIONS = Path(__file__).resolve().parents[1] / "eval" / "data" / "briefing.dev.jsonl"
HOSTILE = "<script>alert(1)</script> | `x` [l](javascript:1)"
ITEMS = (
    Item("fire", "Who lit a fire on the rocks?", ("Maria Sund",), (2,), "who", fact="fire"),
    Item("built", "When was the lighthouse built?", ("1874",), (1,), "when", fact="built"),
    Item("days", "How long did the storm last?", ("The storm lasted three days.",), (2,), "when", fact="days"),
    Item(
        "lamp",
        "Why is the lamp automatic?",
        ("no keeper wanted to live there",),
        (3,),
        "why",
        fact="lamp",
        parts=("keeper", "coal"),
    ),
    Item("cup", "Which football club won the cup in Brazil?", (), (), "off topic", fact="cup"),
    Item("wreck", f"Which ship sank in the storm? {HOSTILE}", (), (), f"premise {HOSTILE}", fact="wreck"),
    Item(
        "then",
        "And how much did it cost?",
        ("12,000 pounds",),
        (1,),
        "follow-up",
        "cost",
        (),
        (Turn("When was the lighthouse built?", "1874"),),
    ),
)
DATASET = Dataset("small.jsonl", "d" * 64, ITEMS)


class Oracle:
    """Answers from a table with citations of the small assistant's own making; refuses all else."""

    def __init__(self, known: dict[str, str], top_k: int = 5) -> None:
        self._inner = small_assistant(top_k=top_k)
        self._known = known

    @property
    def article(self) -> Article:
        return self._inner.article

    def ask(self, question: str, history: Sequence[Turn] = (), within: frozenset[int] | None = None) -> Answer:
        from qa.answer import Span
        from qa.citing import cite

        answer = self._inner.ask(question, history, within)
        text = self._known.get(question)
        if text is None:
            return replace(answer, text=None, citations=(), alternatives=(), confidence=0.1)
        span = Span(self.article.text.index(text), text, 1.0)
        return replace(answer, text=text, citations=(cite(self.article, span),), confidence=0.9)


PERFECT = {item.question: item.answers[0] for item in ITEMS if item.answers}


@cache
def perfect() -> Report:
    return evaluate(Oracle(PERFECT), DATASET)


@cache
def refusing() -> Report:
    return evaluate(Oracle({}), DATASET)


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(small_assistant(), DATASET, Conditions(weights={"model.onnx": "w" * 64}, index_seconds=0.5))


def value(report: Report, key: str) -> float:
    figure = report.figure(key)
    assert figure is not None, key
    assert figure.value is not None, key
    return figure.value


def test_a_perfect_assistant_scores_full_marks() -> None:
    report = perfect()
    for key in ("em", "f1", "hasans_em", "hasans_f1", "noans", "in_sentence", "verbatim", "place_right", "auroc"):
        assert value(report, key) == 1, key
    assert value(report, "right_and_placed") == 1
    assert value(report, "answered") == pytest.approx(5 / 7)
    assert value(report, "coverage@5") == pytest.approx(5 / 7)
    assert value(report, "parts") == 0.5
    assert {record.outcome for record in report.records} == {"right", "refused rightly"}
    assert report.misses == ()
    assert "none" in bad_at(report)


def test_one_that_always_refuses() -> None:
    report = refusing()
    assert (value(report, "hasans_f1"), value(report, "noans"), value(report, "f1")) == (0, 1, pytest.approx(2 / 7))
    assert (value(report, "answered"), value(report, "guess_f1"), value(report, "auroc")) == (0, 0, 0.5)
    assert report.figure("answered_right") is None
    assert report.figure("verbatim") is None
    assert {miss.outcome for miss in report.misses} <= {"refused an answerable question", "not retrieved"}


def test_a_wrong_answer_is_found_with_both_paragraphs() -> None:
    wrong = PERFECT | {ITEMS[1].question: "1986"}
    report = evaluate(Oracle(wrong), DATASET)
    (miss,) = report.misses
    assert (miss.id, miss.outcome, miss.said, miss.gold_places, miss.read_places) == (
        "built",
        "wrong span",
        "1986",
        ("¶1",),
        ("¶3",),
    )
    assert "Tobias Kell" in miss.gold_text
    assert "Since 1986" in miss.read_text
    assert report.kinds[0].name == "when"
    assert bad_at(report).startswith("- when: F1 50.0")


def test_figures_follow_from_the_records_in_the_json(report: Report) -> None:
    data = json.loads(report_json(report))
    rows = data["records"]
    figures = {figure["key"]: figure for figure in data["figures"]}
    assert figures["f1"]["value"] == pytest.approx(sum(row["f1"] for row in rows) / 7)
    first = [row["places"][0] == row["ranking"][0] for row in rows if row["places"]]
    assert figures["recall@1"]["value"] == pytest.approx(sum(first) / 5)
    assert figures["in_hits"]["value"] == 1
    assert figures["given_f1"]["count"] == 5
    assert all(
        f["low"] <= f["value"] <= f["high"]
        for f in figures.values()
        if f["low"] is not None and f["unit"] == "%" and f["key"] not in ("ece", "aurc")
    )
    assert figures["index_seconds"]["value"] == 0.5


def test_the_header_says_how_it_was_made(report: Report) -> None:
    setup = report.setup
    assert setup.cores >= 1
    assert setup.cpu
    assert (setup.dataset, setup.questions, setup.dataset_sha256) == ("small.jsonl", 7, "d" * 64)
    assert (setup.article_fingerprint, setup.paragraphs) == (small_article().fingerprint, 3)
    text = render_markdown(report)
    for shown in ("d" * 64, "w" * 64, setup.article_fingerprint, "onnxruntime", "cores usable"):
        assert shown in text, shown


def test_what_it_is_bad_at_stands_first(report: Report) -> None:
    text = render_markdown(report)
    assert text.index("## What it is bad at") < text.index("## Figures")
    worst = report.kinds[0]
    assert (worst.f1.value or 0) == min(kind.f1.value or 0 for kind in report.kinds)
    assert escape(worst.name) in text[: text.index("## Figures")]


def test_kinds_of_few_questions_do_not_hide_the_weak_ones() -> None:
    def kind(name: str, f1: float, count: int) -> Kind:
        figure = mean_figure("f1", "F1", name, [f1] * count)
        return Kind(name, figure, figure, (("wrong span", count),))

    few, weak, fair = kind("few", 0.0, 2), kind("weak", 0.2, 30), kind("fair", 0.6, 30)
    assert [line[:4] for line in weaknesses(replace(perfect(), kinds=(few, weak, fair)))] == ["weak", "fair"]
    assert [line[:3] for line in weaknesses(replace(perfect(), kinds=(few,)))] == ["few"]


class Tags(HTMLParser):
    """Collects the tags and every address of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        assert not any(name.startswith("on") for name, _ in attrs)


def test_the_page_is_one_file_without_script(report: Report) -> None:
    page = render_page(report)
    tags = Tags()
    tags.feed(page)
    assert not tags.tags & {"script", "link", "iframe", "svg", "a"}
    assert len(tags.addresses) == 4
    assert all(address.startswith("data:image/svg+xml;base64,") for address in tags.addresses)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert page.index("What it is bad at") < page.index("Plots")


def test_markdown_shows_hostile_text_as_it_stands(report: Report) -> None:
    text = render_markdown(report)
    assert "<script" not in text
    assert "[l](javascript" not in text
    assert escape("a|b\n# c") == "a\\|b \\# c"


def test_a_report_survives_its_files(report: Report, tmp_path: Path) -> None:
    files = write_report(report, tmp_path / "new" / "report")
    assert load_report(files.json) == report
    assert files.markdown.read_text(encoding="utf-8") == render_markdown(report)
    assert files.html.read_text(encoding="utf-8") == render_page(report)
    for text, cause in (("{}", "version"), ("[", "cannot|can be read"), (files.json.read_text()[:-99], "can be read")):
        files.json.write_text(text)
        with pytest.raises(DatasetError, match=cause):
            load_report(files.json)
    with pytest.raises(DatasetError, match="no such file"):
        load_report(tmp_path / "none.json")
    with pytest.raises(DatasetError, match="cannot write"):
        write_report(report, files.json)


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[int, int]] = []
    evaluate(Oracle(PERFECT), DATASET, Conditions(progress=lambda done, total: seen.append((done, total))))
    assert seen == [(n, 7) for n in range(8)]


def test_the_gold_must_fit_before_anything_is_asked() -> None:
    astray = Dataset("x", "0", (replace(ITEMS[0], paragraphs=(3,)),))
    with pytest.raises(DatasetError, match="Maria Sund"):
        evaluate(small_assistant(), astray)


def test_comparing_says_what_changed_and_whether_it_is_chance(tmp_path: Path) -> None:
    good = perfect()
    worse = evaluate(Oracle({q: a for q, a in PERFECT.items() if q != ITEMS[0].question}), DATASET)
    same = compare_reports(good, good)
    assert same.verdict.startswith("No difference beyond chance")
    assert (same.unchanged, same.better, same.worse) == (7, (), ())
    first = write_report(good, tmp_path / "a").json
    second = write_report(worse, tmp_path / "b").json
    comparison = compare(first, second)
    assert [change.id for change in comparison.worse] == ["fire"]
    assert (comparison.better, comparison.unchanged) == ((), 6)
    assert comparison.tests[0].test.difference == pytest.approx(-1 / 7)
    assert comparison.verdict.startswith("No difference beyond chance")  # one question of seven is chance
    much_worse = compare_reports(good, refusing())
    assert much_worse.verdict.startswith("The second run is worse")
    assert "Worse (1)" in render_comparison(comparison)
    assert "<script" not in render_comparison(
        compare_reports(good, evaluate(Oracle(PERFECT | {ITEMS[5].question: "1986"}), DATASET))
    )


def test_runs_on_other_questions_cannot_be_compared() -> None:
    one, other = (evaluate(Oracle(PERFECT), Dataset("x", "0", items)) for items in (ITEMS[:2], ITEMS[2:4]))
    with pytest.raises(DatasetError, match="in common"):
        compare_reports(one, other)


def test_ablation_is_a_table_in_order(tmp_path: Path) -> None:
    made: list[str] = []
    factories = {"refuses": lambda: Oracle({}), "knows | all": lambda: Oracle(PERFECT)}
    ablation = run_ablation("Steps", factories, DATASET, announce=made.append)
    assert made == ["refuses", "knows | all"]
    rows = render_ablation(ablation).splitlines()
    assert rows[2].startswith("| refuses | 0.0 | 0.0")
    assert rows[3].startswith("| knows \\| all | 100.0 | 100.0")
    assert re.search(r"\+71\.4 \(p = 0\.\d+\)", rows[3])
    path = tmp_path / "ablation-steps.json"
    path.write_text(ablation_json(ablation))
    assert load_ablation(path) == ablation
    path.write_text("{}")
    with pytest.raises(DatasetError, match="ablation"):
        load_ablation(path)


class Forgetful(Oracle):
    """Refuses whatever comes after five turns: what the stability check must find."""

    def ask(self, question: str, history: Sequence[Turn] = (), within: frozenset[int] | None = None) -> Answer:
        return super().ask("unknown" if len(history) >= 5 else question, history, within)


def test_a_steady_assistant_is_stable() -> None:
    steady = verdict_stability({"top-k 3": Oracle(PERFECT, 3), "top-k 10": Oracle(PERFECT, 10)}, DATASET)
    assert (steady.same_verdict.value, steady.same_answer.value, steady.flips) == (1, 1, ())
    assert [c.name for c in steady.conditions] == [
        "top-k 3",
        "top-k 3, after 5 unrelated turns",
        "top-k 10",
        "top-k 10, after 5 unrelated turns",
    ]
    assert all((c.same_verdict.value, c.f1.value, c.new_refusals) == (1, 1, 0) for c in steady.conditions)


def test_stability_finds_verdicts_that_flip(tmp_path: Path) -> None:
    flipping = verdict_stability({"top-k 3": Forgetful(PERFECT)}, DATASET)
    assert flipping.same_verdict.value == pytest.approx(2 / 7)
    alone, after = flipping.conditions
    assert (alone.same_verdict.value, alone.answered.value) == (1, pytest.approx(5 / 7))
    assert (after.same_verdict.value, after.answered.value, after.f1.value) == (
        pytest.approx(2 / 7),
        0,
        pytest.approx(2 / 7),
    )
    assert (after.new_answers, after.new_refusals, alone.reread) == (0, 5, 0)
    assert [flip.id for flip in flipping.flips] == ["fire", "built", "days", "lamp", "then"]
    assert "after 5 unrelated turns: no answer" in render_stability(flipping)
    path = tmp_path / "stability.json"
    path.write_text(stability_json(flipping))
    assert load_stability(path) == flipping
    path.write_text("{}")
    with pytest.raises(DatasetError, match="stability"):
        load_stability(path)


def test_the_real_assistant_gives_one_verdict_alone_and_after_unrelated_turns() -> None:
    steady = verdict_stability({"small": small_assistant()}, replace(DATASET, items=ITEMS[:-1]))
    assert steady.same_answer.value == 1


@pytest.mark.model
def test_the_trained_reader_keeps_its_verdicts_after_unrelated_turns() -> None:
    questions = load_items(DEV_QUESTIONS).sample(8, seed=4)
    assistants = by_top_k(load_article(builtin_article()))
    stability = verdict_stability({name: assistants[name] for name in ("top-k 16", "top-k 3")}, questions)
    for alone, after in zip(stability.conditions[::2], stability.conditions[1::2], strict=True):
        changed = abs((after.answered.value or 0) - (alone.answered.value or 0))
        assert changed <= 1 / 8, f"{alone.name}: more than one verdict of eight changed"
        assert after.reread <= alone.reread + 1


def test_unrelated_turns_leave_nearly_every_question_as_it_is() -> None:
    """A question that stands alone must not be taken for a follow-up; a few pronouns still are."""
    items = load_items(DEV_QUESTIONS).items
    reread = [i.id for i in items if understand(i.question, unrelated_turns(i, items)) != understand(i.question, ())]
    assert len(reread) <= 0.03 * len(items), reread


def test_unrelated_turns_are_of_other_facts_and_always_the_same() -> None:
    turns = unrelated_turns(ITEMS[0], ITEMS)
    assert len(turns) == 5
    assert turns == unrelated_turns(ITEMS[0], ITEMS)
    assert ITEMS[0].question not in {turn.question for turn in turns}


def write_rows(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_files_of_every_format(tmp_path: Path) -> None:
    squad = {
        "data": [
            {
                "paragraphs": [
                    {
                        "context": "Kell built it.",
                        "qas": [
                            {"id": "a", "question": "Who built it?", "answers": [{"text": "Kell built it."}]},
                            {"id": "b", "question": "Who won the cup?", "answers": [], "is_impossible": True},
                        ],
                    }
                ]
            }
        ]
    }
    own = [{"question": "Who lit a fire on the rocks?", "answers": ["Maria Sund"], "paragraphs": [2]}]

    def run(path: Path) -> Report:
        def build(article: Article) -> Asks:
            return small_assistant(article.text)

        return evaluate_file(path, small_assistant, build, small_quiz_assistant)

    squad_report = run(write_rows(tmp_path / "squad.json", [squad]))
    assert (squad_report.setup.paragraphs, squad_report.setup.questions) == (1, 2)
    both = value(squad_report, "given_em") + value(squad_report, "given_noans")
    assert value(squad_report, "given_all_em") == both / 2
    gift = tmp_path / "quiz.gift"
    gift.write_text("Who lit a fire? {=Maria Sund ~Kell}", encoding="utf-8")
    quiz_report = run(gift)
    assert value(quiz_report, "choice_accuracy") == 1
    assert "<main>" in render_page(quiz_report)
    assert run(write_rows(tmp_path / "own.jsonl", own)).setup.questions == 1
    assert load_items(tmp_path / "own.jsonl").items[0].id == "1"
    index_seconds = quiz_report.figure("index_seconds")
    assert index_seconds is not None
