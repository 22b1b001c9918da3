# The commands of the project. `make demo` is the place to begin.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One thread of linear algebra a process: the engines run one process a core.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

# Debian packages that tests use as real peers: a database server, a virtual microphone, a voice,
# telephones and a proxy, a browser, a directory server.
SYSTEM_PACKAGES := postgresql pulseaudio pulseaudio-utils libasound2-plugins libportaudio2 espeak-ng \
  sip-tester baresip kamailio iproute2 systemd chromium-headless-shell slapd ldap-utils

.PHONY: help install install-dev demo test check format bench lock system-packages clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 18

install: $(VENV)/.installed ## .venv with the program, from requirements.lock

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $(VENV)/.installed $@

demo: install ## a sample council: import, publish, route recorded calls; in a terminal, the web admin
	$(BIN)/switchboard demo

test: install-dev system-packages ## every test
	# Some of it waits for a browser or a process: three share two cores.
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --ignore=tests/telephony --ignore=tests/journeys
	# In real time and apart from the rest. Most of it is waiting, so that more run than there are cores.
	$(BIN)/python -m pytest -n 4 --dist worksteal tests/telephony
	$(BIN)/python -m pytest -n 3 --dist worksteal tests/journeys

check: install-dev ## lint, formatting, strict types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install-dev ## write the formatting that check asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-dev system-packages ## measure accuracy and speed beside the plain peer (about an hour)
	$(BIN)/python -m benchmarks.bench

# Needs root and apt; elsewhere the tests say which packages they miss.
system-packages:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  missing=$$(for each in $(SYSTEM_PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$each 2>/dev/null | grep -q 'ok installed' || echo $$each; done); \
	  if [ -n "$$missing" ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
	  fi; \
	else echo "Not root with apt: tests that need $(SYSTEM_PACKAGES) are skipped where these are missing."; fi

lock: ## pin the newest allowed versions (needs uv)
	uv pip compile --universal -p 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --all-extras --upgrade -q pyproject.toml -o requirements-dev.lock
	uv pip compile --universal -p 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --extra build -q -c requirements-dev.lock pyproject.toml -o requirements.lock

clean: ## remove what was built
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
