"""A lesson run once on each library, for all tests of its file."""

import pytest

from tests.lessons.machinery import LIBRARIES, Run


@pytest.fixture(scope="module")
def runs(request, tmp_path_factory):
    """{library: its run} of the file's `LESSON`. Cells that ran on both libraries printed the same."""
    lesson = request.module.LESSON
    return {library: lesson.run(library, tmp_path_factory.mktemp(library)) for library in LIBRARIES}


@pytest.fixture(params=LIBRARIES)
def run(runs, request) -> Run:
    return runs[request.param]


def pytest_generate_tests(metafunc):
    """One test for each cell whose text a lesson promises."""
    if "snippet" in metafunc.fixturenames and metafunc.cls:
        metafunc.parametrize("snippet", metafunc.cls.printed)
