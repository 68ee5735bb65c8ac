"""Imported before anything else where a process should start quickly.

jsonschema, which nbformat imports, builds a grammar of international addresses (`rfc3987_syntax`) at import, which
takes a second. No notebook's schema asks for such an address, and jsonschema does without where it is not installed.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
