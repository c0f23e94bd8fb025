"""Keeps the tables of eval/README.md equal to the results in eval/results/*.json."""

from pathlib import Path

from eval.ablation import load_ablation, render_ablation
from eval.markdown import escape, table
from eval.report import load_report
from eval.result import Report, weaknesses
from eval.stability import load_stability, render_stability
from index.errors import DatasetError

BEGIN = "<!-- results: written by eval.readme, do not edit -->"
END = "<!-- end of results -->"
README = Path(__file__).with_name("README.md")
RESULTS = Path(__file__).with_name("results")
QUESTION_COLUMNS = (
    ("em", "EM"),
    ("f1", "F1"),
    ("hasans_em", "HasAns EM"),
    ("hasans_f1", "HasAns F1"),
    ("noans", "NoAns"),
    ("place_right", "gold paragraph cited"),
    ("recall@1", "recall@1"),
    ("recall@5", "recall@5"),
    ("mrr", "MRR"),
    ("auroc", "AUROC"),
    ("aurc", "AURC"),
    ("coverage@10", "coverage at 10 % risk"),
    ("ece", "ECE"),
    ("seconds_p50", "p50"),
    ("seconds_p95", "p95"),
)
CEILING_COLUMNS = (
    ("hasans_f1", "as answered, F1"),
    ("guess_f1", "never abstaining, F1"),
    ("in_hits", "best possible with the hits"),
    ("given_f1", "gold paragraph given, F1"),
    ("given_guess_f1", "the same, never abstaining"),
)
QUIZ_COLUMNS = (
    ("accuracy", "right"),
    ("choice_accuracy", "multiple choice"),
    ("choice_chance", "chance"),
    ("verdict_accuracy", "true/false/not stated"),
    ("verdict_supported", "key true"),
    ("verdict_contradicted", "key false"),
    ("verdict_not_stated", "key not stated"),
    ("numeric_accuracy", "numeric"),
    ("fill_in_accuracy", "fill in"),
    ("open_f1", "open, F1"),
    ("abstained", "nothing given"),
    ("seconds_p50", "p50"),
)


def render_results(folder: Path = RESULTS) -> str:
    """Return the tables of all results: `ablation-*.json`, `stability*.json`, and every other file is a report.

    Raises:
        DatasetError: a result cannot be read.
    """
    paths = sorted(folder.glob("*.json"))
    ablations = [load_ablation(path) for path in paths if path.name.startswith("ablation-")]
    steady = [load_stability(path) for path in paths if path.name.startswith("stability")]
    reports = [(p.stem, load_report(p)) for p in paths if not p.name.startswith(("ablation-", "stability"))]
    if not paths:
        return "No results yet.\n"
    quizzes = [(name, report) for name, report in reports if report.figure("accuracy")]
    questions = [(name, report) for name, report in reports if not report.figure("accuracy")]
    parts = [*_section("Questions", questions, QUESTION_COLUMNS)]
    parts += _section("Where answerable questions are lost", questions, CEILING_COLUMNS)
    parts += _section("Quiz", quizzes, QUIZ_COLUMNS)
    parts += [part for name, report in reports for part in _bad_at(name, report)]
    for ablation in ablations:
        parts += [
            f"### Ablation: {escape(ablation.title)}, on {escape(ablation.dataset)}",
            render_ablation(ablation).strip(),
        ]
    for stability in steady:
        parts += [f"### Stability, on {escape(stability.dataset)}", render_stability(stability).strip()]
    return "\n\n".join(parts) + "\n"


def generated_section(readme: str) -> str:
    """Return what stands between the marks of a README.

    Raises:
        DatasetError: a mark is missing.
    """
    _, begin, rest = readme.partition(BEGIN)
    inside, end, _ = rest.partition(END)
    if not begin or not end:
        raise DatasetError(f"the README needs the marks {BEGIN} and {END}; put them back")
    return inside.strip() + "\n"


def update_readme(readme: Path = README, folder: Path = RESULTS) -> bool:
    """Write the current tables into the README; return whether it changed.

    Raises:
        DatasetError: a result cannot be read, or a mark is missing.
    """
    text = readme.read_text(encoding="utf-8")
    current = render_results(folder)
    if generated_section(text) == current:
        return False
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}\n\n{current}\n{END}{after}", encoding="utf-8", newline="\n")
    return True


def _section(title: str, reports: list[tuple[str, Report]], columns: tuple[tuple[str, str], ...]) -> list[str]:
    """Return heading and table, with the interval under each share; columns that no report has are left out."""
    used = [(key, name) for key, name in columns if any(report.figure(key) for _, report in reports)]
    if not reports:
        return []
    rows = [
        [escape(name), str(report.setup.questions), *(_cell(report, key) for key, _ in used)]
        for name, report in reports
    ]
    return [f"### {title}", table(["", "n", *(name for _, name in used)], rows)]


def _cell(report: Report, key: str) -> str:
    figure = report.figure(key)
    if figure is None:
        return "–"
    interval = figure.interval()
    return f"{figure.shown()}<br>({interval})" if interval else figure.shown()


def _bad_at(name: str, report: Report) -> list[str]:
    setup = report.setup
    made = f"{setup.created}, {setup.cpu}, {setup.cores} cores; article {setup.article_fingerprint[:12]}"
    lines = "\n".join(f"- {escape(line)}" for line in weaknesses(report))
    return [
        f"### Worst at: {escape(name)}",
        f"{escape(made)}; dataset {setup.dataset_sha256[:12]}.",
        lines or "- nothing",
    ]


if __name__ == "__main__":
    update_readme()
