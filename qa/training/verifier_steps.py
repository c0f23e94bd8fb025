"""What both verifiers are measured and calibrated by."""

from dataclasses import asdict
from pathlib import Path

import typer
from tqdm import tqdm

from qa.opening import Opener, builtin_article
from qa.quiz.weights import save_quiz_weights
from qa.training.calibrate_quiz import calibrate_quiz
from qa.training.card import MEASURED
from qa.training.measure_verifier import measure_verifier
from qa.training.options import dev_pairs, write_record
from qa.training.quiz_items import ChoiceItem, VerdictItem, read_items, weighed_items
from qa.training.rows import read_rows
from qa.training.written import DEV_STATEMENTS, written_statements
from qa.verifier import Judge
from qa.weights import write_manifest

DEV_PASSAGES = "eval_squad_dev.jsonl.gz"


def measure_judge(judge: Judge, judged: Path, work: Path, limit: int, data: Path | None) -> None:
    """Measure accuracy on the eval sets of the folder `judged`, tell it, and write the record to `work`.

    With the reader data in `data`, whose passages they are on, the written development statements are a set, too.
    """
    written = written_statements(read_rows(data / DEV_PASSAGES), name=DEV_STATEMENTS) if data else ()
    with tqdm(mininterval=5) as bar:

        def tell(name: str, done: int, total: int) -> None:
            bar.set_description(name)
            bar.n, bar.total = done, total
            bar.update(0)

        scores = measure_verifier(judge, judged, limit, tell, written)
    for found in scores:
        typer.echo(f"{found.set}: {found.accuracy:.1%} of {found.questions:,} right (chance {found.chance:.0%})")
    write_record(work / MEASURED, {"scores": [asdict(found) for found in scores]})


def calibrate_judge(opener: Opener, judge: Judge, dev: list[str] | None, weights: Path) -> None:
    """Learn the quiz weights on development items (ARTICLE=ITEMS), tell their quality, and write calibration.json."""
    found: list[ChoiceItem | VerdictItem | None] = []
    for article, items in dev_pairs(dev, builtin_article(), "eval/data/quiz.dev.jsonl"):
        read = list(read_items(items))
        weighed = weighed_items(opener.file(article), judge, read)
        found += tqdm(weighed, total=len(read), desc=items.name, mininterval=5)
    choices = [item for item in found if isinstance(item, ChoiceItem)]
    statements = [item for item in found if isinstance(item, VerdictItem)]
    result = calibrate_quiz(choices, statements)
    quality = {key: value for key, value in asdict(result).items() if key != "weights"}
    save_quiz_weights(result.weights, weights / "calibration.json", quality)
    write_manifest(weights)
    typer.echo(
        f"out of fold: choices {result.choices:.1%} of {result.choice_items} right; statements: true or false "
        f"{result.true_false:.1%}, three verdicts {result.verdicts:.1%} of {result.verdict_items} right"
    )
