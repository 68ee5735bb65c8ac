"""Modules made of modules."""

import itertools
import operator
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from .module import Module, indented


class _Numbered(Module):
    """Modules in order, called "0", "1", …"""

    def append(self, module):
        """Adds a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules):
        """Adds several modules at the end."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index, module):
        """Adds a module before the one at `index`."""
        modules = list(self)
        modules.insert(index, module)
        self._renumber(modules)
        return self

    def pop(self, key):
        """Takes the module at `key` out and returns it."""
        module = self[key]
        del self[key]
        return module

    def __setitem__(self, index, module):
        setattr(self, self._name_at(index), module)

    def __delitem__(self, index):
        names = list(self._modules)
        for name in names[index] if isinstance(index, slice) else [self._name_at(index)]:
            delattr(self, name)
        self._renumber(list(self))

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def __iadd__(self, other):
        return self.extend(other)

    def _renumber(self, modules):
        self._modules.clear()
        self._modules.update((str(i), module) for i, module in enumerate(modules))

    def _name_at(self, index):
        names = list(self._modules)
        index = operator.index(index)
        if not -len(names) <= index < len(names):
            raise IndexError(f"index {index} is out of range")
        return names[index]


class Sequential(_Numbered):
    """Applies its modules one after the other: `Sequential(Linear(2, 8), ReLU(), Linear(8, 1))`.

    Takes modules, or one OrderedDict that names them.
    """

    def __init__(self, *args):
        super().__init__()
        named = len(args) == 1 and isinstance(args[0], OrderedDict)
        for name, module in args[0].items() if named else enumerate(args):
            self.add_module(str(name), module)

    def forward(self, input):
        for module in self:
            input = module(input)
        return input

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(OrderedDict(list(self._modules.items())[index]))
        return self._modules[self._name_at(index)]

    def __add__(self, other):
        if not isinstance(other, Sequential):
            kind = str(type(other))
            raise ValueError(f"add operator supports only objects of Sequential class, but {kind} is given.")
        return Sequential(*self, *other)


class ModuleList(_Numbered):
    """A list whose modules are registered."""

    def __init__(self, modules=()):
        super().__init__()
        self.extend(modules)

    def extend(self, modules):
        """Adds several modules at the end."""
        if not isinstance(modules, Iterable):
            kind = type(modules).__name__
            raise TypeError(f"ModuleList.extend should be called with an iterable, but got {kind}")
        return super().extend(modules)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self._modules[self._name_at(index)]

    def __add__(self, other):
        return ModuleList([*self, *other])

    def __repr__(self):
        if not self._modules:
            return f"{self._get_name()}()"
        lines = []
        for text, group in itertools.groupby(enumerate(map(repr, self)), key=operator.itemgetter(1)):
            numbers = [number for number, _ in group]
            count = len(numbers)
            label = f"({numbers[0]}): " if count == 1 else f"({numbers[0]}-{numbers[-1]}): {count} x "
            lines.append("  " + indented(label + text))
        return f"{self._get_name()}(\n" + "\n".join(lines) + "\n)"


class ModuleDict(Module):
    """A dict whose modules are registered."""

    def __init__(self, modules=None):
        super().__init__()
        if modules is not None:
            self.update(modules)

    def update(self, modules):
        """Adds the modules of a mapping, or of pairs (name, module)."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleDict.update should be called with an iterable of key/value pairs, but got "
                + type(modules).__name__
            )
        for name, module in modules.items() if isinstance(modules, Mapping | ModuleDict) else modules:
            self[name] = module

    def pop(self, key):
        """Takes the module called `key` out and returns it."""
        module = self[key]
        del self[key]
        return module

    def clear(self):
        """Takes all modules out."""
        self._modules.clear()

    def __getitem__(self, name):
        return self._modules[name]

    def __setitem__(self, name, module):
        self.add_module(name, module)

    def __delitem__(self, name):
        del self._modules[name]

    def __contains__(self, name):
        return name in self._modules

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules)

    def keys(self):
        """The names."""
        return self._modules.keys()

    def values(self):
        """The modules."""
        return self._modules.values()

    def items(self):
        """Pairs (name, module)."""
        return self._modules.items()
