"""The report as one HTML page that needs nothing else: no script, no network, everything escaped."""

import base64
import html
from collections.abc import Sequence

from eval.figures import PERCENT, Figure
from eval.markdown import BAD_AT_NOTE, NOTE, grouped, setup_rows, went_wrong
from eval.plots import draw_plots
from eval.result import Kind, Miss, Report, kind_words, losses, weaknesses

_HEADLINE = (
    "f1",
    "hasans_f1",
    "noans",
    "answered_right",
    "auroc",
    "coverage@10",
    "ece",
    "recall@5",
    "accuracy",
    "choice_accuracy",
    "verdict_accuracy",
    "seconds_p50",
)
_STYLE = """
:root { color-scheme: light dark; --soft: #8884; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff9a90; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { margin-top: 2.5rem; } h3 { font-size: 1rem; margin-bottom: .3rem; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--soft); }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.break { overflow-wrap: anywhere; } .bad { border-left: .3rem solid var(--bad); padding-left: 1rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; } .tile { border: 1px solid var(--soft); border-radius: .5rem;
padding: .5rem .8rem; } .tile b { display: block; font-size: 1.4rem; } .tile small { opacity: .8; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; width: 30rem; max-width: 100%; }
figure img { width: 100%; background: white; border-radius: .5rem; }
td.text { min-width: 16rem; white-space: pre-line; }
"""


def render_page(report: Report) -> str:
    """Return the whole page."""
    title = _text(f"Evaluation: {report.setup.dataset}")
    plots = draw_plots(report)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
            "style-src 'unsafe-inline'\">",
            f"<style>{_STYLE}</style></head><body><main>",
            f"<h1>{title}</h1>",
            _bad_at(report),
            _tiles(report),
            "<h2>Kinds of questions, the worst first</h2>",
            _kinds(report.kinds),
            "<h2>Plots</h2>",
            f'<div class="plots">{"".join(_plot(name, *plot) for name, plot in plots.items())}</div>',
            f"<h2>Figures</h2><p>{_text(NOTE.replace('`', ''))}</p>",
            *(f"<h3>{_text(group)}</h3>{_figures(rows)}" for group, rows in grouped(report.figures)),
            "<h2>Worst misses</h2>",
            "<p>The most confident wrong answers, then the least confident refusals of answerable questions.</p>",
            _misses(report.misses),
            "<h2>How it was made</h2>",
            _table([], [[(_text(n), ""), (_text(v), "break")] for n, v in setup_rows(report.setup)]),
            "</main></body></html>",
            "",
        ]
    )


def _bad_at(report: Report) -> str:
    lost = ", ".join(f"{count} {outcome}" for outcome, count in losses(report.records)) or "none"
    lines = [*weaknesses(report), f"Of {len(report.records)} questions, not fully right: {lost}"]
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f'<section class="bad"><h2>What it is bad at</h2><p>{_text(BAD_AT_NOTE)}</p><ul>{items}</ul></section>'


def _tiles(report: Report) -> str:
    figures = [figure for key in _HEADLINE if (figure := report.figure(key))]
    tiles = [
        f'<div class="tile"><small>{_text(f.title)}</small><b>{_text(_value(f))}</b>'
        f"<small>{_text(f.interval())}; n = {f.count}</small></div>"
        for f in figures
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _value(figure: Figure) -> str:
    return f"{figure.shown()} %" if figure.unit == PERCENT and figure.value is not None else figure.shown()


def _kinds(kinds: Sequence[Kind]) -> str:
    rows = [
        [
            (_text(kind_words(k.name)), ""),
            (str(k.f1.count), "number"),
            (k.em.shown(), "number"),
            (k.f1.shown(), "number"),
            (k.f1.interval(), "number"),
            (_text(went_wrong(k)), "text"),
        ]
        for k in kinds
    ]
    return _table(["kind", "n", "EM", "F1", "95 % interval", "not right"], rows)


def _figures(figures: Sequence[Figure]) -> str:
    rows = [
        [
            (_text(f.title), ""),
            (_text(f.shown()), "number"),
            (_text(f.interval()) or "–", "number"),
            (str(f.count), "number"),
        ]
        for f in figures
    ]
    return _table(["figure", "value", "95 % interval", "n"], rows)


def _misses(misses: Sequence[Miss]) -> str:
    rows = [
        [
            (f"<b>{_text(m.question)}</b><br>{_text(f'{m.id}, {kind_words(m.kind)}: {m.outcome}')}", "text"),
            (_text(m.said if m.said is not None else "no answer"), ""),
            (f"{m.confidence:.2f}", "number"),
            (_text("; ".join(m.golds) or "the article does not say"), ""),
            (_passage(m.gold_places, m.gold_text), "text"),
            (_passage(m.read_places, m.read_text) if m.read_places != m.gold_places else "the same", "text"),
        ]
        for m in misses
    ]
    return _table(["question", "said", "confidence", "gold", "gold paragraph", "paragraph read"], rows)


def _passage(places: Sequence[str], text: str) -> str:
    return f"<b>{_text(', '.join(places))}</b> {_text(text)}" if text else "–"


def _plot(title: str, svg: str, words: str) -> str:
    # As an image, not inline: the ids of two drawings would clash in one page, and an image runs no script.
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return (
        f'<figure><img alt="{_text(f"{title}. {words}")}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{_text(title)}. {_text(words)}</figcaption></figure>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Return a table of cells (escaped HTML, class)."""
    columns = [css for _, css in rows[0]] if rows else [""] * len(head)
    top = "".join(_head(name, css) for name, css in zip(head, columns, strict=False))
    lines = [
        "<tr>" + "".join(f'<td class="{css}">{cell}</td>' if css else f"<td>{cell}</td>" for cell, css in row) + "</tr>"
        for row in rows
    ]
    headed = f"<thead><tr>{top}</tr></thead>" if head else ""
    return f'<div class="wide"><table>{headed}<tbody>{"".join(lines)}</tbody></table></div>'


def _head(name: str, css: str) -> str:
    return (
        f'<th scope="col" class="number">{_text(name)}</th>'
        if css == "number"
        else f'<th scope="col">{_text(name)}</th>'
    )


def _text(text: str) -> str:
    return html.escape(text, quote=True)
