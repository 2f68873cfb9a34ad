# make run    sets up and recognizes the bundled clips
# make test   sets up, checks and runs all the tests
# make check  formatting, lint and types
# make bench  timings, and the models beside PocketSphinx: make bench DATA=recordings for your clips
# make bench-audio  compares libraries for sound, and writes docs/audio-libraries.md
# make help-page  writes docs/help.md anew from the commands' own help

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test check browser bench bench-audio help-page clean

run: .venv/base
	@$(BIN)/sayso hear src/sayso/bundled/clips
	@echo
	@echo "A file of your own:    $(BIN)/sayso hear FILE"
	@echo "A page that listens:   $(BIN)/sayso serve"
	@echo "The lessons, a page:   $(BIN)/sayso learn"
	@echo "A recognizer of yours: $(BIN)/sayso train --help (after: make .venv/all)"

test: check browser
	$(BIN)/python -m pytest

browser:
	@command -v chromium >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install chromium >/dev/null; } \
		|| echo "The tests of the pages are left out: install Chromium (apt install chromium)."

check: .venv/all
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: .venv/all
	$(BIN)/python -m pytest benchmarks --override-ini addopts= --benchmark-only --benchmark-columns=min,median,ops
	$(PIP) install --constraint constraints.txt pocketsphinx
	$(BIN)/python -m benchmarks.models $(DATA)

bench-audio: .venv/all
	$(PIP) install --constraint constraints.txt librosa pydub audiomentations webrtcvad-wheels scipy
	$(BIN)/python -W ignore -m sayso bench audio > docs/audio-libraries.md
	cp docs/audio-libraries.md src/sayso/lessons/sound/  # the lesson shows it

help-page: .venv/all
	$(BIN)/python tools/help_page.py

.venv/base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 4))' \
		|| { echo "sayso needs Python 3.11.4 or newer: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv; this takes a minute once."
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing: apt install python3-venv"; exit 1; }
	@$(PIP) install --upgrade pip
	@$(PIP) install --constraint constraints.txt --editable ".[web]"
	@touch $@

.venv/all: .venv/base
	@echo "Setting up what training and the tests need."
	@$(PIP) install --constraint constraints.txt --editable ".[all]" --group dev
	@touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
