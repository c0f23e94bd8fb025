"""How fast, how large, and beside what: `python -m eval.bench` (docs/bench.md)."""
