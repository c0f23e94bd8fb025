"""Evaluates variants of the assistant on one dataset, side by side."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from eval.asking import Asks
from eval.bootstrap import Interval, PairedTest, paired_test
from eval.dataset import Dataset
from eval.figures import Figure
from eval.markdown import escape, table
from eval.record import Record
from eval.run import Conditions, evaluate
from index.errors import DatasetError

FORMAT = 1
COLUMNS = (
    ("hasans_em", "EM"),
    ("hasans_f1", "F1"),
    ("noans", "NoAns"),
    ("guess_f1", "F1, never abstaining"),
    ("recall@5", "recall@5"),
    ("in_hits", "gold in hits"),
    ("auroc", "AUROC"),
    ("coverage@10", "coverage at 10 % risk"),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant's figures, and its token F1 over all questions tested against the variant before (None: first)."""

    name: str
    figures: tuple[Figure, ...]
    against_previous: PairedTest | None


@dataclass(frozen=True, slots=True)
class Ablation:
    """Variants in the order given, all asked the same questions."""

    title: str
    dataset: str
    dataset_sha256: str
    article_fingerprint: str
    variants: tuple[Variant, ...]


def run(
    title: str,
    factories: Mapping[str, Callable[[], Asks]],
    dataset: Dataset,
    conditions: Conditions | None = None,
    announce: Callable[[str], None] = lambda name: None,
) -> Ablation:
    """Evaluate each variant; it is made only when its turn comes, and `announce` is told its name.

    Raises:
        DatasetError: the gold is not in a variant's article.
    """
    chosen = replace(conditions or Conditions(), ceilings=False, index_seconds=None)
    variants: list[Variant] = []
    previous: tuple[Record, ...] = ()
    fingerprint = ""
    for name, make in factories.items():
        announce(name)
        report = evaluate(make(), dataset, chosen)
        test = None
        if variants:
            test = paired_test([r.f1 for r in previous], [r.f1 for r in report.records], seed=chosen.seed)
        variants.append(Variant(name, report.figures, test))
        previous, fingerprint = report.records, report.setup.article_fingerprint
    return Ablation(title, dataset.name, dataset.sha256, fingerprint, tuple(variants))


def render_ablation(ablation: Ablation) -> str:
    """Return the ablation as a Markdown table with intervals of F1.

    Time is p50 in units of the first variant's: the machine may be busy, but the same for all of them.
    """
    unit = _seconds(ablation.variants[0]) if ablation.variants else None
    rows = [_row(variant, unit) for variant in ablation.variants]
    head = ["variant", *(title for _, title in COLUMNS), "time, × the first row's", "all F1 against the row above"]
    return f"{table(head, rows)}\n"


def ablation_json(ablation: Ablation) -> str:
    """Return the ablation as JSON text."""
    return json.dumps({"format": FORMAT, "ablation": asdict(ablation)}, indent=1, allow_nan=False) + "\n"


def load_ablation(path: Path) -> Ablation:
    """Read an ablation's JSON.

    Raises:
        DatasetError: it is missing, damaged, or of another version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError("another version")
        record = data["ablation"]
        variants = tuple(_variant(row) for row in record.pop("variants"))
        return Ablation(**record, variants=variants)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} is not an ablation that can be read ({error}); run it again") from error


def _row(variant: Variant, unit: float | None) -> list[str]:
    figures = {figure.key: figure for figure in variant.figures}
    cells = [_cell(figures.get(key), key == "hasans_f1") for key, _ in COLUMNS]
    test = variant.against_previous
    against = f"{100 * test.difference:+.1f} (p = {test.p_value:.4f})" if test else "–"
    seconds = _seconds(variant)
    return [escape(variant.name), *cells, f"{seconds / unit:.1f}" if seconds and unit else "–", against]


def _seconds(variant: Variant) -> float | None:
    return next((figure.value for figure in variant.figures if figure.key == "seconds_p50"), None)


def _cell(figure: Figure | None, with_interval: bool) -> str:
    if figure is None:
        return "–"
    return f"{figure.shown()} ({figure.interval()})" if with_interval and figure.interval() else figure.shown()


def _variant(row: dict[str, Any]) -> Variant:
    test = row["against_previous"]
    return Variant(
        row["name"],
        tuple(Figure(**figure) for figure in row["figures"]),
        PairedTest(**test | {"interval": Interval(**test["interval"])}) if test else None,
    )
