"""How the documentation is built: `make docs`, without network, and a warning is an error."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "How deep-learning frameworks work"
copyright = "the authors of the course"
extensions = ["myst_nb", "mathml", "lessons", "command_line"]
html_math_renderer = "mathml"
exclude_patterns = ["extensions"]

html_theme = "sphinx_book_theme"
html_title = project
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"show_toc_level": 2, "home_page_in_toc": True}

myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
# A lesson may leave a level of headings out, and figures name languages that the highlighter does not know.
suppress_warnings = ["myst.header", "misc.highlighting_failure"]

# The lessons are run while the pages are made, as a student would find them: an answer that is missing may raise.
os.environ["LABKIT_WIDGETS"] = "0"  # figures and predictions in the form that needs no kernel
nb_execution_mode = "force"
nb_execution_allow_errors = True
nb_execution_timeout = 300
nb_merge_streams = True
