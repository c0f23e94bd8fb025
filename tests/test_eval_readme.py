"""The tables of eval/README.md are those of eval/results, and the results are on the briefing only."""

import json
from pathlib import Path

import pytest
from small_models import small_assistant

from eval.ablation import ablation_json, run
from eval.asking import Progress
from eval.confidence import PAGE_FILE, RESULT, confidence_record
from eval.dataset import Dataset, Item
from eval.readme import BEGIN, END, README, RESULTS, generated_section, render_results, update_readme
from eval.regenerate import Make, regenerate, results
from eval.report import load_report, report_json
from eval.run import evaluate
from eval.stability import stability_json, verdict_stability
from index.errors import DatasetError
from index.loading import load_article
from qa.opening import builtin_article
from ui.measured import accuracy_on_test

ITEMS = (
    Item("a", "Who lit a fire on the rocks?", ("Maria Sund",), (2,), "who"),
    Item("b", "Which club won the cup?", (), (), "off topic"),
)
DATASET = Dataset("small.jsonl", "d" * 64, ITEMS)


def test_the_readme_shows_the_current_results() -> None:
    assert generated_section(README.read_text(encoding="utf-8")) == render_results(), "run: python -m eval.readme"


def test_only_results_on_the_briefing_are_kept() -> None:
    """A report quotes its article; that of a reader's own article must never be committed."""
    briefing = load_article(builtin_article()).fingerprint
    for path in RESULTS.glob("*.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        (part,) = {"ablation", "stability", "setup"} & data.keys()
        fingerprint = data[part]["article_fingerprint"]
        assert fingerprint == briefing, f"{path.name} is on another article, or on an older briefing"


def test_the_section_is_written_between_its_marks(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    readme = tmp_path / "README.md"
    readme.write_text(f"# Before\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n", encoding="utf-8")
    assert update_readme(readme, folder)
    assert generated_section(readme.read_text(encoding="utf-8")) == "No results yet.\n"
    (folder / "small.json").write_text(report_json(evaluate(small_assistant(), DATASET)), encoding="utf-8")
    ablation = run("Steps", {"first": small_assistant}, DATASET)
    (folder / "ablation-steps.json").write_text(ablation_json(ablation), encoding="utf-8")
    stability = verdict_stability({"usual": small_assistant()}, DATASET)
    (folder / "stability.json").write_text(stability_json(stability), encoding="utf-8")
    assert generated_section(readme.read_text(encoding="utf-8")) != render_results(folder)
    assert update_readme(readme, folder)
    assert not update_readme(readme, folder)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("# Before")
    assert text.endswith("after\n")
    for heading in (
        "### Questions",
        "### Where answerable questions are lost",
        "### Worst at: small",
        "### Ablation: Steps",
        "### Stability",
    ):
        assert heading in text, heading


def test_results_are_made_one_by_one(tmp_path: Path) -> None:
    def broken(bar: Progress) -> str:
        raise DatasetError("broken")

    makers: dict[str, Make] = {"one": lambda bar: "1", "two": lambda bar: "2", "three": broken}
    assert [path.name for path in regenerate(["two"], tmp_path, makers)] == ["two.json"]
    with pytest.raises(DatasetError, match="broken"):
        regenerate([], tmp_path, makers)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.json", "two.json"]
    with pytest.raises(ValueError, match="'four' is not one of one, two, three"):
        regenerate(["four"], tmp_path, makers)


def test_every_result_can_be_made_again() -> None:
    assert {path.stem for path in RESULTS.glob("*.json")} <= results().keys()


def test_marks_must_be_there() -> None:
    with pytest.raises(DatasetError, match="marks"):
        generated_section("no marks")


def test_the_page_says_what_was_measured_on_the_test_questions() -> None:
    written = json.loads(PAGE_FILE.read_text(encoding="utf-8"))
    assert written == confidence_record(load_report(RESULT)), "stale: run `python -m eval.confidence`"
    assert accuracy_on_test({}, PAGE_FILE) == {}
    counts = [count for _, count in accuracy_on_test(written["weights"], PAGE_FILE).values()]
    assert sum(counts) == sum(not record.abstained for record in load_report(RESULT).records)
