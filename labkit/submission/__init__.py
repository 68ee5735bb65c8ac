"""`submit`: from the open notebook to a file that can be uploaded."""

from .refusal import NotSubmitted
from .submitting import submit

__all__ = ["NotSubmitted", "submit"]
