"""Why nothing was written, and what to do."""

from __future__ import annotations

from ..translate import tr


class NotSubmitted(Exception):
    """Nothing was written. what: the reason, a sentence. repair: what to do now."""

    def __init__(self, what: str, repair: str):
        self.what, self.repair = what, repair
        super().__init__(f"{what}\n{tr('What to do:')} {repair}")

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return str(self).splitlines()
