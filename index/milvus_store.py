"""A vector store in Milvus: a cluster by its address, or embedded in a file (milvus-lite). Needs the extra `milvus`."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFolderError

_AT_ONCE = 1000


class MilvusStore:
    """Vectors of one collection of a Milvus server; every search sees every addition before it."""

    def __init__(self, uri: str, dimensions: int, name: str = "article_qa", token: str = "") -> None:
        """Open or make the collection `name` at `uri`: `http://host:19530`, or a file ending in .db.

        Raises:
            IndexFolderError: pymilvus is not installed, the server does not answer, or it holds other vectors.
        """
        try:
            from pymilvus import DataType, MilvusClient
            from pymilvus.exceptions import MilvusException
        except ImportError as error:
            raise IndexFolderError("Milvus needs its client: pip install 'article-qa[milvus]'") from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs what it also raises
        self._name = name
        self._failure: type[Exception] = MilvusException
        try:
            self._client = MilvusClient(uri, token=token)
            if not self._client.has_collection(name):
                schema = self._client.create_schema(auto_id=False)
                schema.add_field("id", DataType.INT64, is_primary=True)
                schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
                chosen = self._client.prepare_index_params()
                # AUTOINDEX: the server chooses by size, as FaissStore does for itself.
                chosen.add_index("vector", index_type="AUTOINDEX", metric_type="IP")
                self._client.create_collection(name, schema=schema, index_params=chosen, consistency_level="Strong")
            self._client.load_collection(name)
            fields: list[dict[str, Any]] = self._client.describe_collection(name)["fields"]
        except (MilvusException, ConnectionError, OSError) as error:
            raise IndexFolderError(f"Milvus at {uri} cannot be used ({_line(error)}); check the address") from error
        found = next((int(f["params"]["dim"]) for f in fields if f["name"] == "vector"), 0)
        if found != dimensions:
            raise IndexFolderError(f"{name} at {uri} has vectors of {found} numbers, not {dimensions}; name another")

    def __len__(self) -> int:
        rows = self._client.query(self._name, filter="id >= 0", output_fields=["count(*)"])
        return int(rows[0]["count(*)"])

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add `vectors` of shape (ids, dimensions); none of the ids is there already."""
        for first in range(0, len(ids), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            rows = [{"id": int(i), "vector": v} for i, v in zip(ids[part], vectors[part], strict=True)]
            self._try("add", lambda rows=rows: self._client.insert(self._name, rows))

    def remove(self, ids: Sequence[int]) -> int:
        """Remove the vectors of these ids; return how many of them were there."""
        before = len(self)
        if isinstance(ids, range) and ids.step == 1:
            within = f"id >= {ids.start} and id < {ids.stop}"
            self._try("remove", lambda: self._client.delete(self._name, filter=within))
            return before - len(self)
        for first in range(0, len(ids), _AT_ONCE):
            part = [int(i) for i in ids[first : first + _AT_ONCE]]
            self._try("remove", lambda part=part: self._client.delete(self._name, ids=part))
        return before - len(self)

    def search(self, vector: NDArray[np.float32], count: int) -> tuple[list[int], list[float]]:
        """Return the ids and cosines of up to `count` nearest vectors, best first; ties by id."""
        (hits,) = self._try("search", lambda: self._client.search(self._name, [vector], limit=count))
        found = sorted((-float(hit["distance"]), int(hit["id"])) for hit in hits)
        return [number for _, number in found], [-negated for negated, _ in found]

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def _try(self, what: str, call: Any) -> Any:
        try:
            return call()
        except self._failure as error:
            raise IndexFolderError(f"Milvus could not {what} ({_line(error)}); check the server") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
