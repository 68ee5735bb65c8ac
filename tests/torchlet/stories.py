"""A story is a function of the module: told with PyTorch and with torchlet it must come to the same."""

import numpy as np
import torch

import torchlet


def both(story):
    """What a story comes to: plain values, or the type and text of an error."""
    outcomes = []
    for module in (torch, torchlet):
        try:
            outcomes.append(plain(story(module)))
        except (RuntimeError, TypeError, ValueError, NotImplementedError, AttributeError) as error:
            outcomes.append((type(error).__name__, str(error)))
    assert outcomes[1] == outcomes[0]
    return outcomes[0]


def plain(value):
    """Tensors as lists of rounded numbers."""
    if isinstance(value, (torch.Tensor, torchlet.Tensor)):
        return np.round(value.detach().numpy().astype(float), 5).tolist()
    if isinstance(value, (tuple, list)):
        return [plain(v) for v in value]
    return value
