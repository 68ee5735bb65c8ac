"""The checks on objects that are no data: refused by their type, without touching them."""

import numpy as np
import pytest
import torch

from labkit import expect

from .checking import fails


class Hostile:
    """Says yes to everything; any use of it beyond its type is a mistake of the check."""

    def __getattribute__(self, name):
        raise RuntimeError(f"a check touched {name}")

    def __eq__(self, other):
        raise RuntimeError("a check compared")

    __hash__ = None
    __len__ = __iter__ = __array__ = __float__ = __bool__ = __repr__ = __eq__


class YesFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    "want", [3.0, True, "text", None, [1.0, 2.0], (1, "a"), {"a": 1}, {1, 2}, np.ones(2), torch.float32]
)
@pytest.mark.parametrize("name", ["Hostile", "YesFloat"])
def test_unknown_objects_are_refused_without_being_touched(name, want):
    got = Hostile() if name == "Hostile" else YesFloat(3.0)
    for check in (expect.close, expect.equal):
        assert f"an object of type {name}" in fails(check, got, want).got
        assert f"an object of type {name}" in fails(check, [got, 1], [want, 1]).got


def test_unknown_objects_are_refused_by_every_check():
    for check, *rest in (
        (expect.shape, (2,)),
        (expect.dtype, "float32"),
        (expect.same_memory, np.ones(2)),
        (expect.separate_memory, np.ones(2)),
        (expect.attached,),
        (expect.detached,),
        (expect.true, "should hold"),
        (expect.type, float),
    ):
        assert "an object of type Hostile" in fails(check, Hostile(), *rest).got


def test_an_expected_value_that_is_no_data_is_the_checks_own_mistake():
    with pytest.raises(TypeError, match="plain data, not Hostile"):
        expect.close(3.0, Hostile())


def test_a_type_can_be_named_by_its_owner():
    class Handle:
        shown = "Parabola"

    expect.name_type(Handle, lambda handle: handle.shown)
    assert fails(expect.close, Handle(), 3.0).got == "an object of type Parabola"


class Asking(type):
    """A class whose class answers for attributes that nobody defined, as stand-ins for remote classes do."""

    def __getattr__(cls, name):
        raise RuntimeError(f"a check asked the class for {name}")


class StandIn(metaclass=Asking):
    __module__ = property(lambda self: 1 / 0)


class dtype(StandIn):
    """Not a dtype, only called so."""


@pytest.mark.parametrize("cls", [StandIn, dtype])
def test_a_stand_in_is_not_asked(cls):
    for check in (expect.close, expect.equal):
        for want in (1.0, torch.ones(2), torch.float32, "a"):
            assert fails(check, cls(), want).got == f"an object of type {cls.__name__}"
    fails(expect.type, cls(), torch.Tensor)
    fails(expect.same_memory, cls(), torch.ones(2))


def test_a_stand_in_may_say_what_library_class_it_extends():
    class Remote:
        __class__ = torch.nn.Module

    expect.type(Remote(), torch.nn.Module)
    fails(expect.type, Remote(), torch.nn.Linear)
