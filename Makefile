# Everything runs from .venv, which the first target makes and later ones reuse.
# Another Python: make PYTHON=python3.13 demo
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready

# No activated environment is needed, but nbgrader looks for `alembic` and `jupyter` on the PATH.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo test lab build check docs catalogue lint clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## build lesson 06, grade a sample class, show the marks and the feedback
	@$(PY) -m autograder demo

test: $(READY) ## run all tests
	@$(PY) -m pytest -n auto --dist worksteal

lab: $(READY) ## open JupyterLab on the student edition of the course
	@$(PY) -m jupyterlab --notebook-dir=.

build: $(READY) ## make the student notebooks from the sources
	@$(PY) -m autograder build

check: $(READY) ## prove every lesson: reference answers, untouched notebooks, known wrong answers
	@$(PY) -m autograder check

docs: $(READY) ## the documentation, with all lessons: build/docs/index.html
	@$(PY) -m sphinx -W --keep-going -q -a -b html -d build/doctrees docs build/docs && echo "Open build/docs/index.html"

catalogue: $(READY) ## what there is to translate: build/catalogue/*.pot
	@$(PY) -m autograder translate build/catalogue

lint: $(READY) ## ruff and spelling
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m codespell_lib

clean: ## remove the environment and all that was generated outside notebooks/
	rm -rf $(VENV) demo build docs/lessons docs/cli.md .autograder .pytest_cache .ruff_cache .hypothesis *.egg-info solutions/*/*.ipynb

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else \
	  f"The course needs Python 3.11 or newer; $(PYTHON) is {v.major}.{v.minor}. Try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Setting up $(VENV) (once; a few minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
