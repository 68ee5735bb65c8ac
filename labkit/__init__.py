"""What a lesson notebook uses.

`predict`, `predictions`    a question before the run, the explanation after it
`order_lines`               put the lines of a program in order
`expect`                    checks that explain: expected, got, likely cause, where to look
`show_graph`                the live graph of an expression
`graph_stepper`             the same for an expression that is typed in
`subplots`, `show_figure`   plots in the course's colours, with a text alternative (`alt_text` drafts one)
`epoch_slider`              the fitted curve over the data, epoch by epoch
`learning_rate_landscape`   the ways of gradient descent over the contours of a loss
`gradcheck_microscope`      slopes from backward and slopes measured, with gradcheck's verdict
`tr`, `set_language`        the one translation function

Tensors may be torchlet's or PyTorch's. Only NumPy is needed to import this; notebooks, widgets, Matplotlib and
Graphviz are asked for when they are used, and everything has a form without them. In a notebook that nobody attends
(grading, export) nothing waits, nothing is random, and LABKIT_WIDGETS=0 asks for that form anywhere.
"""

from . import expect
from .epoch_slider import epoch_slider
from .gradcheck_microscope import gradcheck_microscope
from .graph import graph_stepper, show_graph
from .learning_rate_landscape import learning_rate_landscape
from .ordering import order_lines
from .plots import alt_text, show_figure, subplots
from .prediction import predict, predictions
from .translate import set_language, tr

__all__ = [
    "alt_text",
    "epoch_slider",
    "expect",
    "gradcheck_microscope",
    "graph_stepper",
    "learning_rate_landscape",
    "order_lines",
    "predict",
    "predictions",
    "set_language",
    "show_figure",
    "show_graph",
    "subplots",
    "tr",
]
