"""What a lesson notebook uses.

`predict`, `predictions`    a question before the run, the explanation after it
`order_lines`               put the lines of a program in order
`expect`                    checks that explain: expected, got, likely cause, where to look
`show_graph`                the live graph of an expression
`graph_stepper`             the same for an expression that is typed in
`subplots`, `show_figure`   plots in the course's colours, with a text alternative (`alt_text` drafts one)
`broadcast_aligner`         two shapes, aligned from the right: what is stretched, what does not fit
`dtype_ruler`               what each dtype stores of a number, and how far its numbers lie apart there
`stride_explorer`           the memory of a tensor, and the walk of its views over it
`secant_slider`             the secant of a function, and what becomes of it when the step goes to 0
`rule_picture`              why a rule of derivatives is true, as a picture that grows by h
`contour_arrow`             the gradient among contour lines, and the slope in a direction
`epoch_slider`              the fitted curve over the data, epoch by epoch
`launch_timeline`           what host and device do while a clock runs, with and without waiting
`learning_rate_landscape`   the ways of gradient descent over the contours of a loss
`gradient_thermometer`      what each step of a training loop finds in `.grad`, cleared or forgotten
`saved_bytes_bar`           what the graph keeps for the backward pass, operation by operation
`gradcheck_microscope`      slopes from backward and slopes measured, with gradcheck's verdict
`show_tape`                 a gradient tape while it records, and the way back over its rows
`submit`                    the open notebook as a file to upload, with a receipt
`tr`, `set_language`        the one translation function

Tensors may be torchlet's or PyTorch's. Only NumPy is needed to import this; notebooks, widgets, Matplotlib and
Graphviz are asked for when they are used, and everything has a form without them. In a notebook that nobody attends
(grading, export) nothing waits, nothing is random, and LABKIT_WIDGETS=0 asks for that form anywhere. Where it is imported in a
notebook, homework that is not written yet ends in one line, not in a traceback.
"""

from . import expect
from .broadcast_aligner import broadcast_aligner
from .contour_arrow import contour_arrow
from .dtype_ruler import dtype_ruler
from .epoch_slider import epoch_slider
from .gradcheck_microscope import gradcheck_microscope
from .gradient_thermometer import gradient_thermometer
from .graph import graph_stepper, show_graph
from .launch_timeline import launch_timeline
from .learning_rate_landscape import learning_rate_landscape
from .ordering import order_lines
from .plots import alt_text, show_figure, subplots
from .prediction import predict, predictions
from .rule_pictures import rule_picture
from .saved_bytes import saved_bytes_bar
from .secant_slider import secant_slider
from .stride_explorer import stride_explorer
from .submission import submit
from .tape_player import show_tape
from .translate import set_language, tr
from .unsolved import explain_stubs

__all__ = [
    "alt_text",
    "broadcast_aligner",
    "contour_arrow",
    "dtype_ruler",
    "epoch_slider",
    "expect",
    "gradcheck_microscope",
    "gradient_thermometer",
    "graph_stepper",
    "launch_timeline",
    "learning_rate_landscape",
    "order_lines",
    "predict",
    "predictions",
    "rule_picture",
    "saved_bytes_bar",
    "secant_slider",
    "set_language",
    "show_figure",
    "show_graph",
    "show_tape",
    "stride_explorer",
    "submit",
    "subplots",
    "tr",
]

explain_stubs()
