# Two commands set everything up on a fresh machine with Python 3.11+, make and git:
#   make demo   the main job, with a local stand-in for Telegram     (ARGS="--play" acts the story)
#   make test   the suite                                            (ARGS="-k draw")
#   make check  format, lint, types, import rules
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=
UV     := $(shell command -v uv 2>/dev/null)

.PHONY: demo test check format lock bench clean
.DELETE_ON_ERROR:

demo: $(VENV)/.run
	$(BIN)/chouchatong demo $(ARGS)

test: $(VENV)/.dev
	$(BIN)/pytest -n 3 --dist loadgroup $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(ARGS)

# The lock holds versions and hashes only; `make lock` renews it from pyproject.toml (needs uv).
lock:
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev -c requirements.lock --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements-dev.lock

$(VENV)/bin/python:
ifdef UV
	uv venv --quiet --seed --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

# $(call install,LOCK): what the lock names and nothing else, then this project itself, editable.
ifdef UV
install = uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) && \
          uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
          $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
endif

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(call install,requirements-dev.lock)
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
