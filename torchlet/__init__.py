"""The autograd core of the course: PyTorch's interface on NumPy, short enough to read."""
