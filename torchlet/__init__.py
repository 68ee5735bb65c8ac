"""The autograd core of the course: PyTorch's interface on NumPy, short enough to read."""

from . import autograd, methods
from .comparison import *
from .copying import *
from .creation import *
from .devices import device
from .dtypes import *
from .elementwise import *
from .grad_mode import *
from .linalg import *
from .printing import set_printoptions
from .random import *
from .reductions import *
from .shapes import *
from .size import Size
from .tensor import Tensor
