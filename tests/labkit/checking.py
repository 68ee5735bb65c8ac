"""What the tests of `expect` share."""

import numpy as np
import pytest
import torch

import torchlet
from labkit.expect import Mismatch

LIBRARIES = {"numpy": np.array, "torch": torch.tensor, "torchlet": torchlet.tensor}


def fails(check, *args, **kwargs):
    """How the check fails."""
    with pytest.raises(Mismatch) as failure:
        check(*args, **kwargs)
    return failure.value
