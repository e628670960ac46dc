"""The embedded stack of `make run` and the tests: all its parts come from pip. Production never imports it."""
