"""Check notebooks one at a time, without gradebook and without a class: paths in, one report per lesson out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from autograder import released
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading import NO_ANSWER, Task, grade_submission
from autograder.records import Report, Submission, total
from autograder.released import Edition
from autograder.schema import Limits
from autograder.submission import lay_out
from autograder.untrusted import Refused, look, printable
from autograder.versions import Versions

SKIPPED = {"__pycache__", "node_modules", "site-packages"}


class NothingToCheck(AutograderError):
    what = "no notebook with checks is in {paths}"
    repair = "name a lesson's notebook: autograder ci notebooks/06_autograd/06_autograd.ipynb"


class NotANotebook(AutograderError):
    what = "{reason}"
    repair = "open it in JupyterLab, save it, and try again"


class NoChecks(AutograderError):
    what = "this notebook is from no lesson of the course, and holds no checks"
    repair = "name the notebook of a lesson; autograder status lists them"


class OwnChecks(AutograderError):
    what = "the lesson's checks are not at hand, only what the notebook says they are"
    why = "checks are not shut in; these are code of whoever wrote the notebook"
    repair = "name the course's folder with --course DIR; or leave out --sandbox if the notebook is your own"


@dataclass(frozen=True)
class Unit:
    """One submission to check. notebooks: the files by the lesson's name for them; empty: all that `folder` holds."""

    label: str
    lesson: str
    folder: Path
    versions: tuple[Versions, ...]
    given: dict[PurePosixPath, Path]
    notebooks: dict[str, Path] = field(default_factory=dict)
    source: str = ""
    own: bool = False
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A unit and what became of it. unseen: how many tests of the lesson are not in the student edition."""

    unit: Unit
    submission: Submission
    unseen: int = 0

    @property
    def good(self) -> bool:
        tests = self.submission.tests
        passed = all(test.status in ("passed", "manual") for test in tests)
        return passed and self.submission.status == "graded"


def units(paths: Sequence[Path], course: Course | None, hidden: bool) -> list[Unit]:
    """The submissions in files and folders: the notebooks of one lesson in one folder are one.

    hidden: with the course's own source, hidden tests in it. Raises `NothingToCheck`, `NoChecks`, `NotANotebook`.
    """
    found: list[Unit] = []
    for path in paths:
        for file in notebooks_in(path):
            try:
                edition = released.edition(file, course)
            except Refused as refused:
                if path.is_dir():
                    continue
                raise NotANotebook(where=path, reason=str(refused)) from None
            if edition is None and not path.is_dir():
                raise NoChecks(where=path)
            if edition is not None:
                _add(found, file, edition)
    if not found:
        raise NothingToCheck(paths=", ".join(str(path) for path in paths))
    return [with_hidden(unit, course) for unit in found] if hidden else found


def whole(path: Path, course: Course, lesson: str) -> Unit:
    """A folder (or one notebook) as a submission of this lesson, whatever its files are called; hidden tests in it."""
    files = {} if path.is_dir() else {_names(course, lesson)[0]: path}
    folder = path if path.is_dir() else path.parent
    return with_hidden(Unit(str(path), lesson, folder, (), {}, files), course)


def with_hidden(unit: Unit, course: Course | None) -> Unit:
    """The unit with the instructor's notebooks in place of what was handed out."""
    from autograder import versions
    from autograder.coordinator import given_files
    from autograder.errors import NoCourse

    if course is None:
        raise NoCourse(folder=Path.cwd())
    lesson = course.lesson(unit.lesson).id
    forms = versions.of(course, lesson)
    chosen = tuple(form for form in forms if form.name in unit.notebooks) if unit.notebooks else tuple(forms)
    given = given_files(course, lesson)
    return replace(unit, lesson=lesson, versions=chosen, given=given, source="", own=False, changed=())


def _names(course: Course, lesson: str) -> list[str]:
    from autograder import sources

    return sorted(sources.notebooks(course, lesson))


def _add(found: list[Unit], file: Path, edition: Edition) -> None:
    name = edition.version.name
    for number, unit in enumerate(found):
        same = (unit.folder, unit.lesson, unit.own) == (file.parent, edition.lesson, edition.own)
        if same and not edition.own and name not in unit.notebooks:
            found[number] = replace(
                unit,
                label=str(file.parent),
                versions=(*unit.versions, edition.version),
                notebooks={**unit.notebooks, name: file},
            )
            return
    one = (edition.version,)
    found.append(
        Unit(
            str(file), edition.lesson, file.parent, one, edition.given, {name: file},
            edition.source, edition.own, edition.changed,
        )
    )  # fmt: skip


def notebooks_in(path: Path) -> Iterator[Path]:
    """The file itself, or the notebooks in a folder and the folders below it, in order."""
    if not path.is_dir():
        yield path
        return
    for folder, below, files in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in SKIPPED)
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(".ipynb"))


def check(
    unit: Unit, *, limits: Limits, seed: int, sandboxed: bool, student: str, hidden: bool = False
) -> Checked:
    """Run one unit's checks. Whatever is wrong with it is in the submission's status and reason."""
    task = Task(unit.lesson, unit.versions, unit.given, limits, seed, sandboxed)
    with tempfile.TemporaryDirectory(prefix="ci-", ignore_cleanup_errors=True) as place:
        folder = _staged(unit, Path(place)) if unit.notebooks else unit.folder
        graded = grade_submission(task, folder)
    tests, unseen = graded.tests, 0
    if not hidden:  # of a hidden test only the title was handed out: it cannot fail, and says nothing
        tests = [test for test in graded.tests if test.visible]
        unseen = len(graded.tests) - len(tests)
    # Students read this where it is made; what a hidden test found would tell them what it looks for.
    tests = [test if test.visible else replace(test, message="") for test in tests]
    score, possible = total(tests)
    status, reasons, flags = graded.status, list(graded.reasons), list(graded.flags)
    if unit.own and "untouched" in flags:  # what was handed out is not known
        flags.remove("untouched")
        reasons.remove(NO_ANSWER)
    if unit.changed:
        status = "needs_review" if status == "graded" else status
        reasons.insert(0, f"checks were changed in the notebook: {', '.join(unit.changed)}")
    submission = Submission(
        student or printable(unit.label),
        status,
        score if graded.marked else None,
        possible,
        flags=flags,
        reason="; ".join(reasons),
        seconds=graded.seconds,
        tests=tests,
    )
    return Checked(unit, submission, unseen)


def _staged(unit: Unit, place: Path) -> Path:
    """A folder with just this submission: the notebooks under the lesson's names, the other files as they lie."""
    beside = {}
    try:
        content = look(unit.folder)
        beside = {
            name: content.path / name for name in content.files if not name.name.lower().endswith(".ipynb")
        }
    except (Refused, OSError):
        pass  # too much lies there: a folder of downloads, say; the notebook is checked alone
    files = {PurePosixPath(f"{name}.ipynb"): path for name, path in unit.notebooks.items()}
    lay_out(place, {**beside, **files})
    return place


def check_all(
    found: Sequence[Unit], course: Course | None, done: Callable[[Checked], None], **how
) -> list[Checked]:
    """Check all units, one after the other; `done` is called after each. `how`: as for `check`."""
    checked = []
    for unit in found:
        known = course and unit.lesson in [lesson.id for lesson in course.lessons]
        limits = course.limits_for(unit.lesson) if known else Limits()
        checked.append(check(unit, limits=limits, **how))
        done(checked[-1])
    return checked


def reports(checked: Iterable[Checked], seed: int) -> list[Report]:
    """One report per lesson, in the order in which the lessons came."""
    by_lesson: dict[str, list[Submission]] = {}
    for one in checked:
        by_lesson.setdefault(one.unit.lesson, []).append(one.submission)
    return [Report(lesson=lesson, seed=seed, submissions=entries) for lesson, entries in by_lesson.items()]
