# Stellwerk: `make` alone lists what there is.
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin/python
DATA ?= small
SHIFT ?= now
WORKERS ?= 3
export DATA SHIFT
CHECKOV ?= build/checkov

ifeq ($(filter else-if,$(.FEATURES)),)
$(error this make is too old ($(MAKE_VERSION)): install GNU make 3.81 or newer)
endif

.DEFAULT_GOAL := help
.PHONY: help run reset test test-kafka test-crash lint format schemas docs bench screenshot calm k8s k8s-check images test-images

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/local.stamp ## Start everything and play a capture of a CRM: DATA=small|full SHIFT=now|none|DATE; Ctrl-C stops
	@$(RUN) -m deploy.local run

reset: $(VENV)/local.stamp ## Delete the data of `make run` (STELLWERK_HOME)
	@$(RUN) -m deploy.local reset

test: $(VENV)/dev.stamp ## Run the tests on the embedded PostgreSQL and broker, the crash test too; T=path picks some, WORKERS=3
	$(RUN) -m pytest -m "not kafka and not images" -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(T)

test-kafka: $(VENV)/dev.stamp ## Run group, kernel and crash tests against Apache Kafka (needs Java 17 and Maven)
	@$(RUN) -m deploy.local kafka
	$(RUN) -m pytest -m kafka -n 2 --dist loadgroup $(T)

test-crash: $(VENV)/dev.stamp ## The crash test alone: kill -9 while the full capture streams; STELLWERK_CRASH_SEED=N
	$(RUN) -m pytest -m crash -s $(T)

lint: $(VENV)/dev.stamp ## Check style, format, types and the boundaries between modules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy --strict
	$(VENV)/bin/lint-imports

format: $(VENV)/dev.stamp ## Put the code into shape
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

schemas: $(VENV)/dev.stamp ## Write the JSON Schemas of the contracts and the gRPC stubs
	$(RUN) -m shared.contracts.schemas
	$(RUN) -m grpc_tools.protoc -I . --python_out=. --pyi_out=. --grpc_python_out=. shared/protos/*.proto

docs: $(VENV)/dev.stamp ## Write the pages of docs/ that are generated from the code
	$(RUN) docs/tools/reference.py
	$(RUN) docs/tools/bi.py

k8s: $(VENV)/dev.stamp ## Write the manifests that follow from the code: topics, rights, databases, scaling
	$(RUN) -m deploy.k8s.generate

k8s-check: $(VENV)/dev.stamp $(CHECKOV)/bin/checkov ## Render every overlay and check it; STELLWERK_CRDS=path of the operators' CRDs
	STELLWERK_CHECKOV=$(CHECKOV)/bin/checkov $(RUN) -m deploy.k8s.checks

$(CHECKOV)/bin/checkov: deploy/k8s/checks/checkov.lock # of its own: its pins are not ours
	$(PYTHON) -m venv $(CHECKOV)
	$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

images: $(VENV)/dev.stamp ## Build the images of all services (buildah, podman or docker); STELLWERK_BASE=image@sha256:… or none, as root
	$(RUN) -m deploy.images

test-images: images ## Run deploy/compose from the images, stream the small capture through and check it (podman, Java, Maven)
	$(RUN) -m pytest -m images -s $(T)

bench: $(VENV)/dev.stamp ## Measure against the bare metal of this machine; writes build/bench.json
	$(RUN) -m tests.bench

calm: DATA := full
calm: $(VENV)/dev.stamp ## Replay the full capture day by day through risk and alerts: how much would people hear? DATA=small
	$(RUN) -m tests.calm --data $(DATA)

screenshot: $(VENV)/dev.stamp ## Photograph the page of a fresh stack for the README
	$(RUN) -m tests.e2e.screenshot

# What runs needs local.lock; what checks needs dev.lock, which holds all of it.
$(VENV)/%.stamp: requirements/%.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "stellwerk needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1): make PYTHON=python3.11"; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian: apt install python3-venv)"; exit 1; }
	@echo "installing requirements/$*.lock into $(VENV)"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
