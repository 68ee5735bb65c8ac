"""What a lesson notebook uses: predictions, checks that explain, figures."""

from . import expect
from .translate import set_language, tr

__all__ = ["expect", "set_language", "tr"]
