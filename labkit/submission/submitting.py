"""`submit`: look at the open notebook, write it with a receipt beside it, and say where to upload it.

The receipt is for the student: what was handed in, when, and what passed then. Grading does not read it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .. import session
from ..page import block, escape
from ..translate import mark, tr
from . import finding, looking
from .finding import Found
from .looking import Check, Lesson
from .refusal import NotSubmitted

ANYWAY = mark("to hand it in as it is: `labkit.submit(anyway=True)`")
RESULTS = {
    "passed": mark("passed"),
    "partly": mark("partly right"),
    "failed": mark("not passed"),
    "not run": mark("not run"),
}


def submit(path: str | os.PathLike | None = None, *, anyway: bool = False) -> None:
    """Make a file to upload from the open notebook: LESSON_submission.ipynb beside it.

    Runs the checks that you can see and says which pass, looks whether all of the lesson's cells are there and whether
    your answers stand in the notebook as you ran them last.

    path: the notebook, where it is not found by itself. anyway: write the file although something is missing.
    Raises `NotSubmitted` with what to do. In a notebook that nobody attends nothing is written.
    """
    if session.shell() is not None and not session.attended():
        print(tr("A submission is made by a person in a notebook; nothing was written."))
        return
    found = finding.find(path)
    lesson = looking.lesson_of(found.cells)
    if lesson is None:
        raise NotSubmitted(
            tr("{name} does not say which lesson it is: its first code cell is gone.", name=found.name),
            tr("fetch the lesson again, and copy your answers into it"),
        )
    if not anyway:
        refuse_incomplete(found, lesson)
    checks = looking.run_checks(found.cells)
    target = found.folder / (re.sub(r"[^\w.-]", "_", lesson.id) + "_submission.ipynb")
    if target.name == found.name:
        raise NotSubmitted(
            tr("This is the file that is handed in, not the lesson's notebook."),
            tr("open the lesson's notebook and run this there"),
        )
    receipt = make_receipt(found.cells, lesson, checks, datetime.now(UTC))
    write(found.document, receipt, target)
    facts = _facts(found, target, lesson, checks, receipt)
    session.show(_html(lesson, facts), _text(lesson, facts))
    if found.live:
        _download(target)


def refuse_incomplete(found: Found, lesson: Lesson) -> None:
    """Raises `NotSubmitted` if the file is not what the student sees, or cells are missing."""
    history = _history()
    if found.guessed and history and not looking.stands_in(found.cells, history[-1]):
        raise NotSubmitted(
            tr("{name} on the disk is older than what you see: this cell is not in it.", name=found.name),
            tr("save it (Ctrl+S, or Cmd+S on a Mac), and run this cell again"),
        )
    gone = looking.missing(lesson, found.cells)
    if gone:
        raise NotSubmitted(
            tr("Cells of the lesson are missing: {cells}.", cells=", ".join(gone)),
            tr("undo the deletion, or copy your answers into a fresh copy of the lesson;") + " " + tr(ANYWAY),
        )
    changed = looking.other_than_run(found.cells, history)
    if changed:
        raise NotSubmitted(
            tr("These answers were last run with another text: {cells}.", cells=", ".join(changed)),
            tr("run them again, save the notebook (Ctrl+S), and then run this cell;") + " " + tr(ANYWAY),
        )


def content_hash(cells: Sequence[dict[str, Any]]) -> str:
    """SHA-256 of what the cells say: their kinds, grade ids and texts; outputs and other metadata do not count."""
    said = [[cell.get("cell_type"), looking.grade_id(cell), finding.text(cell)] for cell in cells]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode(errors="replace")).hexdigest()


def make_receipt(
    cells: Sequence[dict[str, Any]], lesson: Lesson, checks: Sequence[Check], moment: datetime
) -> dict[str, Any]:
    return {
        "lesson": lesson.id,
        "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sha256": content_hash(cells),
        "checks": [check.as_dict() for check in checks],
    }


def write(document: dict[str, Any], receipt: dict[str, Any], target: Path) -> None:
    """Write the notebook with the receipt in its metadata, in one step."""
    metadata = document.get("metadata") if isinstance(document.get("metadata"), dict) else {}
    own = metadata.get("autograder") if isinstance(metadata.get("autograder"), dict) else {}
    signed = {**document, "metadata": {**metadata, "autograder": {**own, "receipt": receipt}}}
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_text(json.dumps(signed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, target)


def _history() -> list[str]:
    manager = getattr(session.shell(), "history_manager", None)
    return list(getattr(manager, "input_hist_raw", []))


def _download(target: Path) -> None:
    """Let the browser fetch the file from Colab's machine, which is gone tomorrow."""
    try:
        from google.colab import files
    except ImportError:
        return
    files.download(str(target))


def _facts(
    found: Found, target: Path, lesson: Lesson, checks: Sequence[Check], receipt: dict[str, Any]
) -> list[str]:
    passed = sum(check.result == "passed" for check in checks)
    lines = [tr("Written: {path}", path=target)]
    if found.saved:  # text that was written after that is not in the file, and nothing tells us
        lines.append(tr("It is the notebook as it was saved at {time}.", time=f"{found.saved:%H:%M:%S}"))
    if checks:
        lines.append(tr("Checks that pass now: {passed} of {all}", passed=passed, all=len(checks)))
        lines += [
            f"  {check.title}: {tr(RESULTS[check.result])}" for check in checks if check.result != "passed"
        ]
    if any(check.result == "not run" for check in checks):
        lines.append(
            tr("Some cells have not been run since the kernel started. Run all cells to see how they end.")
        )
    if not lesson.cells:
        lines.append(tr("Whether all cells of the lesson are there could not be checked."))
    lines.append(tr("Hidden tests and written answers are marked after you hand it in."))
    lines.append(tr("Receipt: {time}, {hash}", time=receipt["time"], hash=receipt["sha256"][:16]))
    return lines


def _where(lesson: Lesson) -> str:
    return lesson.submit_to or tr("your course says where")


def _text(lesson: Lesson, facts: Sequence[str]) -> str:
    head = tr("Your submission of {lesson} is ready.", lesson=lesson.id)
    return "\n".join([head, *facts, f"{tr('Now upload this file:')} {_where(lesson)}"])


def _html(lesson: Lesson, facts: Sequence[str]) -> str:
    head = tr("Your submission of {lesson} is ready.", lesson=lesson.id)
    items = "".join(f"<li>{escape(line.strip())}</li>" for line in facts)
    where = escape(_where(lesson))
    if re.fullmatch(r"https://[^\s<>\"']+", lesson.submit_to):
        where = f'<a href="{where}" target="_blank" rel="noopener">{where}</a>'
    body = f'<p class="lk-title">{escape(head)}</p><ul>{items}</ul><p>{escape(tr("Now upload this file:"))} {where}</p>'
    return block("submission", body, label=tr("Submission"))
