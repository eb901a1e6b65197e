"""One file an engine; `base.py` says what an engine is."""
