"""The commands that make the readers, in the order of `python -m qa.training all`, on tiny models."""

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from test_training_large import rows
from tiny_models import HIDDEN, tiny_base
from typer.testing import CliRunner

from index.article import Chunk
from qa.span_reader import SpanReader
from qa.weights import WEIGHTS

pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]


def write_data(folder: Path) -> Path:
    """Write the same rows to learn from and to be measured on."""
    folder.mkdir()
    lines = []
    for row in rows(8):
        answers = [{"text": text, "answer_start": start} for text, start in row.answers]
        record = {"id": row.id, "source": "squad_train_head", "context": row.context, "question": row.question}
        lines.append(json.dumps(record | {"answers": answers}) + "\n")
    for name in ("train", "eval_xquad"):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(lines)
    return folder


def test_the_commands_make_a_reader_that_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.training import large_commands, read, whole_model
    from qa.training.__main__ import app
    from qa.training.thinning import Cut

    base, data, weights = tiny_base(tmp_path / "base", HIDDEN, 256), write_data(tmp_path / "data"), tmp_path / "weights"
    for module in (large_commands, whole_model):
        monkeypatch.setattr(module, "large_base_folder", lambda: base)
    cut = Cut(layers=HIDDEN * 4 * 64 * 6, words=HIDDEN, tokens=512)
    monkeypatch.setattr(read, "READER", replace(read.READER, cut=cut))

    def run(*arguments: object) -> str:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    large, thin, small = (tmp_path / name for name in ("large", "thin", "small"))
    run("large", "train", data, "--work", large, "--rank", 4, "--learning-rate", 1e-2, "--epochs", 20)
    run("thin", data, "--teacher", large, "--work", thin, "--written", 0)
    learnt = ("--teacher", large, "--written", 0, "--learning-rate", 1e-3, "--fp32")
    run("distil", data, "--start", thin / "reader.pt", "--work", small, "--epochs", 10, *learnt)
    run("export", "--work", small, "--weights", weights)
    run("measure", data, "--work", small, "--weights", weights, "--sets", "xquad")
    shutil.copyfile(WEIGHTS / "calibration.json", weights / "calibration.json")
    run("card", "--work", small, "--weights", weights)
    run("widen", "--work", tmp_path / "wide", "--weights", weights)
    run("distil", data, "--start", tmp_path / "wide" / "reader.pt", "--work", tmp_path / "more", *learnt)

    row = rows()[2]
    (reading,) = SpanReader(weights).read([(row.question, Chunk(0, 0, row.context, (1,)))])
    assert reading.spans[0].text == "1802"
    measured = json.loads((small / "measured.json").read_text(encoding="utf-8"))
    assert [(score["set"], score["weights"], score["questions"]) for score in measured["scores"]] == [
        ("xquad", "int8", 8),
        ("xquad", "fp32", 8),
    ]
    card = (weights / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "| SQuAD 1.1 train (parts) | 8 |" in card
    assert "learning_rate=0.001" in card
