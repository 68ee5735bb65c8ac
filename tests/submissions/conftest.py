"""The package of recipes, for tests: it is no part of what is installed."""

from pathlib import Path
from types import ModuleType

import pytest

from autograder.demo import load_recipes


@pytest.fixture(scope="session")
def recipes() -> ModuleType:
    return load_recipes(Path(__file__).parent)
