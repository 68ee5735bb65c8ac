"""The gradient tape: TensorFlow's semantics, with the numbers of lesson 08."""

import copy
import pickle

import pytest

import torchlet
from torchlet import GradientTape, Variable, tensor


def test_first_example():
    x = Variable(-2.0)
    with GradientTape() as tape:
        y = x**2
    assert tape.gradient(y, x).item() == -4


def test_layer_and_shapes():
    x, w, b = tensor([[-2.0, 1.0, 3.0]]), Variable(torchlet.ones(3, 2)), Variable(torchlet.ones(2))
    with GradientTape(persistent=True) as tape:
        y = x @ w + b
        loss = (y**2).mean()
    by_list = tape.gradient(loss, [w, b])
    by_name = tape.gradient(loss, {"w": w, "b": b})
    assert by_list[0].shape == (3, 2) and by_list[1].tolist() == y[0].tolist()
    assert by_name["w"].tolist() == by_list[0].tolist() == [[-6.0, -6.0], [3.0, 3.0], [9.0, 9.0]]


def f(x, b):
    return (x + b) ** 2 + 2 * x * b


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: Variable(1.5), [2.0, -5.0]),
        (lambda: tensor(1.5), [2.0, None]),
        (lambda: Variable(1.5, trainable=False), [2.0, None]),
        (lambda: Variable(1.5) + 1, [6.0, None]),
    ],
    ids=["variable", "constant", "untrainable", "no longer a variable"],
)
def test_what_is_watched(make, expected):
    x, b = Variable(-2.0), make()
    with GradientTape() as tape:
        z = f(x, b)
    assert [g if g is None else g.item() for g in tape.gradient(z, [x, b])] == expected


def test_watching_by_hand():
    x, b, c = Variable(-2.0), Variable(1.5), tensor(1.5)
    with GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        z = f(x, b)
    assert tape.watched_variables() == (x,)
    slope, nothing = tape.gradient(z, [x, b])
    assert slope.item() == 2 and nothing is None
    with GradientTape() as tape:
        tape.watch(c)
        z = f(x, c)
    assert [g.item() for g in tape.gradient(z, [x, c])] == [2.0, -5.0]
    assert not c.requires_grad  # watched while the tape was open, and no longer
    with pytest.raises(ValueError, match=r"floating dtype, not torch\.int64"):
        tape.watch(tensor(1))


def test_intermediate_results_are_targets_and_sources():
    x = Variable(-2.0)
    with GradientTape(persistent=True) as tape:
        y = 2 * x
        z = y**2
    assert tape.gradient(z, y).item() == -8
    assert tape.gradient(z, x).item() == -16
    assert tape.gradient(y, x).item() == 2


def test_a_tape_is_spent():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="non-persistent GradientTape can only be used to compute one set"):
        tape.gradient(y, x)


def test_vectors():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = tensor([2.0, 3.0]) * x**2
    assert tape.gradient(y, x).item() == 30
    x = Variable([1.0, 2.0])
    with GradientTape() as tape:
        y = (tensor([2.0, 3.0]) * x**2).sum()
    assert tape.gradient(y, x).tolist() == [4.0, 12.0]
    x = Variable(3.0)
    with GradientTape() as tape:
        y = tensor([2.0, 3.0]) * x**2
    assert tape.gradient(y, x, output_gradients=tensor([1.0, 0.0])).item() == 12


def test_nested_tapes_give_second_derivatives():
    x = Variable(2.0)
    with GradientTape() as outer:
        with GradientTape() as inner:
            y = x**3
        slope = inner.gradient(y, x)
    assert slope.item() == 12
    assert outer.gradient(slope, x).item() == 12


def test_only_what_happened_while_it_was_open_counts():
    x = Variable(2.0)
    before = x * x
    with GradientTape(persistent=True) as tape:
        y = x * x
        with tape.stop_recording():
            unrecorded = x**3
    assert not before.requires_grad and not (x + 1).requires_grad
    assert tape.gradient(y * 2, x) is None
    assert tape.gradient(unrecorded, x) is None
    assert tape.gradient(before, x) is None
    assert tape.gradient(before, x, unconnected_gradients="zero").item() == 0
    assert tape.gradient(x, x).item() == 1


def test_two_tapes_do_not_see_each_other():
    x = Variable(2.0)
    with GradientTape() as first:
        y = x * x
    with GradientTape() as second:
        z = y * x
    assert second.gradient(z, x).item() == 4  # y is a constant for the second tape
    assert first.gradient(y, x).item() == 4


def test_two_tapes_over_one_computation():
    x = Variable(2.0)
    with GradientTape() as one, GradientTape() as other:
        y = x * x
    assert one.gradient(y, x).item() == other.gradient(y, x).item() == 4


def test_reset_and_reuse():
    x = Variable(2.0)
    tape = GradientTape()
    with tape:
        y = x**3
        tape.reset()
        z = x * x
    assert tape.gradient([y, z], x).item() == 4
    with tape, pytest.raises(ValueError, match="already recording"):
        tape.__enter__()


def test_jacobian():
    x = Variable([1.0, 2.0, 3.0])
    with GradientTape() as tape:
        y = x[:2] ** 2
    assert tape.jacobian(y, x).tolist() == [[2.0, 0.0, 0.0], [0.0, 4.0, 0.0]]
    with pytest.raises(RuntimeError):
        tape.jacobian(y, x)


def test_variables_are_assigned():
    x = Variable([1.0, 2.0], name="x")
    before = x.value()
    assert x.assign([3.0, 4.0]) is x
    x.assign_add([1.0, 1.0]).assign_sub(0.5)
    assert before.tolist() == [1.0, 2.0] and x.tolist() == [3.5, 4.5]
    assert repr(x) == "Variable('x', tensor([3.5000, 4.5000]), trainable=True)"
    with GradientTape():
        assert repr(x) == "Variable('x', tensor([3.5000, 4.5000]), trainable=True)"
        assert x.numpy().tolist() == [3.5, 4.5]
    assert type(x + 1) is torchlet.Tensor


def test_what_was_recorded_keeps_the_value_of_its_time():
    x, w = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    with GradientTape(persistent=True) as tape:
        y = (x * w).sum()
        w.assign([5.0, 6.0])
        z = (x * w).sum()
    w.assign_sub(tape.gradient(y, w))
    assert tape.gradient(y, x).tolist() == [3.0, 4.0]
    assert tape.gradient(z, x).tolist() == [5.0, 6.0]
    assert w.tolist() == [4.0, 4.0]


@pytest.mark.parametrize("change", ["x += 1", "x -= 1", "x *= 2", "x /= 2", "x **= 2"])
def test_a_variable_is_changed_by_its_methods_only(change):
    with pytest.raises(RuntimeError, match="assign_add"):
        exec(change, {"x": Variable(2.0)})


def test_copies_of_a_variable():
    x = Variable([1.0, 2.0], trainable=False, name="x")
    for y in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert repr(y) == repr(x) and y is not x
        y.assign([3.0, 4.0])
    assert x.tolist() == [1.0, 2.0]


def test_a_spent_tape_starts_again():
    x = Variable(1.0)
    tape = GradientTape()
    for factor in (2.0, 3.0):
        with tape:
            y = x * factor
        assert tape.gradient(y, x).item() == factor


def test_only_a_tape_that_records_can_be_stopped():
    tape = GradientTape()
    with pytest.raises(ValueError, match="not recording"):
        tape.reset()
    with pytest.raises(ValueError, match="not recording"), tape.stop_recording():
        pass


def test_output_gradients_have_the_shape_of_the_target():
    x = Variable([1.0, 2.0])
    with GradientTape() as tape:
        y = x * 2
    with pytest.raises(ValueError, match=r"shape of \(3,\), its target one of \(2,\)"):
        tape.gradient(y, x, output_gradients=torchlet.ones(3))


def test_targets_and_sources_are_tensors():
    x = Variable(2.0)
    with GradientTape() as tape:
        y = x * x
    with pytest.raises(TypeError, match=r"a target .* not None: is this the answer of another tape"):
        tape.gradient(None, x)
    with pytest.raises(TypeError, match=r"a source .* not float"):
        tape.gradient(y, [x, 2.0])
    assert tape.gradient(y, x).item() == 4  # a wrong question does not spend the tape


def test_training_with_a_tape():
    w = Variable(5.0)
    for _ in range(100):
        with GradientTape() as tape:
            loss = (w - 3) ** 2
        w.assign_sub(0.1 * tape.gradient(loss, w))
    assert abs(w.value().item() - 3) < 1e-4


def test_an_inner_tape_that_watches_too_late_has_no_record():
    x = tensor(3.0)
    with GradientTape(persistent=True) as outer:
        outer.watch(x)
        with GradientTape(persistent=True) as inner:
            y = x * x
            inner.watch(x)
            z = x * x * x
            w = y * 2
    assert inner.gradient(y, x) is None  # it was computed before
    assert (
        inner.gradient(w, x) is None and inner.gradient(w, y) is None
    )  # so the tape does not know where y is from
    assert inner.gradient(z, x).item() == 27
    assert [outer.gradient(t, x).item() for t in (y, z, w)] == [6, 27, 12]


def test_a_tape_without_variables_inside_one_with_them():
    v = Variable(3.0)
    with GradientTape(persistent=True), GradientTape(False, watch_accessed_variables=False) as inner:
        y = v * v
        z = y * 2
    assert inner.gradient(z, [y, v]) == [None, None]
    with GradientTape(), GradientTape(watch_accessed_variables=False) as inner:
        y = v * v
        inner.watch(y)
        z = y * y
    slope, nothing = inner.gradient(z, [y, v])
    assert slope.item() == 18 and nothing is None


def test_what_is_on_a_tape():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
    z = y * 2
    assert y.grad_fn in tape and z.grad_fn not in tape
