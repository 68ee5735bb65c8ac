"""Submissions without work that want points: over a hundred kinds of it.

In processes that student code shares with the tests, most of these earn full marks.
"""

from __future__ import annotations

from . import Attack, endings, files, liars, patches, searches

ATTACKS: list[Attack] = [
    *(
        Attack(does, first=code, around=code * ("ctypes" not in code))
        for does, code in patches.PATCHES.items()
    ),
    *(
        Attack(does, answers=answers)
        for does, answers in (liars.ANSWERS | searches.ANSWERS | endings.ANSWERS).items()
    ),
    *(Attack(does, edit=edit) for does, edit in files.EDITS.items()),
    *(Attack(does, files=beside, flags=("extra_files",)) for does, beside in files.FILES.items()),
    Attack("outputs with scores that no program writes", raw=files.with_score_outputs),
    Attack("a helper that runs in the student's process is defined anew", answers=files.HELPER),
    Attack("answers fitted to the examples", answers=searches.FITTED, score=4.0),
]
