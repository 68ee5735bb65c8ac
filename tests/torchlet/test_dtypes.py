"""Element types: every promotion against PyTorch's."""

import copy
import itertools
import pickle

import numpy as np
import pytest
import torch

from torchlet import dtypes

NAMES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
PAIRS = list(itertools.product(NAMES, NAMES))
ALIASES = ["half", "float", "double", "short", "int", "long"]


class Operand:
    """The least that result_type asks of a tensor."""

    def __init__(self, name, ndim):
        self.dtype, self.ndim = getattr(dtypes, name), ndim


def pair(name, ndim):
    """The same operand for both: an Operand and PyTorch's tensor."""
    return Operand(name, ndim), torch.ones((1,) * ndim, dtype=getattr(torch, name))


def operands(name):
    """One operand of each category for a dtype; Python numbers stand beside them in NUMBERS."""
    return [pair(name, 0), pair(name, 2)]


NUMBERS = [(value, value) for value in (True, 3, 2.5, float("nan"), 2**40)]


@pytest.fixture(params=["float16", "float32", "float64"])
def default_dtype(request):
    before = dtypes.get_default_dtype(), torch.get_default_dtype()
    dtypes.set_default_dtype(getattr(dtypes, request.param))
    torch.set_default_dtype(getattr(torch, request.param))
    yield request.param
    dtypes.set_default_dtype(before[0])
    torch.set_default_dtype(before[1])


@pytest.mark.parametrize("name", NAMES)
def test_a_dtype_describes_itself_as_pytorchs_does(name):
    ours, theirs = getattr(dtypes, name), getattr(torch, name)
    for attribute in ("is_floating_point", "is_signed", "is_complex", "itemsize"):
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute
    assert repr(ours) == str(ours) == repr(theirs)
    assert ours.np == torch.empty(0, dtype=theirs).numpy().dtype


@pytest.mark.parametrize("name", ALIASES)
def test_aliases(name):
    assert repr(getattr(dtypes, name)) == repr(getattr(torch, name))


@pytest.mark.parametrize("name", NAMES)
def test_copies_are_the_same_object(name):
    ours = getattr(dtypes, name)
    assert copy.copy(ours) is copy.deepcopy(ours) is ours
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(ours, protocol)) is ours


def test_no_other_dtype_can_be_made():
    with pytest.raises(TypeError, match=r"cannot create 'torch.dtype' instances"):
        dtypes.dtype("float8")


def test_type_names():
    names = {repr(ours): name for name, ours in dtypes.TYPE_NAMES.items()}
    assert names == {repr(getattr(torch, n)): torch.empty(0, dtype=getattr(torch, n)).type() for n in NAMES}


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_promotion_of_a_pair(a, b):
    ours, theirs = (getattr(dtypes, a), getattr(dtypes, b)), (getattr(torch, a), getattr(torch, b))
    assert repr(dtypes.promote_types(*ours)) == repr(torch.promote_types(*theirs))
    assert dtypes.can_cast(*ours) == torch.can_cast(*theirs)


def test_result_type_of_all_pairs_and_categories(default_dtype):
    everything = [operand for name in NAMES for operand in operands(name)] + NUMBERS
    for (a, torch_a), (b, torch_b) in itertools.product(everything, everything):
        got, want = dtypes.result_type(a, b), torch.result_type(torch_a, torch_b)
        assert repr(got) == repr(want), (torch_a, torch_b)


def test_result_type_is_the_dtype_of_a_sum():
    for (a, torch_a), (b, torch_b) in itertools.product(
        [operand for name in NAMES for operand in operands(name)], repeat=2
    ):
        assert repr(dtypes.result_type(a, b)) == repr((torch_a + torch_b).dtype)


def test_result_type_of_three_takes_the_categories_one_by_one():
    a, b, c = Operand("int64", 1), Operand("float64", 0), 2.5
    for order in itertools.permutations((a, b, c)):
        assert dtypes.result_type(*order) is dtypes.float64
    assert dtypes.result_type(Operand("float16", 1), b, c) is dtypes.float16


def test_a_0d_tensor_does_not_widen_one_with_dimensions():
    assert dtypes.result_type(Operand("float64", 0), Operand("float32", 1)) is dtypes.float32


@pytest.mark.parametrize("value", [np.float32(1), np.float64(1), np.int16(1), np.bool_(True)])
def test_numpy_numbers_count_as_python_numbers(value):
    for name in NAMES:
        for ours, theirs in operands(name):
            assert repr(dtypes.result_type(ours, value)) == repr(torch.result_type(theirs, value))


def test_wrong_operands_are_named():
    with pytest.raises(TypeError, match="not str"):
        dtypes.result_type(Operand("int64", 1), "3")
    with pytest.raises(TypeError, match="at least one"):
        dtypes.result_type()


@pytest.mark.parametrize("function", ["promote_types", "can_cast"])
@pytest.mark.parametrize(("first", "second"), [(1, "float32"), ("float32", 1), (1, 1)])
def test_not_a_dtype(function, first, second):
    def call(module):
        given = [getattr(module, v) if isinstance(v, str) else v for v in (first, second)]
        with pytest.raises(TypeError) as caught:
            getattr(module, function)(*given)
        return str(caught.value)

    assert call(dtypes) == call(torch)


@pytest.mark.parametrize("name", NAMES)
def test_of_numpy(name):
    assert dtypes.of(np.dtype(name)) is dtypes.of(name) is getattr(dtypes, name)


@pytest.mark.parametrize("name", ["longlong", "q", "intc", "l"])
def test_of_numpys_other_names(name):
    theirs = torch.from_numpy(np.zeros(1, name)).dtype
    assert repr(dtypes.of(np.dtype(name))) == repr(theirs)


@pytest.mark.parametrize("name", ["object", "U3", "longdouble", "M8[s]"])
def test_what_tensors_cannot_hold(name):
    array = np.zeros(1, name)
    with pytest.raises(TypeError) as theirs:
        torch.from_numpy(array)
    with pytest.raises(TypeError) as ours:
        dtypes.of(array.dtype)
    assert str(ours.value).split(":")[0] == str(theirs.value).split(":")[0]


def test_foreign_byte_order():
    array = np.zeros(1, np.dtype("float32").newbyteorder())
    with pytest.raises(ValueError) as theirs:
        torch.from_numpy(array)
    with pytest.raises(ValueError) as ours:
        dtypes.of(array.dtype)
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("given", ["int32", "bool", 3, "name"])
def test_the_default_must_be_floating(given):
    def call(module):
        with pytest.raises(TypeError) as caught:
            module.set_default_dtype(getattr(module, given) if given in NAMES else given)
        return str(caught.value)

    assert call(dtypes) == call(torch)
    assert dtypes.get_default_dtype() is dtypes.float32


@pytest.mark.parametrize("name", ["float16", "float32", "float64", None])
def test_finfo(name, default_dtype):
    ours = dtypes.finfo(getattr(dtypes, name)) if name else dtypes.finfo()
    theirs = torch.finfo(getattr(torch, name)) if name else torch.finfo()
    for attribute in ("bits", "dtype", "eps", "max", "min", "resolution", "smallest_normal", "tiny"):
        got, want = getattr(ours, attribute), getattr(theirs, attribute)
        assert (got, type(got)) == (want, type(want)), attribute
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("name", ["uint8", "int8", "int16", "int32", "int64"])
def test_iinfo(name):
    ours, theirs = dtypes.iinfo(getattr(dtypes, name)), torch.iinfo(getattr(torch, name))
    for attribute in ("bits", "dtype", "max", "min"):
        got, want = getattr(ours, attribute), getattr(theirs, attribute)
        assert (got, type(got)) == (want, type(want)), attribute
    assert repr(ours) == repr(theirs)


def test_limits_are_equal_by_dtype():
    assert dtypes.finfo(dtypes.float32) == dtypes.finfo(dtypes.float)
    assert dtypes.finfo(dtypes.float32) != dtypes.finfo(dtypes.float64)
    assert dtypes.finfo(dtypes.float32) != 3


@pytest.mark.parametrize("function", ["finfo", "iinfo"])
@pytest.mark.parametrize("given", ["int32", "bool", "float32", float, int, 3, "x"])
def test_limits_say_what_they_want(function, given):
    def call(module):
        try:
            return repr(getattr(module, function)(getattr(module, given) if given in NAMES else given))
        except TypeError as error:
            return str(error)

    assert call(dtypes) == call(torch)
