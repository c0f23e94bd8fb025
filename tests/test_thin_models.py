"""A tiny run of the code that makes the models that ship: thinning, rounding to 4 bits, distilling, export."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnxruntime import InferenceSession
from test_training import squad_rows
from test_training_large import rows
from tiny_models import HIDDEN, tiny_whole

from index.article import Chunk
from index.encoder import encoder_folder
from index.errors import DatasetError, ModelError
from qa.passes import PairModel
from qa.span_reader import SpanReader
from qa.tokens import PairTokenizer, pad
from qa.training.verifier_rows import CONTRADICTED, NOT_STATED, SUPPORTED, Judged
from qa.training.windows import build_windows
from qa.verifier import Verifier
from qa.weights import write_manifest

BUDGET = HIDDEN * (4 * 64 + 2 * 64) * 3
SAID = (("The mill was sold in 1802.", SUPPORTED), ("Nobody sold the mill.", CONTRADICTED), ("Cats purr.", NOT_STATED))
EXAMPLES = [Judged("made", statement, rows()[2].context, label) for statement, label in SAID]
PAIRS = [(example.statement, example.passage) for example in EXAMPLES]

pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(encoder_folder() / "tokenizer.json")


@pytest.fixture(scope="module")
def whole_verifier(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]  # torch loads lazily
    from qa.training.large_model import LargeVerdictModel
    from qa.training.thin_model import ThinVerdictModel

    made = tiny_whole(tmp_path_factory.mktemp("verifier"), LargeVerdictModel, ThinVerdictModel)
    return made.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def whole_reader(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]  # torch loads lazily
    from qa.training.large_model import LargeSpanModel
    from qa.training.thin_model import ThinSpanModel

    return tiny_whole(tmp_path_factory.mktemp("reader"), LargeSpanModel, ThinSpanModel)


@settings(deadline=None)
@given(arrays(np.float32, (3, 128), elements=st.floats(-100, 100, width=32)))
def test_weights_of_four_bits_are_off_by_half_a_step_at_most(weights: np.ndarray) -> None:
    import torch

    from qa.training.four_bits import MOST, MULTIPLIERS, Rounded, codes_of, row_scales

    matrix = torch.from_numpy(weights).requires_grad_()
    scales = row_scales(matrix.detach())
    codes, multipliers = codes_of(matrix.detach(), scales)
    assert ((codes == codes.round()) & (codes.abs() <= MOST)).all()
    assert ((multipliers >= 1) & (multipliers <= MULTIPLIERS)).all()
    rounded = Rounded.apply(matrix, scales)
    step = (multipliers * scales.unsqueeze(-1)).expand(-1, -1, 64).flatten(1)
    assert ((rounded - matrix).abs() <= step * 0.501 + 1e-6).all()
    rounded.sum().backward()
    assert matrix.grad is not None
    assert (matrix.grad == 1).all()


def test_columns_that_stay_do_the_work_of_those_that_go() -> None:
    import torch

    from qa.training.thinning import fitted

    inputs = torch.randn(200, 6)
    inputs[:, 5] = 2 * inputs[:, 1] - inputs[:, 3]
    matrix = torch.randn(4, 6)
    kept = torch.arange(5)
    found = fitted(matrix, kept, inputs.T @ inputs)
    torch.testing.assert_close(inputs[:, kept] @ found.T, inputs @ matrix.T, atol=0.1, rtol=0.1)
    assert torch.equal(fitted(matrix, torch.arange(6), inputs.T @ inputs), matrix)


def test_a_thin_verifier_is_cut_to_size_learns_ships_and_is_measured(  # type: ignore[no-untyped-def]
    whole_verifier, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    import torch

    from qa.training.averaging import average
    from qa.training.distil_thin import DistilTask
    from qa.training.four_bits import Rounded, row_scales
    from qa.training.run import Plan, train
    from qa.training.thin_graph import export_thin, widened
    from qa.training.thinning import Cut, thinned
    from qa.training.verifier_model import VerdictTask

    cut = Cut(layers=BUDGET, words=64, tokens=256)
    thin = thinned(whole_verifier, tokenizer, PAIRS, cut, seed=1)
    again = thinned(whole_verifier, tokenizer, PAIRS, cut, seed=1)
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in thin.state_dict().items())
    assert within_budget(thin)

    task = DistilTask(whole_verifier, VerdictTask())
    batch = pad(tokenizer.encode([task.pair(example) for example in EXAMPLES]))
    before = task.loss(thin, batch, EXAMPLES).item()
    plan = Plan(epochs=30, tokens_per_batch=512, learning_rate=2e-3)
    trained = train(task, EXAMPLES, tokenizer, thin, tmp_path / "work", plan)
    assert task.loss(trained, batch, EXAMPLES).item() < before * 0.8

    weights = tmp_path / "weights"
    export_thin(trained, weights / "verifier.onnx")
    shutil.copyfile(encoder_folder() / "tokenizer.json", weights / "tokenizer.json")
    write_manifest(weights)
    verifier = Verifier(weights, weights)
    together, alone = verifier.judge(PAIRS), verifier.judge(PAIRS[:1])
    assert together[0] == alone[0], "a judgement depends on its own pair only"
    arrays = (batch.input_ids, batch.attention_mask, batch.token_type_ids)
    shares = trained(*(torch.from_numpy(array) for array in arrays)).softmax(-1)
    for judgement, expected in zip(together, shares.tolist(), strict=True):
        found = (judgement.supported, judgement.contradicted, judgement.not_stated)
        assert found == pytest.approx(expected, abs=0.05)

    state, wide = trained.state_dict(), widened(weights / "verifier.onnx")
    assert state.keys() == wide.keys()
    name = "encoder.encoder.layer.1.output.dense.weight"
    torch.testing.assert_close(wide[name], Rounded.apply(state[name], row_scales(state[name])))
    torch.save(state | {"head.bias": torch.tensor([1.0, 2.0, 3.0])}, tmp_path / "one.pt")
    torch.save(state | {"head.bias": torch.tensor([3.0, 2.0, 1.0])}, tmp_path / "other.pt")
    average([tmp_path / "one.pt", tmp_path / "other.pt"], tmp_path / "mean.pt")
    mean = torch.load(tmp_path / "mean.pt", weights_only=True)
    assert mean.pop("head.bias").tolist() == [2.0, 2.0, 2.0]
    assert all(torch.equal(value, state[name]) for name, value in mean.items())
    measured(verifier, tmp_path / "data")


def test_a_thin_reader_is_cut_to_size_learns_ships_and_reads(  # type: ignore[no-untyped-def]
    whole_reader, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    """The part is taken before the teacher learns to read, so that there is something to learn of it."""
    import torch

    from qa.training.distil_thin import DistilTask
    from qa.training.full_reader import FullModel
    from qa.training.run import Plan, train
    from qa.training.span_task import SpanTask
    from qa.training.thin_graph import export_thin
    from qa.training.thinning import Cut, thinned

    windows = build_windows(rows(), tokenizer.starts, seed=1)
    pairs = [(window.question, window.passage) for window in windows]
    plan = Plan(epochs=12, tokens_per_batch=512, learning_rate=3e-3)
    thin = thinned(whole_reader, tokenizer, pairs, Cut(layers=BUDGET, words=HIDDEN, tokens=512), seed=1)
    teacher = train(SpanTask(), windows, tokenizer, whole_reader, tmp_path / "teacher", plan).requires_grad_(False)
    assert within_budget(thin)
    assert not hasattr(thin.encoder.embeddings, "word_projection"), "word vectors as wide as states are not widened"

    task = DistilTask(teacher, SpanTask())
    batch = pad(tokenizer.encode(pairs[:8]))
    before = task.loss(thin, batch, windows[:8]).item()
    trained = train(task, windows, tokenizer, thin, tmp_path / "work", plan)
    assert task.loss(trained, batch, windows[:8]).item() < before * 0.8

    weights = tmp_path / "weights"
    export_thin(trained, weights / "reader.onnx")
    shutil.copyfile(encoder_folder() / "tokenizer.json", weights / "tokenizer.json")
    write_manifest(weights)
    question, passage = "When was the mill sold?", rows()[2].context
    chunk = Chunk(0, 100, passage, (1,))
    reader = SpanReader(weights)
    together = reader.read([(question, chunk), ("Who?", chunk)])
    (alone,) = reader.read([(question, chunk)])
    assert together[0] == alone, "a reading depends on its own pair only"
    assert alone.spans[0].text == "1802"
    assert all(chunk.text[span.start - 100 : span.end - 100] == span.text for span in alone.spans)

    tokens = tokenizer.pair(question, passage)
    ids = torch.from_numpy(tokens.input_ids[None])
    shipped = PairModel("reader.onnx", weights, weights).logits(tokens.input_ids, tokens.token_type_ids)
    session = InferenceSession(str(weights / "reader.onnx"), providers=["CPUExecutionProvider"])
    given = {"input_ids": tokens.input_ids[None], "token_type_ids": tokens.token_type_ids[None]}
    assert session.run(["logits"], given)[0][0].tobytes() == shipped.tobytes(), "as if the runtime unpacked it"
    with torch.inference_mode():
        expected = trained(ids, torch.ones_like(ids), ids)[0].numpy()
    np.testing.assert_allclose(shipped, expected, atol=float(np.abs(expected).max()) / 10)
    full = FullModel(weights / "reader.onnx").logits(tokens.input_ids, tokens.token_type_ids)
    np.testing.assert_allclose(full, expected, atol=float(np.abs(expected).max()) / 100)


def within_budget(thin) -> bool:  # type: ignore[no-untyped-def]  # torch loads lazily
    sizes = [(layer.attention.attn.heads, layer.output.dense.in_features) for layer in thin.encoder.layers]
    used = sum(HIDDEN * (4 * 64 * heads + 2 * neurons) for heads, neurons in sizes)
    least = HIDDEN * (4 * 64 + 2 * 64)  # of a layer: it stays even where it is worth least
    return used <= BUDGET + least and all(heads >= 1 and neurons >= 64 for heads, neurons in sizes)


def test_a_file_that_the_runtime_cannot_read_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "verifier.onnx").write_bytes(b"no model")
    shutil.copyfile(encoder_folder() / "tokenizer.json", tmp_path / "tokenizer.json")
    write_manifest(tmp_path)
    with pytest.raises(ModelError, match="not a model that this onnxruntime reads"):
        Verifier(tmp_path, tmp_path).judge(PAIRS[:1])


def measured(verifier: Verifier, data: Path) -> None:
    from qa.training.measure_verifier import measure_verifier
    from qa.training.verifier_rows import build_judged

    data.mkdir()
    pair = {"source": "s", "premise": "It is red.", "hypothesis": "It is red.", "label": "entailment"}
    for name in ("fm2_test", "fever_dev_part", "mnli_mismatched_part", "cad_test"):
        (data / f"eval_{name}.jsonl").write_text(json.dumps(pair))
    story = {"context": "It is red.", "question": "What is red?", "choices": ["It", "No"], "label": 0}
    (data / "eval_choice_mctest.jsonl").write_text(json.dumps(story))
    assert [found.questions for found in measure_verifier(verifier, data)] == [1] * 5
    judged = build_judged([], squad_rows(), seed=1, share=0.01)
    (*_, written, _) = measure_verifier(verifier, data, written=[row for row in judged if row.label == SUPPORTED][:7])
    assert (written.set, written.questions, written.chance) == ("written", 7, 1 / 3)
    (data / "eval_fm2_test.jsonl").write_text("{}")
    with pytest.raises(DatasetError, match=r"fm2_test\.jsonl:1: not a row"):
        measure_verifier(verifier, data)
