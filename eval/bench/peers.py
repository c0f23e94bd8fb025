"""What the same work costs elsewhere: a plain loop over transformers, and Haystack. Readers with random weights.

Time does not depend on what the weights are. Both peers encode the question with sentence-transformers, search all
chunks exactly, and read the same number of passages in one padded batch in 32 bits, as they do by default.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.encoder import encoder_folder

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
SMALL = "6 layers of 384"
BASE = "base, 12 layers of 768"
Ask = Callable[[str], object]


def random_reader(folder: Path, size: str) -> Path:
    """Write a question-answering BERT of one of the two sizes with random weights, and the encoder's tokenizer."""
    from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering
    from transformers.utils import logging

    logging.disable_progress_bar()
    small = {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536}
    config = BertConfig(**(small if size == SMALL else {}))
    BertForQuestionAnswering(config).eval().save_pretrained(folder)
    AutoTokenizer.from_pretrained(encoder_folder()).save_pretrained(folder)
    return folder


def plain_loop(passages: Sequence[str], reader: Path, top_k: int) -> Ask:
    """Return what answers a question with transformers and sentence-transformers and nothing else."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    encoder = SentenceTransformer(str(encoder_folder()), device="cpu")
    tokenizer = AutoTokenizer.from_pretrained(reader)
    model = AutoModelForQuestionAnswering.from_pretrained(reader).eval()
    vectors = encoder.encode(list(passages), normalize_embeddings=True, show_progress_bar=False)

    def ask(question: str) -> str:
        vector = encoder.encode([question], normalize_embeddings=True, show_progress_bar=False)[0]
        found = [passages[i] for i in np.argsort(-(vectors @ vector))[:top_k]]
        given = tokenizer([question] * len(found), found, padding=True, truncation="only_second", return_tensors="pt")
        with torch.inference_mode():
            output = model(**given)
        starts, ends = output.start_logits.max(1), output.end_logits.max(1)
        best = int((starts.values + ends.values).argmax())
        first, last = int(starts.indices[best]), int(ends.indices[best])
        return str(tokenizer.decode(given["input_ids"][best][first : last + 1]))

    return ask


def haystack(passages: Sequence[str], reader: Path, top_k: int) -> Ask:
    """Return what answers a question with Haystack's in-memory retrieval and extractive reader.

    Raises:
        ImportError: Haystack is not installed (the extra `bench`).
    """
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.readers.transformers import TransformersExtractiveReader
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(encoder_folder()), device="cpu")
    vectors = encoder.encode(list(passages), normalize_embeddings=True, show_progress_bar=False)
    store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
    store.write_documents([
        Document(id=str(number), content=passage, embedding=vector.tolist())
        for number, (passage, vector) in enumerate(zip(passages, vectors, strict=True))
    ])  # fmt: skip
    retriever = InMemoryEmbeddingRetriever(store, top_k=top_k)
    model = TransformersExtractiveReader(str(reader), device=ComponentDevice.from_str("cpu"), token=None)
    model.warm_up()

    def ask(question: str) -> object:
        vector = encoder.encode([question], normalize_embeddings=True, show_progress_bar=False)[0]
        found = retriever.run(query_embedding=vector.tolist())["documents"]
        return model.run(query=question, documents=found, top_k=4)["answers"]

    return ask
