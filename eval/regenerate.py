"""Makes every result of eval/results again and then the tables of eval/README.md: `python -m eval.regenerate [NAME …]`.

Each result is written when it is finished, so that an interrupted run is completed by naming those that are left.
"""

import sys
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path

from eval.ablation import ablation_json
from eval.ablation import run as run_ablation
from eval.asking import Progress
from eval.confidence import write_confidence
from eval.dataset import Dataset, load_items
from eval.output import write_text
from eval.progress import progress_bar
from eval.readme import RESULTS, update_readme
from eval.report import report_json
from eval.run import Conditions, evaluate_file
from eval.stability import stability_json, verdict_stability
from eval.variants import VARIANTS, by_top_k, factories
from index.article import Article
from index.errors import ArticleQAError
from index.loading import load_article
from qa.opening import Opener, ReaderName, builtin_article, model_files

Make = Callable[[Progress], str]


def results() -> dict[str, Make]:
    """Return what makes each result, by the name of its file in eval/results; the main ones come first."""
    return {
        "briefing-test": partial(_report, "briefing.test", None),
        "briefing-test-sentence-baseline": partial(_report, "briefing.test", "sentence"),
        "followups-test": partial(_report, "followups.test", None),
        "quiz-test": partial(_report, "quiz.test", None),
        **{f"ablation-{name}": partial(_ablation, name) for name in VARIANTS},
        "stability": _stability,
    }


def regenerate(names: list[str], folder: Path = RESULTS, makers: dict[str, Make] | None = None) -> list[Path]:
    """Make the named results (none named: all) and return their files.

    Raises:
        ValueError: there is no result of a name.
    """
    known = makers or results()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not one of {', '.join(known)}")
    written = []
    for name in names or known:
        with progress_bar(name) as bar:
            write_text(folder / f"{name}.json", known[name](bar))
        written.append(folder / f"{name}.json")
    return written


def _report(dataset: str, reader: ReaderName | None, bar: Progress) -> str:
    opener = Opener(reader)
    conditions = Conditions(weights=model_files(), settings=opener.settings(), progress=bar)
    path, article = _path(dataset), builtin_article()
    return report_json(
        evaluate_file(
            path, lambda: opener.file(article), opener.article, lambda: opener.quiz(opener.file(article)), conditions
        )
    )


def _ablation(name: str, bar: Progress) -> str:
    return ablation_json(run_ablation(name, factories(name, _article()), _items(), Conditions(progress=bar)))


def _stability(bar: Progress) -> str:
    return stability_json(verdict_stability(by_top_k(_article()), _items(), bar))


def _article() -> Article:
    return load_article(builtin_article())


def _items() -> Dataset:
    return load_items(_path("briefing.test"))


def _path(dataset: str) -> Path:
    return Path(str(files("eval") / "data" / f"{dataset}.jsonl"))


if __name__ == "__main__":
    try:
        for path in regenerate(sys.argv[1:]):
            sys.stdout.write(f"{path}\n")
        update_readme()
        write_confidence()
    except (ArticleQAError, ValueError) as error:
        sys.exit(f"error: {error}")
