"""A tiny run of the code that makes the large reader: joining its base, adapters, training that resumes."""

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tiny_models import PAD_ID, tiny_base

from index.article import Chunk
from index.errors import ModelError
from qa.large.base import MEMBERS, join_parts
from qa.large.mpnet import distance_buckets
from qa.passes import PairModel
from qa.span_reader import SpanReader
from qa.tokens import PairTokenizer, pad
from qa.training.rows import Row
from qa.training.selection import best_rows, selected_rows


def rows(count: int = 24) -> list[Row]:
    made: list[Row] = []
    for n in range(count):
        year = str(1800 + n)
        context = (
            f"The mill of Birk was sold in {year} to Ada Finch. It has {n + 3} windows. Nobody works there on Sundays."
        )
        made.append(Row(f"r{n}", "made", context, "When was the mill sold?", ((year, context.index(year)),)))
    return made


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base"))


def test_the_base_is_joined_from_its_parts_or_not_at_all(tmp_path: Path) -> None:
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(f"{MEMBERS}/1_Pooling/config.json", "another")
        archive.writestr(f"{MEMBERS}/config.json", "{}")
    data = whole.read_bytes()
    parts = [tmp_path / f"base.zip.00{n}" for n in (1, 2, 3)]
    for part, piece in zip(parts, (data[:50], data[50:90], data[90:]), strict=True):
        part.write_bytes(piece)
    files = {"config.json": hashlib.sha256(b"{}").hexdigest()}
    join_parts(parts, tmp_path / "cache" / "base", files)
    assert (tmp_path / "cache" / "base" / "config.json").read_text() == "{}"
    for wrong, message in (
        (dict.fromkeys(files, "0" * 64), "not the expected"),
        ({"model.safetensors": "0"}, "pieces of one zip"),
    ):
        with pytest.raises(ModelError, match=message):
            join_parts(parts, tmp_path / "cache" / "other", wrong)
    with pytest.raises(ModelError, match="pieces of one zip"):
        join_parts(parts[:2], tmp_path / "cache" / "other", files)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["base"]


def test_best_rows_come_first() -> None:
    sources = ("qamr", "squadshifts_reddit", "squad_train_du", "squadshifts_new_wiki", "squad_train_head")
    made = [Row(f"{n}", source, "", "", ()) for n, source in enumerate(sources * 3)]
    ordered = best_rows(made, seed=1)
    assert [row.source for row in ordered] == [source for source in reversed(sources) for _ in range(3)]
    assert ordered == best_rows(made, seed=1) != best_rows(made, seed=2)
    assert selected_rows(made, 1, limit=4, skip=2) == ordered[2:6]
    assert selected_rows(made, 1) == ordered


@pytest.mark.model
def test_distances_fall_into_the_buckets_of_the_model() -> None:
    import torch
    from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

    distances = np.arange(-511, 512)
    expected = MPNetEncoder.relative_position_bucket(torch.from_numpy(distances), num_buckets=32)
    np.testing.assert_array_equal(distance_buckets(distances, 32), expected.numpy())


@pytest.mark.model
def test_pairs_without_segments_are_readable_in_the_passage_only(base: Path) -> None:
    tokenizer = PairTokenizer(base / "tokenizer.json")
    passage = "Ada Finch left in 1911."
    batch = pad(tokenizer.encode([("Who left?", passage), ("Who?", passage)]), pad_id=tokenizer.pad_id)
    assert tokenizer.pad_id == PAD_ID
    assert batch.input_ids[1, -1] == PAD_ID
    assert not batch.token_type_ids.any()
    for readable, offsets in zip(batch.readable, batch.offsets, strict=True):
        read = [passage[start:end] for start, end in offsets[readable]]
        assert read == ["Ada", "Finch", "left", "in", "1911", "."]


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_teach_interrupt_resume_and_read(base: Path, tmp_path: Path) -> None:
    import torch

    from qa.large.merging import ADAPTER, write_model
    from qa.training.large_model import LargeSpanModel, load_adapter, save_adapter
    from qa.training.teach import LargePlan, teach

    plan = LargePlan(epochs=6, tokens_per_batch=512, checkpoint_steps=3, learning_rate=3e-2, rank=4)
    record = teach(rows(), base, tmp_path / "whole", plan)
    (phase,) = record["phases"]
    assert phase["windows"] > phase["unanswerable"] > 0
    whole = load_adapter(base, tmp_path / "whole" / ADAPTER, LargeSpanModel)

    class InterruptedRunError(Exception):
        pass

    def stop_at_fifth(step: int) -> None:
        if step == 5:
            raise InterruptedRunError

    with pytest.raises(InterruptedRunError):
        teach(rows(), base, tmp_path / "cut", plan, on_step=stop_at_fifth)
    saved = torch.load(tmp_path / "cut" / "checkpoint.pt", weights_only=True)
    assert saved["step"] == 3
    assert all("lora_" in name or name.startswith("head.") for name in saved["model"])
    assert teach(rows(), base, tmp_path / "cut", plan)["phases"][0]["windows"] == phase["windows"]
    resumed = load_adapter(base, tmp_path / "cut" / ADAPTER, LargeSpanModel)
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(value, resumed.state_dict()[name], rtol=0, atol=0)
    fresh = LargeSpanModel.from_folder(base, plan.rank).state_dict()
    assert all(torch.equal(fresh[name], v) for name, v in resumed.state_dict().items() if "base_layer" in name)

    tokenizer = PairTokenizer(base / "tokenizer.json")
    pairs = [("When was the mill sold?", rows()[2].context), ("When?", rows()[3].context[:50])]
    together = pad(tokenizer.encode(pairs), pad_id=tokenizer.pad_id)
    alone = pad(tokenizer.encode(pairs[1:]))
    with torch.inference_mode():
        both, one = (
            resumed(*(torch.from_numpy(a) for a in (batch.input_ids, batch.attention_mask, batch.token_type_ids)))
            for batch in (together, alone)
        )
    torch.testing.assert_close(both[1, : one.shape[1]], one[0], rtol=0, atol=1e-5)
    merged = load_adapter(base, tmp_path / "cut" / ADAPTER, LargeSpanModel)
    merged.merge_adapters(bf16=False)
    with torch.inference_mode():
        same = merged(
            *(torch.from_numpy(a) for a in (together.input_ids, together.attention_mask, together.token_type_ids))
        )
    torch.testing.assert_close(same, both, rtol=0, atol=1e-4)
    first = both[0, :, 0].masked_fill(~torch.from_numpy(together.readable[0]), -1e4).argmax()
    start, end = together.offsets[0, int(first)]
    assert rows()[2].context[start:end] == "1802"

    save_adapter(resumed, tmp_path / "adapter.safetensors", torch.float16)
    half = load_adapter(base, tmp_path / "adapter.safetensors", LargeSpanModel)
    write_model(base, tmp_path / "adapter.safetensors", tmp_path / "made", int8=False)
    reader = SpanReader(tmp_path / "made", name="large")
    for question, passage in pairs:
        tokens = tokenizer.pair(question, passage)
        with torch.inference_mode():
            ids = torch.from_numpy(tokens.input_ids[None])
            expected = half(ids, torch.ones_like(ids), ids)[0].numpy()
        found = PairModel("reader.onnx", tmp_path / "made", tmp_path / "made").logits(
            tokens.input_ids, tokens.token_type_ids
        )
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)
    (reading,) = reader.read([(pairs[0][0], Chunk(0, 0, pairs[0][1], (1,)))])
    assert reading.spans[0].text == "1802"
    write_model(base, tmp_path / "adapter.safetensors", tmp_path / "int8")
    (rounded,) = SpanReader(tmp_path / "int8").read([(pairs[0][0], Chunk(0, 0, pairs[0][1], (1,)))])
    assert rounded.spans[0].text == "1802"

    with pytest.raises(ModelError, match="do not belong to its base"):
        write_model(tiny_base(tmp_path / "wider", hidden=48), tmp_path / "adapter.safetensors", tmp_path / "wrong")
    assert not (tmp_path / "wrong").exists()
    with pytest.raises(ModelError, match="another shape"):
        LargeSpanModel.from_folder(base, 2).load_kept_state(resumed.kept_state())
    with pytest.raises(ModelError, match="cannot be read"):
        load_adapter(base, tmp_path / "none.safetensors", LargeSpanModel)


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_another_phase_goes_on_with_a_higher_rank_in_16_bits(base: Path, tmp_path: Path) -> None:
    import torch

    from qa.large.merging import ADAPTER
    from qa.training.large_model import LargeSpanModel, load_adapter, read_adapter
    from qa.training.teach import LargePlan, teach

    plan = LargePlan(epochs=3, tokens_per_batch=512, learning_rate=3e-2, rank=2)
    teach(rows(), base, tmp_path / "first", plan)
    first = load_adapter(base, tmp_path / "first" / ADAPTER, LargeSpanModel)
    wider = LargeSpanModel.from_folder(base, 4).eval()
    wider.start_from(read_adapter(tmp_path / "first" / ADAPTER))
    tokenizer = PairTokenizer(base / "tokenizer.json")
    batch = pad(tokenizer.encode([("When was the mill sold?", rows()[2].context)]))
    arrays = [torch.from_numpy(a) for a in (batch.input_ids, batch.attention_mask, batch.token_type_ids)]
    with torch.inference_mode():
        torch.testing.assert_close(wider(*arrays), first(*arrays))

    more = LargePlan(epochs=1, tokens_per_batch=512, learning_rate=1e-3, rank=4, bf16=True)
    teach(rows(), base, tmp_path / "second", more, start=tmp_path / "first" / ADAPTER)
    second = load_adapter(base, tmp_path / "second" / ADAPTER, LargeSpanModel)
    assert all(value.dtype == torch.float32 for value in second.state_dict().values())
    with torch.inference_mode():
        first_start = second(*arrays)[0, :, 0].masked_fill(~torch.from_numpy(batch.readable[0]), -1e4).argmax()
    start, end = batch.offsets[0, int(first_start)]
    assert rows()[2].context[start:end] == "1802"


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_a_large_verifier_begins_as_a_reader_learns_and_ships(base: Path, tmp_path: Path) -> None:
    import torch

    from qa.large.merging import ADAPTER, write_model
    from qa.training.large_model import LargeVerdictModel, load_adapter, read_adapter, save_adapter
    from qa.training.teach import LargePlan, teach
    from qa.training.verifier_rows import NOT_STATED, NOT_SUPPORTED, SUPPORTED, Judged
    from qa.training.verify import teach_verdicts
    from qa.verifier import Verifier

    passage = rows()[2].context
    said = [
        ("The mill was sold in 1802.", SUPPORTED),
        ("Nobody sold the mill.", NOT_SUPPORTED),
        ("Cats purr.", NOT_STATED),
    ]
    examples = [Judged("made", statement, passage, label) for statement, label in said]
    plan = LargePlan(epochs=40, tokens_per_batch=512, learning_rate=1e-2, rank=4)
    teach(rows(), base, tmp_path / "reader", LargePlan(epochs=1, tokens_per_batch=512, rank=2))
    record = teach_verdicts(examples, base, tmp_path / "judge", plan, tmp_path / "reader" / ADAPTER)
    assert record["statements by source"] == {"made": 3}
    began = LargeVerdictModel.from_folder(base, 4)
    began.start_from(read_adapter(tmp_path / "reader" / ADAPTER))
    assert any(value.any() for name, value in began.kept_state().items() if ".lora_B." in name)

    judge = load_adapter(base, tmp_path / "judge" / ADAPTER, LargeVerdictModel)
    own = PairTokenizer(base / "tokenizer.json")
    pairs = [(one.statement, one.passage) for one in examples]
    batch = pad(own.encode(pairs), pad_id=own.pad_id)
    arrays = (batch.input_ids, batch.attention_mask, batch.token_type_ids)
    with torch.inference_mode():
        found = judge(*(torch.from_numpy(array) for array in arrays))
    first, second, third = found.argmax(1).tolist()
    assert (first, third) == (SUPPORTED, NOT_STATED)
    assert second != SUPPORTED

    save_adapter(judge, tmp_path / "adapter.safetensors", torch.float16)
    write_model(base, tmp_path / "adapter.safetensors", tmp_path / "made", int8=False)
    judged = Verifier(tmp_path / "made", tmp_path / "made").judge(pairs)
    for judgement, logits in zip(judged, found, strict=True):
        shares = logits.softmax(-1).tolist()
        assert (judgement.supported, judgement.contradicted, judgement.not_stated) == pytest.approx(shares, abs=0.01)
