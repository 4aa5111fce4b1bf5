# `make demo` shows it, `make test` tests it; `make help` lists the rest.
# Another interpreter: `make test PY=python3.13`; it gets its own environment.

PY ?= python3
VENV ?= $(if $(filter python3,$(PY)),.venv,.venv-$(notdir $(PY)))
PORT ?= 8000
DATA_DIR ?= .data
JOBS ?= 2

BIN := $(VENV)/bin
PYTHON := $(BIN)/python
UV := $(shell command -v uv 2>/dev/null)
PIP := $(if $(UV),$(UV) pip install --quiet --python $(PYTHON),$(PYTHON) -m pip install --quiet --disable-pip-version-check)
MANAGE := $(PYTHON) manage.py
SECRET := $(DATA_DIR)/secret_key
# What pyproject.toml asks for, one requirement a line; the versions come from the lock.
WANTED = $(PYTHON) -c 'import sys, tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	extras = p["optional-dependencies"]; \
	print(*p["dependencies"], *(r for e in sys.argv[1:] for r in extras[e]), sep="\n")'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

# --- Environment -------------------------------------------------------------------------------------------

$(PYTHON):
	$(if $(UV),$(UV) venv --quiet --python $(PY) $(VENV),$(PY) -m venv $(VENV))

# $(call install,EXTRAS): installs from the lock, and remembers it in the target file.
define install
	@echo "Installing from constraints.txt into $(VENV) …"
	@$(WANTED) $(1) > $@.part
	@$(PIP) -r $@.part -c constraints.txt
	@mv $@.part $@
endef

$(VENV)/installed: pyproject.toml constraints.txt | $(PYTHON)
	$(call install)

$(VENV)/installed-all: pyproject.toml constraints.txt | $(PYTHON)
	$(call install,test lint)

$(VENV)/installed-bench: pyproject.toml constraints.txt | $(PYTHON)
	$(call install,test bench)

.PHONY: install secret lock
install: $(VENV)/installed-all ## Make the environment for work on the project

secret: $(SECRET) ## Write a secret key for this installation

$(SECRET): | $(VENV)/installed
	@mkdir -p $(@D)
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(48))' > $@

lock: | $(PYTHON) ## Resolve constraints.txt anew
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade --quiet \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file constraints.txt

# --- Run ---------------------------------------------------------------------------------------------------

.PHONY: demo serve
# The demo talks plain HTTP to this machine alone; everything else is as in production.
demo serve: export HTTPS = false
# E-mails are printed where it runs, unless EMAIL_URL names a mail server.
demo serve: export EMAIL_URL ?= console:
demo serve: export PUBLIC_URL ?= http://127.0.0.1:$(PORT)
demo serve: export DATA_DIR := $(DATA_DIR)
demo serve: export PORT := $(PORT)

demo: $(VENV)/installed $(SECRET) ## Load the example policies (kept when it runs again) and serve
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo
	@$(MAKE) --no-print-directory serve PY=$(PY) VENV=$(VENV) PORT=$(PORT) DATA_DIR=$(DATA_DIR)

# Gunicorn takes the place of the shell: tend, which the shell started, is then its child, and ends with it.
serve: $(VENV)/installed $(SECRET) ## Serve on 127.0.0.1 (PORT=8000)
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@$(MANAGE) tend --beside $$$$ & \
	exec $(BIN)/gunicorn guardrails.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 --log-level warning

# --- Check and test ----------------------------------------------------------------------------------------

.PHONY: check check-types check-rest test test-sqlite test-postgres test-quick bench clean
PYTEST := $(PYTHON) -m pytest -q -n $(JOBS) --dist loadgroup
check: export SECRET_KEY = a-key-for-checks-that-protects-nothing-at-all-0123456789

# The types take as long as all the rest, on one core.
check: $(VENV)/installed-all ## Format, lint, types, imports, migrations, templates, docs
	@$(MAKE) --no-print-directory --keep-going --jobs=2 PY=$(PY) VENV=$(VENV) check-types check-rest

check-types:
	$(BIN)/mypy

check-rest:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check --deploy --fail-level WARNING
	$(PYTHON) -m pytest -q -p no:randomly tests/architecture

test: ## Everything, on SQLite and on PostgreSQL; the second runs although the first failed
	@$(MAKE) --no-print-directory --keep-going PY=$(PY) VENV=$(VENV) test-sqlite test-postgres

test-sqlite: $(VENV)/installed-all ## Everything on the embedded SQLite
	$(PYTEST) $(ARGS)

# What the engine decides, what a body may look like, the code's shape and what a browser shows know no database.
test-postgres: $(VENV)/installed-all ## Everything that meets a database, on a PostgreSQL that pip brought
	$(PYTHON) -m tests.postgres $(PYTEST) --ignore=tests/engine --ignore=tests/architecture \
		--ignore=tests/browser --ignore=tests/conformance --ignore=tests/policies/test_every_policy_survives.py \
		--ignore=tests/guardrails_api/test_schemathesis.py $(ARGS)

bench: $(VENV)/installed-bench ## Print the speed ratios (ARGS=--quick for fewer rounds)
	$(PYTHON) -m tests.benchmarks $(ARGS)

clean: ## Remove the environments and what the tools left; keeps the data
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find guardrails policies tests -name __pycache__ -type d -prune -exec rm -rf {} +
