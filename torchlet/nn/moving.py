"""Modules in another dtype or on another device."""

from .. import dtypes
from ..tensor import Tensor


class Moving:
    """The part of a module that converts it: its parameters stay the objects that they are, with other numbers."""

    def to(self, *args, **kwargs):
        """Moves and converts parameters and buffers, as `Tensor.to`; integers keep their dtype."""
        for wanted in (*args, *kwargs.values()):
            if isinstance(wanted, dtypes.dtype) and not wanted.is_floating_point:
                raise TypeError(
                    f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={wanted}"
                )

        def moved(tensor):
            target = tensor.to(*args, **kwargs)
            kept = target.is_floating_point() == tensor.is_floating_point()
            return target if kept else tensor.to(target.device)

        return self._convert(moved)

    def type(self, dst_type):
        """All parameters and buffers in a dtype."""
        return self._convert(lambda tensor: tensor.type(dst_type))

    def _convert(self, conversion):
        for module in self.modules():
            for parameter in module._parameters.values():
                for tensor in (parameter, parameter.grad) if parameter is not None else ():
                    if isinstance(tensor, Tensor):
                        tensor.data = conversion(tensor.data)
            for name, buffer in module._buffers.items():
                if buffer is not None:
                    module._buffers[name] = conversion(buffer)
        return self

    def float(self):
        """All floating parameters and buffers as float32."""
        return self.to(dtypes.float32)

    def double(self):
        """All floating parameters and buffers as float64."""
        return self.to(dtypes.float64)

    def half(self):
        """All floating parameters and buffers as float16."""
        return self.to(dtypes.float16)

    def cpu(self):
        """All parameters and buffers to the cpu."""
        return self.to("cpu")

    def cuda(self, device=None):
        """All parameters and buffers to a cuda device."""
        return self.to("cuda" if device is None else device)
