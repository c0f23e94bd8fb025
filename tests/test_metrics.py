"""Every metric against cases worked by hand, and properties that hold for all numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bootstrap import mean_interval, paired_test, statistic_interval
from eval.metrics import (
    answer_in_sentence,
    cites_only,
    contains,
    is_right,
    is_verbatim,
    parts_found,
    ranking_scores,
    squad_scores,
)
from eval.selective import (
    aurc,
    auroc,
    coverage_at_risk,
    expected_calibration_error,
    percentile,
    reliability,
    risk_coverage,
)
from index.article import Article, Paragraph
from qa.answer import Citation
from qa.matching import normalize

shares = st.floats(0, 1, allow_nan=False)
outcomes = st.lists(st.tuples(shares, st.booleans()), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("The  Eiffel Tower!", "eiffel tower"),
        ("a an the", ""),
        ("theatre and ants", "theatre and ants"),
        ("U.S. Army", "us army"),
        ("12,000 (about)", "12000 about"),
        ("“quoted”", "“quoted”"),  # SQuAD takes ASCII punctuation out, nothing else
        ("re-opened\nin 1931", "reopened in 1931"),
    ],
)
def test_normalizing_is_squads(text: str, normalized: str) -> None:
    assert normalize(text) == normalized


@pytest.mark.parametrize(
    ("prediction", "golds", "em", "f1"),
    [
        ("in 1931", ["1931"], 0, 2 * 0.5 * 1 / 1.5),
        ("The 1931.", ["1931"], 1, 1),
        ("Denver Broncos", ["Carolina Panthers", "the Denver Broncos"], 1, 1),
        ("cat cat dog", ["cat dog dog"], 0, 2 / 3),  # two words shared of three and three
        ("red", ["blue"], 0, 0),
        (None, ["blue"], 0, 0),
        (None, [], 1, 1),
        ("", [], 1, 1),
        ("blue", [], 0, 0),
        ("the", [], 1, 1),  # nothing is left after normalising
        ("the", ["a", "x"], 0, 0),  # the empty gold is dropped
        (None, ["the"], 1, 1),  # no gold is left: SQuAD 2.0 scores it as unanswerable
    ],
)
def test_em_and_f1_are_squads(prediction: str | None, golds: list[str], em: float, f1: float) -> None:
    assert squad_scores(prediction, golds) == (em, pytest.approx(f1))


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=3))
def test_em_never_exceeds_f1_and_a_gold_answer_scores_one(prediction: str, golds: list[str]) -> None:
    em, f1 = squad_scores(prediction, golds)
    assert 0 <= em <= f1 <= 1
    for gold in golds:
        if normalize(gold):
            assert squad_scores(gold, golds) == (1, 1)


def test_right_needs_half_of_the_words_and_a_gold() -> None:
    assert is_right("Maria Sund the keeper", ["Maria Sund"])  # 2 · 2 / (3 + 2) = 0.8
    assert is_right("a b c d", ["b"]) is (2 * 1 / (3 + 1) >= 0.5)  # "a" is an article
    assert not is_right("b c d e", ["b"])  # 2 · 1 / 5
    assert not is_right(None, ["b"])
    assert not is_right(None, [])
    assert not is_right("b", [])


def test_containing_goes_by_whole_words() -> None:
    assert contains("It was the year 1902, in January.", "1902 in January")
    assert not contains("In 19020 it was", "1902")
    assert not contains("anything", "the")


def test_sentence_and_parts() -> None:
    assert answer_in_sentence(["The keeper lit a fire."], ["lit fire", "a fire"]) == 1
    assert answer_in_sentence(["The keeper lit a lamp."], ["a fire"]) == 0
    assert answer_in_sentence([], ["a fire"]) == 0
    assert parts_found("oil; wood", ["wood", "coal", "oil"]) == pytest.approx(2 / 3)
    assert parts_found(None, ["wood"]) == 0
    assert parts_found("wood", []) == 0


ARTICLE = Article(
    "T", "One fox. Two foxes.\n\nOne fox.", (Paragraph(1, 0, "One fox. Two foxes."), Paragraph(2, 21, "One fox.")), "t"
)


def citation(block: int, start: int, text: str, quote_start: int, quote: str) -> Citation:
    return Citation(ARTICLE.paragraphs[block], start, text, quote_start, quote)


def test_a_citation_is_verbatim_only_at_its_own_place() -> None:
    assert is_verbatim(ARTICLE, [citation(0, 4, "fox", 0, "One fox.")])
    assert is_verbatim(ARTICLE, [citation(1, 25, "fox", 21, "One fox.")])
    assert not is_verbatim(ARTICLE, [citation(0, 25, "fox", 21, "One fox.")])  # the words of another block
    assert not is_verbatim(ARTICLE, [citation(0, 5, "fox", 0, "One fox.")])
    assert not is_verbatim(ARTICLE, [citation(0, 4, "fox", 9, "Two foxes.")])  # the quote does not hold it
    assert not is_verbatim(ARTICLE, [])


def test_cited_places() -> None:
    both = [citation(0, 4, "fox", 0, "One fox."), citation(1, 25, "fox", 21, "One fox.")]
    assert cites_only(both, frozenset({"¶1", "¶2"}))
    assert not cites_only(both, frozenset({"¶1"}))
    assert not cites_only([], frozenset({"¶1"}))


def test_recall_and_reciprocal_rank() -> None:
    rankings = {"a": ["¶3", "¶7"], "b": ["¶1", "¶2", "¶9", "¶4"], "c": []}
    gold = {"a": frozenset({"¶7"}), "b": frozenset({"¶1", "¶4"}), "c": frozenset({"¶5"})}
    scores = ranking_scores(rankings, gold)
    assert (scores["a"].recall, scores["a"].reciprocal_rank) == ((0, 1, 1, 1), 0.5)
    assert (scores["b"].recall, scores["b"].reciprocal_rank) == ((0.5, 0.5, 1, 1), 1)
    assert (scores["c"].recall, scores["c"].reciprocal_rank) == ((0, 0, 0, 0), 0)
    assert ranking_scores({"c": []}, {"c": frozenset({"¶5"})})["c"].reciprocal_rank == 0


def test_rankings_that_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="gold block"):
        ranking_scores({"a": ["¶1"]}, {"a": frozenset()})
    with pytest.raises(ValueError, match="repeats"):
        ranking_scores({"a": ["¶1", "¶1"]}, {"a": frozenset({"¶1"})})


@given(
    st.dictionaries(
        st.sampled_from("abc"),
        st.tuples(
            st.lists(st.sampled_from("12345678"), unique=True), st.frozensets(st.sampled_from("1234"), min_size=1)
        ),
        min_size=1,
    )
)
def test_recall_agrees_with_counting(rows: dict[str, tuple[list[str], frozenset[str]]]) -> None:
    scores = ranking_scores(
        {id: ranking for id, (ranking, _) in rows.items()}, {id: gold for id, (_, gold) in rows.items()}
    )
    for id, (ranking, gold) in rows.items():
        assert scores[id].recall == pytest.approx([len(gold & set(ranking[:k])) / len(gold) for k in (1, 3, 5, 10)])
        first = next((at for at, place in enumerate(ranking, 1) if place in gold), None)
        assert scores[id].reciprocal_rank == pytest.approx(1 / first if first else 0)


def test_auroc_counts_pairs() -> None:
    # Pairs: 0.9 wins over 0.4 and 0.1, 0.4 ties with 0.4 (half) and wins over 0.1.
    positive, sure = [True, True, False, False], [0.9, 0.4, 0.4, 0.1]
    assert auroc(positive, sure) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert auroc([True, True], [0.1, 0.2]) is None


def test_risk_coverage_by_hand() -> None:
    curve = risk_coverage([0.9, 0.8, 0.7, 0.6], [False, True, False, True])
    assert list(curve.risks) == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert list(curve.coverages) == [0.25, 0.5, 0.75, 1]
    assert aurc(curve) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert coverage_at_risk(curve, 0.1) == 0.25
    assert coverage_at_risk(curve, 1 / 3) == 0.75  # the curve may come down again
    assert coverage_at_risk(curve, 0.5) == 1


def test_risk_coverage_of_ties_takes_the_mean_over_orders() -> None:
    one = risk_coverage([0.9, 0.5, 0.5], [False, True, False])
    assert list(one.risks) == pytest.approx([0, 0.25, 1 / 3])
    assert coverage_at_risk(one, 0.3) == pytest.approx(1 / 3)  # no threshold cuts inside the tie
    assert coverage_at_risk(risk_coverage([0.5], [True]), 0.1) == 0


def test_no_questions_have_no_figures() -> None:
    empty = risk_coverage([], [])
    assert (aurc(empty), coverage_at_risk(empty, 0.1)) == (None, None)
    assert (expected_calibration_error([], []), percentile([], 50)) == (None, None)
    assert mean_interval([]) is None
    assert paired_test([], []) is None
    assert statistic_interval(0, lambda drawn: 1.0) is None


@settings(deadline=None)
@given(outcomes)
def test_auroc_agrees_with_scikit_learn(rows: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import roc_auc_score

    sure, positive = [s for s, _ in rows], [p for _, p in rows]
    expected = pytest.approx(roc_auc_score(positive, sure)) if len(set(positive)) == 2 else None
    assert auroc(positive, sure) == expected


@given(outcomes)
def test_risk_coverage_does_not_depend_on_the_order(rows: list[tuple[float, bool]]) -> None:
    shuffled = sorted(rows, key=lambda row: (row[1], -row[0]))
    one, other = (risk_coverage([s for s, _ in r], [w for _, w in r]) for r in (rows, shuffled))
    assert list(one.risks) == pytest.approx(list(other.risks))
    assert one.risks[-1] == pytest.approx(sum(wrong for _, wrong in rows) / len(rows))
    assert 0 <= (aurc(one) or 0) <= 1


@given(outcomes)
def test_coverage_at_risk_is_reached_by_a_threshold(rows: list[tuple[float, bool]]) -> None:
    sure, wrong = [s for s, _ in rows], [w for _, w in rows]
    best = 0.0
    for threshold in set(sure):
        kept = [w for s, w in rows if s >= threshold]
        if sum(kept) / len(kept) <= 0.1:
            best = max(best, len(kept) / len(rows))
    assert coverage_at_risk(risk_coverage(sure, wrong), 0.1) == pytest.approx(best)


def test_calibration_error_by_hand() -> None:
    # (0.8, 0.9] holds 0.9 and 0.85, one right: |0.5 - 0.875|; (0.1, 0.2] holds 0.2, right: |1 - 0.2|; 0 is wrong.
    sure, right = [0.9, 0.85, 0.2, 0.0], [True, False, True, False]
    assert expected_calibration_error(sure, right) == pytest.approx((2 * 0.375 + 1 * 0.8 + 0) / 4)
    assert [(b.low, b.count) for b in reliability(sure, right)] == [(0.0, 1), (0.1, 1), (0.8, 2)]
    assert expected_calibration_error([1.0, 1.0], [True, True]) == 0


@given(outcomes)
def test_bins_hold_every_question_once(rows: list[tuple[float, bool]]) -> None:
    bins = reliability([s for s, _ in rows], [r for _, r in rows])
    assert sum(b.count for b in bins) == len(rows)
    assert all(b.low - 1e-9 <= b.confidence <= b.high + 1e-9 for b in bins)
    assert 0 <= (expected_calibration_error([s for s, _ in rows], [r for _, r in rows]) or 0) <= 1


def test_percentiles_interpolate() -> None:
    assert percentile([1, 2, 3, 4], 50) == 2.5
    assert percentile([0, 10], 95) == pytest.approx(9.5)


def test_a_mean_interval_is_the_binomials() -> None:
    # 100 questions, half right: the standard error is 0.05, so the interval is about 0.5 ± 0.098.
    interval = mean_interval([1.0] * 50 + [0.0] * 50)
    assert interval is not None
    assert interval.low == pytest.approx(0.402, abs=0.011)
    assert interval.high == pytest.approx(0.598, abs=0.011)
    assert mean_interval([1.0] * 50 + [0.0] * 50) == interval
    assert mean_interval([0.25] * 7) == mean_interval([0.25])


def test_a_statistic_interval_leaves_out_what_is_none() -> None:
    values = np.arange(20.0)
    interval = statistic_interval(20, lambda drawn: float(values[drawn].mean()))
    assert interval is not None
    assert interval.low < 9.5 < interval.high
    assert statistic_interval(20, lambda drawn: None) is None


def test_paired_test_by_hand() -> None:
    same = paired_test([0.0, 1.0], [0.0, 1.0])
    assert same is not None
    assert (same.difference, same.p_value) == (0, 1)
    # 40 pairs, 20 better and none worse: the mean difference is 0.5, its standard error 0.079: six from 0.
    clear = paired_test([0.0] * 40, [1.0, 0.0] * 20)
    assert clear is not None
    assert clear.difference == 0.5
    assert clear.p_value < 0.001
    # 3 better and 2 worse of 40. The resampled sum has standard deviation √(5 - 1/40) = 2.23; only sums of just 1
    # are nearer to the measured 1 than that is to 0, so p = 1 - 1 / (2.23 · √(2π)) = 0.82.
    unclear = paired_test([0.0] * 3 + [1.0] * 2 + [0.0] * 35, [1.0] * 3 + [0.0] * 2 + [0.0] * 35)
    assert unclear is not None
    assert unclear.p_value == pytest.approx(0.82, abs=0.02)
    with pytest.raises(ValueError, match="same questions"):
        paired_test([1.0], [])


@given(st.lists(shares, min_size=1, max_size=20))
def test_swapping_the_runs_swaps_the_sign(after: list[float]) -> None:
    before = [0.5] * len(after)
    one, other = (paired_test(*runs, resamples=200) for runs in ((before, after), (after, before)))
    assert one is not None
    assert other is not None
    assert one.difference == pytest.approx(-other.difference)
    assert one.p_value == pytest.approx(other.p_value, abs=0.02)
