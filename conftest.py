"""How notebooks are run as tests is said in tools/notebook_tests.py."""

pytest_plugins = ["tools.notebook_tests"]
