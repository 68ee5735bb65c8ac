"""Opening nbgrader's gradebook; a new one is made in a moment."""

from __future__ import annotations

from nbgrader import api
from nbgrader.dbutil import ALEMBIC_DIR


def open_gradebook(url: str, course_id: str = "default_course") -> api.Gradebook:
    """nbgrader's gradebook at `url`, which is made if there is none.

    To write the version of its tables into a new one, nbgrader starts the program alembic and reads what it prints,
    for seconds; alembic can be asked here.
    """
    theirs, api.get_alembic_version = api.get_alembic_version, newest_version
    try:
        return api.Gradebook(url, course_id)
    finally:
        api.get_alembic_version = theirs


def newest_version() -> str:
    """The name of the last change to nbgrader's tables."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(ALEMBIC_DIR).get_current_head()
