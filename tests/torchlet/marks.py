"""Marks of tests that compare with PyTorch where there is no GPU."""

import pytest
import torch

from torchlet import cupy_gpu

without_gpu = pytest.mark.skipif(cupy_gpu.find() is not None, reason="this machine has a GPU")
beside_cpu_build = pytest.mark.skipif(
    torch.version.cuda is not None, reason="this PyTorch is built for CUDA, and misses the driver instead"
)
