# The targets below need GNU make and a Python 3.11 or newer with its venv module; everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?=
REPORT ?= benchmarks/structure.md
INDEX ?= data/index
DEMO_INDEX := build/demo-index

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types docs docs-check index serve evaluate bench parsing corpus train clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A bare machine is told what it lacks before pip fails in its own words.
$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "make: $(PYTHON) is not installed: install Python 3.11 or newer, or name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $$($(PYTHON) --version) is too old: fatiao needs Python 3.11 or newer; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: this Python has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.development: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	@touch $@

setup: $(VENV)/.development ## create .venv with everything that development needs

demo: $(VENV)/.runtime ## index the sample documents and answer three questions
	@$(BIN)/fatiao index build data/sample --index $(DEMO_INDEX)
	@for question in "老板一直拖着工资不发怎么办" "云岭省养犬管理条例第五条" "云政办发〔2021〕8号"; do \
		printf '\n\033[1m$$ fatiao search "%s"\033[0m\n' "$$question"; \
		$(BIN)/fatiao search "$$question" --index $(DEMO_INDEX) --limit 3 || exit 1; \
	done

test: $(VENV)/.development ## run the tests
	$(BIN)/python -m pytest -n auto

check: lint types docs-check test ## what CI runs: lint, types, docs, tests

lint: $(VENV)/.development ## ruff and pydoclint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pydoclint --quiet indexer service benchmarks

types: $(VENV)/.development ## mypy --strict
	$(BIN)/mypy

docs: $(VENV)/.development ## write the generated reference pages
	$(BIN)/python docs/generate.py

docs-check: $(VENV)/.development
	$(BIN)/python docs/generate.py --check

index: $(VENV)/.runtime ## index SOURCES="…" into INDEX (default data/index)
	@test -n "$(SOURCES)" || { echo 'make index: say what to index: make index SOURCES="folder file.pdf"' >&2; exit 2; }
	$(BIN)/fatiao index build $(SOURCES) --index $(INDEX)

serve: $(VENV)/.runtime ## serve INDEX at http://127.0.0.1:8000
	$(BIN)/fatiao serve --index $(INDEX)

evaluate: $(VENV)/.development ## measure retrieval anew [CORPUS=folder], or INDEX with your own QUERIES=file.jsonl
ifdef QUERIES
	$(BIN)/fatiao evaluate --index $(INDEX) --queries $(QUERIES)
else
	$(BIN)/python -m benchmarks.retrieval $(if $(CORPUS),--corpus "$(CORPUS)")
endif

bench: $(VENV)/.development ## speed of search over INDEX
	$(BIN)/python benchmarks/search_speed.py --index $(INDEX)

parsing: $(VENV)/.development ## speed of parsing, over CORPUS=folder or a generated document
	$(BIN)/python benchmarks/parsing_speed.py $(CORPUS)

corpus: $(VENV)/.development ## report on a public corpus, then its tests: CORPUS=folder with laws/ gazettes/ documents/ queries/
	@test -d "$(CORPUS)" || { echo 'make corpus: say where the corpus lies: make corpus CORPUS=folder' >&2; exit 2; }
	$(BIN)/python benchmarks/structure.py "$(CORPUS)" --output $(REPORT)
	FATIAO_CORPUS="$(abspath $(CORPUS))" $(BIN)/python -m pytest -m corpus -n 0

train: $(VENV)/.development ## train the default model anew from CORPUS into build/model
	@test -d "$(CORPUS)" || { echo 'make train: say where the corpus lies: make train CORPUS=folder' >&2; exit 2; }
	$(BIN)/fatiao train $(CORPUS)/laws $(CORPUS)/gazettes --queries $(CORPUS)/queries/consultations_train.jsonl \
		--weak $(CORPUS)/queries/consultations_weak.jsonl --pairs $(CORPUS)/queries/question_answer_pairs.jsonl \
		--labels data/labels/public.jsonl --bank data/questions --as-of 2023-06-30 --name fatiao-default --output build/model

clean: ## remove what was built, except the virtual environment and data/index
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
