"""Writes a report (Markdown, JSON, HTML) and reads its JSON again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.figures import Figure
from eval.markdown import render_markdown
from eval.output import write_text
from eval.page import render_page
from eval.record import record_from
from eval.result import Kind, Miss, Report
from eval.setup import Setup
from index.errors import DatasetError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where a report was written."""

    markdown: Path
    json: Path
    html: Path


def write_report(report: Report, folder: Path) -> ReportFiles:
    """Write `report.md`, `report.json` and `report.html` into `folder`, made if it is not there.

    The files quote the article: keep those of a private article out of a public repository.

    Raises:
        DatasetError: the folder cannot be written.
    """
    files = ReportFiles(folder / "report.md", folder / "report.json", folder / "report.html")
    texts = {
        files.markdown: render_markdown(report),
        files.json: report_json(report),
        files.html: render_page(report),
    }
    for path, text in texts.items():
        write_text(path, text)
    return files


def report_json(report: Report) -> str:
    """Return the report as JSON text: all figures with full precision and every record."""
    return json.dumps({"format": FORMAT} | asdict(report), indent=1, allow_nan=False) + "\n"


def load_report(path: Path) -> Report:
    """Read a report's JSON.

    Raises:
        DatasetError: it is missing, damaged, or of another version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError("not a report of this version")
        return Report(
            Setup(**_tuples(data["setup"])),
            tuple(Figure(**row) for row in data["figures"]),
            tuple(_kind(row) for row in data["kinds"]),
            tuple(Miss(**_tuples(row)) for row in data["misses"]),
            tuple(record_from(row) for row in data["records"]),
        )
    except FileNotFoundError as error:
        raise DatasetError(f"{path}: no such file; give the report.json that an evaluation wrote") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} is not a report that can be read ({error}); evaluate again") from error


def _kind(row: dict[str, Any]) -> Kind:
    outcomes = tuple((str(outcome), int(count)) for outcome, count in row["outcomes"])
    return Kind(row["name"], Figure(**row["em"]), Figure(**row["f1"]), outcomes)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _tuple(value) for key, value in row.items()}


def _tuple(value: Any) -> Any:
    return tuple(_tuple(part) for part in value) if isinstance(value, list) else value
