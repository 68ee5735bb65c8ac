"""What arrives is what was sent, and no bytes whatever make the reader crash or take more memory than they are."""

import contextlib
import datetime
import importlib
import math
import tracemalloc
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.judge.session import Session
from autograder.judge.tensors import TAGS
from autograder.judge.wire import Limits, WireError

from .judge_pair import Crossing

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
    | st.just(...)
    | st.slices(9)
    | st.builds(range, st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 3))
    | st.fractions()
    | st.decimals(allow_nan=False)
    | st.datetimes()
    | st.dates()
    | st.timedeltas()
)
hashables = st.recursive(
    scalars.filter(lambda v: type(v) is not slice), lambda s: st.tuples(s, s), max_leaves=4
)
values = st.recursive(
    scalars,
    lambda s: (
        st.lists(s, max_size=4)
        | st.tuples(s, s)
        | st.dictionaries(hashables, s, max_size=4)
        | st.sets(hashables, max_size=4)
        | st.frozensets(hashables, max_size=4)
        | st.builds(deque, st.lists(s, max_size=3))
    ),
    max_leaves=20,
)
dtypes = (
    hnp.boolean_dtypes()
    | hnp.integer_dtypes()
    | hnp.unsigned_integer_dtypes()
    | hnp.floating_dtypes()
    | hnp.complex_number_dtypes()
    | hnp.unicode_string_dtypes(max_len=3)
    | hnp.byte_string_dtypes(max_len=3)
    | hnp.datetime64_dtypes()
)


def same(a, b):
    """Equal in value and in exact type, all the way down; nan is nan."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float | complex | Decimal) and a != a:
        return repr(a) == repr(b)
    if isinstance(a, list | tuple | deque):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    if isinstance(a, set | frozenset):
        return len(a) == len(b) and all(any(same(x, y) for y in b) for x in a)
    return a == b and repr(a) == repr(b)


@given(values)
def test_what_arrives_is_what_was_sent(value):
    assert same(Crossing().over(value)[0], value)


@given(hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, min_side=0, max_dims=3)))
def test_arrays_keep_values_dtype_shape_and_strides(array):
    for sent in (
        array,
        array.T,
        array[..., None][::-1],
        array[None],
        np.broadcast_to(array, (2, *array.shape)),
    ):
        got = Crossing().over(sent)[0]
        assert type(got) is np.ndarray
        assert (got.dtype, got.shape) == (sent.dtype, sent.shape)
        assert got.tobytes() == sent.tobytes()
        assert got.strides == sent.strides or not sent.size
        assert got.flags.writeable == sent.flags.writeable


@pytest.mark.parametrize(
    "value",
    [
        np.float32(0.1),
        np.int64(-3),
        np.bool_(True),
        np.str_("Ω"),
        np.str_(""),
        np.datetime64("2027-01-11"),
        np.dtype("float32"),
        np.dtype(">i4"),
        int,
        ValueError,
        np.float64,
        NotImplemented,
        2**100,
        -(2**63),
        2**63,
        Counter("abca"),
        OrderedDict(b=1, a=2),
        {"a": 1}.keys(),
        {"a": 1}.items(),
        bytearray(b"ab"),
        Fraction(1, 3),
        datetime.time(1, 2, 3),
    ],
    ids=repr,
)
def test_values_of_libraries(value):
    got = Crossing().over(value)[0]
    assert type(got) is type(value)
    assert repr(got) == repr(value)


def test_named_tuple_keeps_its_fields_without_its_class():
    got = Crossing().over(namedtuple("Point", "x y")(1, [2]))[0]
    assert (got.x, got.y, type(got).__name__) == (1, [2], "Point")
    assert got == (1, [2])


def test_defaultdict_keeps_a_factory_that_both_sides_have():
    assert Crossing().over(defaultdict(list, a=[1]))[0]["new"] == []
    assert Crossing().over(defaultdict(lambda: 3, a=1))[0].default_factory is None


class Liar(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize("value", [Liar(3), [Liar(3)], np.array([object()]), np.ma.array([1]), object()])
def test_only_exact_plain_types_travel(value):
    with pytest.raises(WireError, match="cannot be sent"):
        Crossing().over(value)


# Identity, memory and changes


def test_one_object_stays_one_object():
    shared = [1]
    a, b, (c,) = Crossing().over(shared, {"k": shared}, (shared,))
    assert a is b["k"] is c


def test_cycles():
    loop = []
    loop.append(loop)
    got = Crossing().over(loop)[0]
    assert got[0] is got


def test_changes_come_back_and_identity_holds():
    crossing = Crossing()
    mine = {"list": [1, 2], "set": {1}, "array": np.zeros(3)}
    (theirs,) = crossing.over(mine)
    inner = mine["list"]
    theirs["list"].append(theirs)
    theirs["set"].clear()
    theirs["array"][1] = 5
    del theirs["list"][0]
    (result,) = crossing.back(theirs["list"])
    assert result is inner is mine["list"]
    assert inner == [2, mine] and inner[1] is mine
    assert mine["set"] == set()
    assert mine["array"].tolist() == [0, 5, 0]


def test_changes_go_over_later_as_well():
    crossing = Crossing()
    mine = [1]
    (theirs,) = crossing.over(mine)
    crossing.back(None)  # they still hold it
    mine.append(2)
    crossing.over(None)
    assert theirs == [1, 2]


def test_views_share_memory_on_the_other_side():
    x = np.arange(6.0).reshape(2, 3)
    a, b, c, d = Crossing().over(x, x.T, x[1:], x.copy())
    a[1, 0] = 100
    assert b[0, 1] == c[0, 0] == 100 and d[1, 0] == 3
    assert a.flags.owndata


def test_a_small_window_on_large_memory_is_sent_alone_and_changed_in_place():
    crossing = Crossing()
    large = np.zeros((2000, 2000))
    column = large[:, 3]
    message = crossing.near.encode(column)
    assert len(message) < 2 * column.nbytes
    (theirs,) = crossing.far.decode(message)
    theirs[7] = 1
    crossing.back(None)
    assert large[7, 3] == 1 and large.sum() == 1


def test_pairs_end_when_one_side_lets_go():
    crossing = Crossing()
    mine = [1, np.zeros(3)]
    received = crossing.over(mine)
    assert crossing.near.objects
    del received
    crossing.back(None)
    assert not crossing.near.objects and not crossing.far.objects


# Limits and enemies


@pytest.mark.parametrize(
    ("limits", "value"),
    [
        (Limits(size=1000), b"x" * 2000),
        (Limits(size=1000), np.zeros(500)),
        (Limits(depth=5), ((((((1,),),),),),)),
        (Limits(integer=10), 2**200),
    ],
    ids=["bytes", "array", "depth", "integer"],
)
def test_a_value_beyond_the_limits_is_refused_on_both_sides(limits, value):
    with pytest.raises(WireError):
        Session(0, limits).encode(value)
    message = Session(0).encode(value)
    with pytest.raises(WireError):
        Session(1, limits).decode(message)


def test_too_many_values_are_refused():
    message = Session(0).encode([None] * 1000)
    with pytest.raises(WireError, match=r"larger|values"):
        Session(1, Limits(count=500)).decode(message)


def test_after_a_refused_value_the_connection_goes_on():
    crossing = Crossing()
    known = [1]
    (theirs,) = crossing.over(known)
    crossing.back(None)
    known.append(2)
    with pytest.raises(WireError):
        crossing.near.encode(known, [object()])
    assert crossing.over(3) == [3]
    assert theirs == [1, 2]


@pytest.fixture(scope="module")
def frameworks():
    """Loaded: a damaged message may have the tag of a tensor, and the memory that loading takes is not its own."""
    for name in TAGS:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def messages():
    x = np.arange(6.0).reshape(2, 3)
    yield Session(0).encode("call", [1, 2.5, "text", {"a": (None, True)}], x, x.T, np.float32(1), {1, 2})
    yield Session(0).encode(
        2**80, range(3), slice(1, None), Fraction(1, 2), namedtuple("P", "x y")(1, 2), int
    )


@pytest.mark.usefixtures("frameworks")
@given(st.data())
def test_damaged_messages_are_refused_or_read(data):
    message = bytearray(data.draw(st.sampled_from(list(messages()))))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(message) - 1))
        match data.draw(st.sampled_from(["change", "cut", "insert"])):
            case "change":
                message[place] = data.draw(st.integers(0, 255))
            case "cut":
                del message[place : place + data.draw(st.integers(1, 9))]
                message.append(0)
            case "insert":
                message[place:place] = data.draw(st.binary(min_size=1, max_size=9))
    read(bytes(message))


@pytest.mark.parametrize("tag", b"tlA@")
def test_the_tag_of_a_record_is_refused_as_that_of_a_value(tag):
    message = Session(0).encode(None)
    assert message.endswith(b"N")
    with pytest.raises(WireError):
        Session(1).decode(message[:-1] + bytes([tag]))


@pytest.mark.usefixtures("frameworks")
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data):
    read(data)


def read(message: bytes):
    tracemalloc.start()
    try:
        Session(1).decode(message)
    except WireError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000


def number(n):
    return n.to_bytes(8, "little", signed=True)


def header(records=0):
    return number(0) + number(0) + number(records)


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (b"", "too early"),
        (header() + number(2**40), "count"),
        (header() + number(-1), "negative"),
        (header() + number(0) + b"x", "too many"),
        (header() + number(1) + b"s" + number(2**62), "too early"),
        (header() + number(1) + b"s" + number(1) + b"\xff", "UTF-8"),
        (header() + number(1) + b"@" + number(4), "does not exist"),
        (header() + number(1) + b"H" + number(0), "never handed over"),
        (header() + number(1) + b"C" + number(2) + b"os", "does not travel"),
        (header() + number(1) + b"d" + number(3) + b"|O8", "not plain"),
        (
            header(1) + number(1) + b"L" + number(8) + number(0) + number(0),
            "does not exist",
        ),  # our own numbers
        (header() + number(1) + b"(" * 200, "too early|count|deep"),
    ],
)
def test_forged_messages(message, complaint):
    with pytest.raises(WireError, match=complaint):
        Session(1).decode(message)


def array_message(dtype, shape, strides, offset, data):
    """A message that claims an array of this layout in memory of these bytes."""
    near = Session(0)
    content = near.writer()
    content.text(dtype)
    content.value((shape, strides, offset, True))
    content.tag(b"@")
    content.number(2)
    memory = near.writer()
    memory.bytes(data)
    message = near.writer()
    message.values([])
    message.values([])
    message.number(2)
    for which, tag, body in ((0, b"A", content.out), (2, b"M", memory.out)):
        message.number(which)
        message.tag(tag)
        message.bytes(body)
    message.number(1)
    message.tag(b"@")
    message.number(0)
    return bytes(message.out)


def test_an_honest_array_message_is_read():
    got = Session(1).decode(array_message("<f8", (2,), (8,), 0, bytes(16)))[0]
    assert got.tolist() == [0, 0]


@pytest.mark.parametrize(
    "layout",
    [
        ("<f8", (3,), (8,), 0, bytes(16)),
        ("<f8", (2,), (8,), 8, bytes(16)),
        ("<f8", (2,), (-8,), 0, bytes(16)),
        ("<f8", (10**9, 10**9), (0, 0), 0, bytes(8)),
        ("<f8", (2**61,), (0,), 0, bytes(8)),
        ("<f8", (-1,), (8,), 0, bytes(8)),
        ("<f8", (True,), (8,), 0, bytes(8)),
        ("<f8", (1,), (8, 8), 0, bytes(8)),
        ("<f8", (1,) * 64, (8,) * 64, 0, bytes(8)),
        ("|b1", (1,), (1,), 0, b"\x07"),
        ("<U1", (1,), (4,), 0, b"\xff\xff\xff\xff"),
        ("|O8", (1,), (8,), 0, bytes(8)),
    ],
    ids=str,
)
def test_arrays_that_lie_about_their_memory(layout):
    with pytest.raises(WireError):
        Session(1).decode(array_message(*layout))


def test_nan_and_infinity_travel():
    got = Crossing().over(math.nan, math.inf, -0.0)
    assert math.isnan(got[0]) and got[1] == math.inf and math.copysign(1, got[2]) == -1
