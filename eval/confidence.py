"""How often answers of each confidence word were right on the test questions: what the page says of the word.

python -m eval.confidence      writes ui/assets/confidence.json from eval/results/briefing-test.json
"""

import json
from pathlib import Path

from eval.report import load_report
from eval.result import Report
from qa.calibration import confidence_word

RESULT = Path(__file__).parent / "results" / "briefing-test.json"
PAGE_FILE = Path(__file__).parent.parent / "ui" / "assets" / "confidence.json"
FILES = ("reader.onnx", "calibration.json")


def confidence_record(report: Report) -> dict[str, object]:
    """Return, for each word, the share of its answers that were right and how many there were; and whose they are."""
    answered = [record for record in report.records if not record.abstained]
    words = [(confidence_word(record.confidence), bool(record.guess_right)) for record in answered]
    weights = {name: dict(report.setup.weights)[name] for name in FILES}
    accuracy = {}
    for word in ("high", "medium", "low"):
        right = [correct for of, correct in words if of == word]
        accuracy[word] = [round(sum(right) / max(len(right), 1), 3), len(right)]
    return {"dataset": report.setup.dataset, "weights": weights, "accuracy": accuracy}


def write_confidence() -> None:
    """Write the file that the page reads."""
    PAGE_FILE.write_text(json.dumps(confidence_record(load_report(RESULT)), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_confidence()
