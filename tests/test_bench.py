"""The benchmark's own arithmetic and tables; no test measures a time."""

import json
import math
import os
import sys

import numpy as np
import pytest

from eval.bench.children import peak_megabytes, run
from eval.bench.growth import _varied
from eval.bench.material import different, material
from eval.bench.table import Ratio, Table, as_json, as_markdown
from eval.bench.timing import Times, in_turn, ratio
from index.errors import ArticleQAError


def test_percentiles_and_ratios_go_thing_by_thing() -> None:
    times = Times(tuple(float(n) for n in range(1, 101)))
    assert (times.p50, times.p95) == (50.5, 95.0)
    assert Times((3.0,)).p95 == 3.0
    assert ratio(Times((2.0, 30.0, 8.0)), Times((1.0, 10.0, 2.0))) == 3.0


def test_every_thing_is_done_in_every_way_and_none_is_always_first() -> None:
    done: list[str] = []
    ways = {name: lambda thing, name=name: done.append(f"{name}{thing}") for name in "ab"}
    times = in_turn(ways, [1, 2, 3], warm=1)
    assert done == ["a1", "b1", "a1", "b1", "b2", "a2", "a3", "b3"]
    assert {name: len(taken.seconds) for name, taken in times.items()} == {"a": 3, "b": 3}


def test_tables_state_setup_then_ratios_then_items() -> None:
    table = Table("1 Thing", "How.", ("", "ms"), (("ours", 12.345), ("theirs", 1234.5), ("more", None)), (
        Ratio("theirs : ours", 100.0, 3), Ratio("ours : floor", 2.0, 1.5, at_least=False),
    ))  # fmt: skip
    page = as_markdown([("machine", "small")], [table])
    assert page.index("- machine: small") < page.index("| theirs : ours | 100 | ≥ 3 | yes |") < page.index("## 1 Thing")
    assert "| ours : floor | 2 | ≤ 1.5 | no |" in page
    assert "| ours | 12.3 |\n| theirs | 1,234 |\n| more | – |" in page
    record = json.loads(as_json([("machine", "small")], [table]))
    assert record["setup"] == {"machine": "small"}
    assert record["items"][0]["rows"][1] == ["theirs", 1234.5]
    assert [r["reached"] for r in record["items"][0]["ratios"]] == [True, False]


def test_questions_of_a_batch_differ() -> None:
    questions = material(None, None).questions
    asked = list(different(questions, 3 * len(questions) + 5))
    assert len({question.question for question in asked}) == len(asked)
    assert len({question.id for question in asked}) == len(asked)


def test_varied_vectors_are_of_unit_length_and_the_same_each_time() -> None:
    known = np.eye(4, 8, dtype=np.float32)
    made = _varied(known, 50)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(made, _varied(known, 50))


def test_a_child_is_measured_and_its_failure_named() -> None:
    used = run([sys.executable, "-c", "x = bytearray(60_000_000)"], {})
    assert used.megabytes > 60
    assert used.processor_seconds > 0
    with pytest.raises(ArticleQAError, match="failed with status 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], {})
    assert peak_megabytes(os.getpid()) > 10
    assert math.isnan(peak_megabytes(2**30))
