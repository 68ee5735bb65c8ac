"""The zip that Gradescope takes as an autograder, by https://gradescope-autograders.readthedocs.io/en/latest/specs/.

setup.sh, run_autograder     what Gradescope runs: once, and for each submission
requirements.txt             the versions with which this machine grades
lib/                         autograder, labkit, torchlet: the packages as they are here
course/                      course.yml and the source of the one lesson
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder import sources
from autograder.course import COURSE_FILE, NBGRADER_FILE, Course
from autograder.errors import AutograderError
from autograder.schema import Lesson

PACKAGES = ("autograder", "labkit", "torchlet")
DISTRIBUTION, EXTRAS = "torchlet", ("grader", "lessons")
_LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


class NotInstalled(AutograderError):
    what = "the package {name} is not installed here: nobody knows which version of it grades this lesson"
    repair = "pip install -r requirements.txt"


def package(course: Course, lesson: Lesson, *, sandbox: bool = True) -> bytes:
    """The zip's content; the same bytes for the same course and environment.

    sandbox: refuse to grade where code cannot be shut in. Raises `NoSource`, `NotInstalled`.
    """
    notebooks = sources.notebooks(course, lesson)  # first: without a source there is nothing to pack
    texts = [cell.source for notebook in notebooks.values() for cell in notebook.cells]
    content = {PurePosixPath(name): text for name, text in _scripts(lesson, sandbox).items()}
    content[PurePosixPath("requirements.txt")] = "\n".join(requirements(texts)) + "\n"
    content |= {PurePosixPath("lib", name): path for name, path in _library()}
    content |= {PurePosixPath("course", name): path for name, path in _course(course, lesson)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, what in sorted(content.items()):
            entry = zipfile.ZipInfo(str(name), (2000, 1, 1, 0, 0, 0))
            executable = name in (PurePosixPath("setup.sh"), PurePosixPath("run_autograder"))
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, what.read_bytes() if isinstance(what, Path) else what)
    return file.getvalue()


def _scripts(lesson: Lesson, sandbox: bool) -> dict[str, str]:
    values = {"{lesson}": lesson.id, "{sandbox}": "--sandbox" if sandbox else ""}
    made = {}
    for name in ("setup.sh", "run_autograder"):
        text = (
            files("autograder").joinpath("template", "gradescope", f"{name}.tpl").read_text(encoding="utf-8")
        )
        for field, value in values.items():
            text = text.replace(field, value)
        made[name] = text
    return made


def requirements(texts: Iterable[str]) -> list[str]:
    """What grading needs, with the versions that are installed here. texts: the lesson's cells."""
    waiting = [Requirement(f"{DISTRIBUTION}[{','.join(EXTRAS)}]")]
    if any(re.search(r"^\s*(import|from)\s+torch\b", text, re.MULTILINE) for text in texts):
        waiting.append(Requirement("torch"))
    pins: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if (name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((name, frozenset(wanted.extras)))
        try:
            pins[name] = version(name).partition("+")[0]
        except PackageNotFoundError:
            raise NotInstalled(name=name) from None
        waiting += _needs(name, wanted.extras)
    del pins[DISTRIBUTION]  # it comes along in lib/
    return [f"{name}=={pins[name]}" for name in sorted(pins)]


def _needs(name: str, extras: set[str]) -> Iterator[Requirement]:
    for line in requires(name) or []:
        needed = Requirement(line)
        if needed.marker is None or any(needed.marker.evaluate({"extra": one}) for one in ("", *extras)):
            yield needed


def _library() -> Iterator[tuple[str, Path]]:
    for name in PACKAGES:
        found = find_spec(name)
        if found is None or found.origin is None:
            raise NotInstalled(name=name)
        folder = Path(found.origin).parent
        yield from ((f"{name}/{inside}", path) for inside, path in _files(folder))


def _course(course: Course, lesson: Lesson) -> Iterator[tuple[str, Path]]:
    """What of a course grades one lesson. Not students' names: extensions.yml and submissions stay here."""
    from autograder.coordinator import given_files

    settings = [COURSE_FILE] if course.has_file else [NBGRADER_FILE, *_pages(course)]
    yield from ((name, course.root / name) for name in settings if (course.root / name).is_file())
    source = sources.find(course, lesson)
    folder = source.folder.relative_to(course.root).as_posix()
    kept = [source.text] if source.text else list(source.notebooks)
    yield from ((f"{folder}/{path.name}", path) for path in kept)
    yield from ((f"{folder}/{name}", path) for name, path in given_files(course, lesson.id).items())


def _pages(course: Course) -> list[str]:
    """The notebooks that nbgrader puts around each lesson, by a plain course's configuration."""
    around = course.nbgrader_config().IncludeHeaderFooter
    return [around[name] for name in ("header", "footer") if isinstance(around.get(name), str)]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not _LEFT_OUT & set(inside.parts) and path.suffix != ".pyc":
            yield inside.as_posix(), path
