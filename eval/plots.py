"""The plots of a report, as SVG texts drawn by matplotlib."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eval.figures import Figure
from eval.metrics import RECALL_DEPTHS
from eval.record import Record
from eval.result import Report
from eval.selective import reliability, risk_coverage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_BLUE, _ORANGE, _GREY = "#1f5fa8", "#c4570c", "#777777"
_HISTOGRAM_BINS = 20


def draw_plots(report: Report) -> dict[str, tuple[str, str]]:
    """Return for each plot's title its SVG and a description in words, for those the report has numbers for."""
    records = report.records
    if not records:
        return {}
    plots = {
        "Risk–coverage": (_risk_coverage(records), _risk_coverage_words(report)),
        "Reliability": (
            _reliability(records),
            "Accuracy in each of ten bins of confidence; on the dashed line both agree.",
        ),
        "Time of a question": (_latency(records), _latency_words(report)),
    }
    recalls = [figure for k in RECALL_DEPTHS if (figure := report.figure(f"recall@{k}"))]
    if recalls:
        words = ", ".join(f"{figure.title} {figure.shown()} %" for figure in recalls)
        plots["Recall of retrieval"] = (_recall(recalls), words)
    return plots


def _risk_coverage(records: Sequence[Record]) -> str:
    curve = risk_coverage([r.confidence for r in records], [not r.guess_right for r in records])
    drawing, axes = _axes("coverage (share answered)", "risk (share wrong)")
    axes.step(curve.coverages, curve.risks, where="post", color=_BLUE)
    answered = sum(not r.abstained for r in records) / len(records)
    axes.axvline(answered, color=_ORANGE, linestyle="--", label=f"as answered: {answered:.0%}")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)
    return _svg(drawing)


def _reliability(records: Sequence[Record]) -> str:
    bins = reliability([r.confidence for r in records], [r.guess_right for r in records])
    drawing, axes = _axes("confidence", "share right")
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--")
    axes.bar([(b.low + b.high) / 2 for b in bins], [b.accuracy for b in bins], width=0.09, color=_BLUE, alpha=0.5)
    axes.plot([b.confidence for b in bins], [b.accuracy for b in bins], "o", color=_BLUE)
    for b in bins:
        axes.annotate(str(b.count), (b.confidence, b.accuracy), textcoords="offset points", xytext=(0, 6), ha="center")
    axes.set(xlim=(0, 1), ylim=(0, 1.08))
    return _svg(drawing)


def _recall(recalls: Sequence[Figure]) -> str:
    drawing, axes = _axes("k (distinct paragraphs)", "recall@k")
    depths = list(range(len(recalls)))
    values = [figure.value or 0.0 for figure in recalls]
    below = [value - (figure.low or 0.0) for value, figure in zip(values, recalls, strict=True)]
    above = [(figure.high or 0.0) - value for value, figure in zip(values, recalls, strict=True)]
    errors = [[max(0.0, length) for length in lengths] for lengths in (below, above)]
    axes.errorbar(depths, values, yerr=errors, fmt="o-", color=_BLUE, capsize=4)
    axes.set_xticks(depths, [str(figure.key.partition("@")[2]) for figure in recalls])
    axes.set(ylim=(0, 1.02))
    return _svg(drawing)


def _latency(records: Sequence[Record]) -> str:
    drawing, axes = _axes("milliseconds", "questions")
    axes.hist([1000 * r.seconds for r in records], bins=_HISTOGRAM_BINS, color=_BLUE)
    return _svg(drawing)


def _risk_coverage_words(report: Report) -> str:
    parts = [(key, report.figure(key)) for key in ("coverage@5", "coverage@10")]
    said = ", ".join(f"{figure.shown()} % at {key.partition('@')[2]} % risk" for key, figure in parts if figure)
    return f"Share of wrong answers when only the most confident questions are answered. Coverage: {said or 'none'}."


def _latency_words(report: Report) -> str:
    figures = [figure for key in ("seconds_p50", "seconds_p95") if (figure := report.figure(key))]
    return ", ".join(f"{figure.key.partition('_')[2]} {figure.shown()}" for figure in figures) + "."


def _axes(across: str, up: str) -> "tuple[Drawing, Axes]":
    from matplotlib.figure import Figure as Drawing

    drawing = Drawing(figsize=(4.6, 3.4), layout="constrained")
    axes = drawing.subplots()
    axes.set(xlabel=across, ylabel=up)
    axes.spines[["top", "right"]].set_visible(False)
    return drawing, axes


def _svg(drawing: "Drawing") -> str:
    from matplotlib import rc_context

    out = io.StringIO()
    # A fixed salt and no date: the same report gives the same bytes.
    with rc_context({"svg.hashsalt": "article-qa", "svg.fonttype": "none"}):
        drawing.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
