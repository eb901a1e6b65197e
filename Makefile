# Every command of this repository. `make` alone lists them; each may be repeated at will.
.DEFAULT_GOAL := help
.PHONY: help demo search-server test proof lint format bench accessibility screenshots messages lock clean runtime tools

PY := .venv/bin/python
# Two processes, a file of tests each at a time: what a file sets up once stays in one process.
AT_ONCE := -n 2 --dist loadfile --no-loadscope-reorder

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

demo: runtime ## serve the demo town on 127.0.0.1:8000 (PORT=9000 for another port)
	@exec $(PY) setup/demo.py

search-server: runtime ## serve a real Elasticsearch on 127.0.0.1:9200 (PORT=9201 for another port)
	@$(PY) setup/packages.py maven default-jre-headless
	@exec $(PY) setup/search_server.py

test: tools ## all tests but the long ones (ONLY=words: those whose name has these words)
	@$(PY) setup/packages.py
	@$(PY) -m pytest $(AT_ONCE) $(if $(ONLY),-k "$(ONLY)")

proof: tools ## the long tests: whole crawls, kills, fuzzing (ONLY=crawl: that part alone)
	@$(PY) setup/packages.py
	@$(PY) -m pytest $(AT_ONCE) -m proof $(if $(ONLY),-k "$(ONLY)")

lint: tools ## style, types, templates, layers, missing migrations, system checks
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m djlint --quiet --lint templates
	@$(PY) -c "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
	@$(PY) -m mypy
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) manage.py check

format: tools ## put the Python files into their one shape
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .

bench: tools ## measure times, each as a ratio to something simple on the same machine
	@for each in tests/bench/bench_*.py; do echo "== $$each"; $(PY) $$each || exit 1; done

accessibility: tools ## crawl everything and write the results that the accessibility statement tells
	@$(PY) setup/packages.py
	@$(PY) -m pytest tests/browser/test_crawl.py tests/browser/test_every_look.py -m "" --accessibility fixtures/accessibility.json

screenshots: tools ## take the pictures of README anew
	@$(PY) setup/packages.py
	@$(PY) setup/screenshots.py

messages: runtime ## compile the catalogues of the interface's words
	@$(PY) setup/compile_messages.py

lock: ## resolve the dependencies of pyproject.toml anew (needs uv)
	@setup/lock

clean: ## remove the demo's data and everything that was built
	@rm -rf var dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find agencies portal search setup tests \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +
	@echo "Removed the demo's data and what was built. The virtual environment stays (.venv/)."

runtime:
	@setup/venv requirements.lock

tools:
	@setup/venv requirements-dev.lock
	@$(PY) setup/compile_messages.py
