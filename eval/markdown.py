"""The report as Markdown. Whatever comes from datasets and articles is escaped."""

import html
import re
from collections.abc import Iterable, Sequence

from eval.figures import Figure
from eval.result import GOOD_OUTCOMES, Kind, Miss, Report, kind_words, losses, weaknesses
from eval.setup import Setup

_SPECIAL = re.compile(r"([\\`*_{}\[\]|#~$!])")
NOTE = (
    "Shares are in percent. Intervals are 95 % bootstrap intervals over questions (percentile method, seeded). "
    "`n` is the number of questions behind a figure. An interval without width means that all these questions scored "
    "alike, not that it is certain: where none of n went wrong, up to 3 / n may still do so (rule of three)."
)

BAD_AT_NOTE = "The worst kinds of at least five questions, in percent with the 95 % interval, then all that went wrong."


def escape(text: str) -> str:
    """Return `text` as one line that Markdown shows as it stands, also in a table."""
    return _SPECIAL.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the cells must be escaped already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def render_markdown(report: Report) -> str:
    """Return the whole report."""
    parts = [
        f"# Evaluation: {escape(report.setup.dataset)}",
        "## What it is bad at",
        BAD_AT_NOTE,
        bad_at(report),
        "## Figures",
        NOTE,
        *(f"### {escape(group)}\n\n{figure_table(rows)}" for group, rows in grouped(report.figures)),
        "## Kinds of questions, the worst first",
        kind_table(report.kinds),
        "## How it was made",
        setup_table(report.setup),
        "## Worst misses",
        "The most confident wrong answers, then the least confident refusals of answerable questions.",
        *map(_miss, report.misses),
    ]
    return "\n\n".join(parts) + "\n"


def bad_at(report: Report) -> str:
    """Say what the system is bad at, as a list: worst kinds with an example, then how questions are lost."""
    lines = [f"- {escape(line)}" for line in weaknesses(report)]
    lost = ", ".join(f"{count} {outcome}" for outcome, count in losses(report.records))
    lines.append(f"- Of {len(report.records)} questions, not fully right: {escape(lost) or 'none'}")
    headline = [report.figure(key) for key in ("f1", "hasans_f1", "noans", "auroc", "accuracy")]
    said = "; ".join(f"{f.title}: {f.shown()} ({f.interval()}; n = {f.count})" for f in headline if f)
    return "\n".join([*lines, f"- {escape(said)}"])


def grouped(figures: Sequence[Figure]) -> list[tuple[str, list[Figure]]]:
    """Return the figures by group, in order."""
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.group, []).append(figure)
    return list(groups.items())


def figure_table(figures: Sequence[Figure]) -> str:
    """Return a table of figures."""
    rows = [[escape(f.title), f.shown(), f.interval() or "–", str(f.count)] for f in figures]
    return table(["", "value", "95 % interval", "n"], rows)


def kind_table(kinds: Sequence[Kind]) -> str:
    """Return the table of kinds, with what went wrong."""
    rows = [
        [
            escape(kind_words(k.name)),
            str(k.f1.count),
            k.em.shown(),
            k.f1.shown(),
            k.f1.interval(),
            escape(went_wrong(k)),
        ]
        for k in kinds
    ]
    return table(["kind", "n", "EM", "F1", "95 % interval", "not right"], rows)


def went_wrong(kind: Kind) -> str:
    """Return how the questions of a kind were lost, "–" for none."""
    return ", ".join(f"{n} {outcome}" for outcome, n in kind.outcomes if outcome not in GOOD_OUTCOMES) or "–"


def setup_rows(setup: Setup) -> list[tuple[str, str]]:
    """Return the header of a report as pairs."""
    return [
        ("made", setup.created),
        ("CPU", f"{setup.cpu}, {setup.cores} cores usable"),
        ("system", setup.system),
        ("libraries", ", ".join(f"{name} {version}" for name, version in setup.libraries)),
        *((f"sha256 of {name}", digest) for name, digest in setup.weights),
        *setup.settings,
        ("dataset", f"{setup.dataset}, {setup.questions} questions"),
        ("sha256 of the dataset", setup.dataset_sha256),
        ("article", f"{setup.article}, {setup.paragraphs} numbered paragraphs"),
        ("fingerprint of the article", setup.article_fingerprint),
    ]


def setup_table(setup: Setup) -> str:
    """Return the header of a report as a table."""
    return table(["", ""], [[escape(name), escape(value)] for name, value in setup_rows(setup)])


def _miss(miss: Miss) -> str:
    said = "no answer" if miss.said is None else f"“{escape(miss.said)}”"
    gold = "; ".join(f"“{escape(answer)}”" for answer in miss.golds) or "the article does not say"
    lines = [
        f"### {escape(miss.id)}: {escape(miss.question)}",
        f"{escape(kind_words(miss.kind))}; {escape(miss.outcome)}; confidence {miss.confidence:.2f}",
        f"- said: {said}",
        f"- gold: {gold}",
    ]
    if miss.gold_text:
        lines.append(f"- gold paragraph {escape(', '.join(miss.gold_places))}: {escape(miss.gold_text)}")
    if miss.read_text and miss.read_places != miss.gold_places:
        lines.append(f"- read {escape(', '.join(miss.read_places))}: {escape(miss.read_text)}")
    return "\n\n".join(lines[:2]) + "\n\n" + "\n".join(lines[2:])
