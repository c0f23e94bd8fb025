"""What the confidence words are worth: the share right on the test questions, measured with the same weights."""

import json
from collections.abc import Mapping
from pathlib import Path

MEASURED = Path(__file__).parent / "assets" / "confidence.json"


def accuracy_on_test(weights: Mapping[str, str], path: Path = MEASURED) -> dict[str, tuple[float, int]]:
    """Return for each confidence word the share right, in [0, 1], and of how many.

    Empty if it was measured with other files than `weights`, which maps names to sha256.
    """
    record = json.loads(path.read_text(encoding="utf-8"))
    if any(weights.get(name) != digest for name, digest in record["weights"].items()):
        return {}
    return {word: (float(share), int(count)) for word, (share, count) in record["accuracy"].items() if count}
