# Every task is one word; each sets up what it needs. A machine with Python 3.11, pip and make is enough.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: demo test check format docs bench hostile fidelity simulate kill soak clean

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test,check]"
	touch $@

demo: $(STAMP) ## the whole way against the built-in sandbox; ONCE=1 runs it unattended
	CONFSYNC_DEMO_ONCE=$(ONCE) $(BIN)/confsync demo

test: $(STAMP) ## all tests
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

SEEDS ?= 20000
simulate: $(STAMP) ## SEEDS random histories of the whole engine, one in twenty with the real converter, and the broken engines that they must catch
	CONFSYNC_SEEDS=$(SEEDS) CONFSYNC_MUTANT_SEEDS=10000 $(BIN)/python -m pytest -n auto tests/simulation

KILLS ?= 400
kill: $(STAMP) ## KILLS real processes killed at moments of chance; KILL_SEED=n for others
	CONFSYNC_KILLS=$(KILLS) CONFSYNC_KILL_SEED=$(or $(KILL_SEED),1) $(BIN)/python -m pytest tests/kills/test_kills_processes.py

soak: $(STAMP) ## watch in storms as large as life, and over 10,000 cycles: takes a good half of an hour
	CONFSYNC_SOAK=1 $(BIN)/python -m pytest -s tests/soak

check: $(STAMP) ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(STAMP) ## the pages of docs/ that are made from the code
	$(BIN)/python docs/generate.py

bench: $(STAMP) ## figures, not tests: see benchmarks/
	$(BIN)/python -m benchmarks

hostile: $(STAMP) ## hostile and extreme input at full size, each document in a process of its own: takes its time
	$(BIN)/python -m benchmarks hostile

CONFSYNC_CORPUS ?= ../shared/corpus
fidelity: $(STAMP) ## how often the laws of the converter hold over real documents: docs/fidelity.md
	$(BIN)/python benchmarks/fidelity.py --storage $(CONFSYNC_CORPUS)/storage --markdown $(CONFSYNC_CORPUS)/markdown
	$(BIN)/python benchmarks/cold.py --storage $(CONFSYNC_CORPUS)/storage --markdown $(CONFSYNC_CORPUS)/markdown
	$(BIN)/python -m benchmarks.render $(CONFSYNC_CORPUS)/markdown

clean:
	rm -rf $(VENV) build dist demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
