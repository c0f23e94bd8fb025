# Two commands matter: `make chat` and `make test`. Each prepares .venv/ itself; a second run reinstalls nothing.

PYTHON ?= python3
ARTICLE ?=
PORT ?= 7860
SECONDS ?= 60
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: chat test fast lint bench results fuzz load kills licences venv browser clean

chat: venv  ## index the article and serve the web chat on 127.0.0.1
	$(BIN)/article-qa chat $(if $(ARTICLE),"$(ARTICLE)") --port $(PORT)

test: venv lint browser  ## everything that must hold
	$(BIN)/python -m pytest

fast: venv  ## the tests that load no model and open no browser
	$(BIN)/python -m pytest -m "not browser and not model"

fuzz: venv  ## every reader: coverage-guided for SECONDS each, then with many random files (tests/fuzz.py)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[fuzz]" || true
	PYTHONPATH=.:tests $(BIN)/python tests/fuzz.py $(SECONDS)
	ARTICLE_QA_FUZZ_EXAMPLES=2000 $(BIN)/python -m pytest --timeout 0 tests/test_hostile_input.py
	PYTHONPATH=.:tests $(BIN)/python tests/hostile.py "$$(mktemp -d)"

load: venv  ## fifty people for two minutes on loopback (tests/load.py)
	PYTHONPATH=.:tests $(BIN)/python tests/load.py

kills: venv  ## the commands killed at fifty random instants (tests/kills.py)
	PYTHONPATH=.:tests $(BIN)/python tests/kills.py

licences: venv  ## docs/licences.md again, after a change of constraints.txt
	$(BIN)/python docs/licences.py

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: venv  ## speed, memory and growth beside peers: build/bench/bench.md (BENCH="--only 1,2": only these; docs/bench.md)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[bench]"
	$(BIN)/python -m eval.bench $(BENCH)

results: venv  ## every result of eval/results and the tables of eval/README.md again (RESULTS="NAME …": only those)
	$(BIN)/python -m eval.regenerate $(RESULTS)

venv: $(STAMP)  ## .venv/ with the pinned packages and the command article-qa

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	touch $(STAMP)

browser:  # the browser tests skip with a reason where Chromium cannot be installed
	@command -v chromium >/dev/null || (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >/dev/null 2>&1 \
		|| echo "Chromium is not installed: the browser tests will be skipped"

clean:
	rm -rf .venv build dist *.egg-info
