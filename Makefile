# Two commands matter: `make run` and `make test`. The others are parts of them, or tools.
# Local state lives under DATA_DIR (default: var/).

SHELL := /bin/sh
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$name" && break; \
	done)
BIN := .venv/bin
PACKAGES := procurement tenders bids dume signing essential_data
HOST ?= 127.0.0.1
PORT ?= 8000
BENCH ?=
# ARGS go to pytest as they are: make test ARGS="-k deposit"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run reset test check bench openapi lock format interpreter

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

interpreter:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv"; exit 1; }

setup: interpreter ## virtual environment in .venv, Python packages, browser assets
	@$(PYTHON) deploy/setup/prepare.py run

setup-dev: interpreter
	@$(PYTHON) deploy/setup/prepare.py dev

run: setup ## set up everything and serve the platform at http://127.0.0.1:8000
	@$(BIN)/python manage.py serve --host $(HOST) --port $(PORT)

reset: interpreter ## return to the first day: empty DATA_DIR (refused while a server uses it)
	@$(PYTHON) deploy/setup/reset.py

test: setup-dev ## linters, types, contracts, then every test on PostgreSQL and the journeys on SQLite too
	@$(BIN)/python deploy/setup/system_packages.py
	@$(MAKE) --no-print-directory check
	@$(BIN)/python deploy/setup/suite.py $(ARGS)

check: setup-dev ## the fast part: linters, types, import contracts, migrations
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/djade --check --target-version 5.2 $$(find $(PACKAGES) -path '*/templates/*' -name '*.html')
	$(BIN)/deptry .
	DJANGO_SETTINGS_MODULE=procurement.settings.test $(BIN)/python manage.py check --fail-level WARNING
	DJANGO_SETTINGS_MODULE=procurement.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

bench: setup-dev ## benchmarks, one JSON line each; make bench BENCH=name runs one
	@$(BIN)/python -m tests.benchmarks $(BENCH)

format: setup-dev ## rewrite code and templates in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $$(find $(PACKAGES) -path '*/templates/*' -name '*.html')

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

openapi: setup-dev ## write the API description that buyers' software was written against
	@DJANGO_SETTINGS_MODULE=procurement.settings.test $(BIN)/python manage.py export_openapi > docs/openapi.json

lock: setup-dev ## compile the hashed requirements files and the npm lock again
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --group node -o requirements-node.txt
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
	@$(BIN)/python deploy/setup/plain_lock.py
	@! grep -n '://' requirements*.txt package-lock.json
