# ruff: noqa
# Other right answers, as students write them.

# %% task="mini_tape" name="defaultdict"
from collections import defaultdict


class MiniTape:
    def __init__(self, persistent=False):
        self.persistent = persistent
        self.open = False
        self.known = set()
        self.rows = []
        self.spent = False

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *error):
        self.open = False

    def watch(self, name):
        self.known |= {name}

    def record(self, result, inputs):
        if not self.open:
            return
        for name, _ in inputs:
            if name in self.known:
                self.rows.append((result, list(inputs)))
                self.known.add(result)
                break

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("spent")
        if not self.persistent:
            self.spent = True
        many = isinstance(sources, list)
        names = sources if many else [sources]
        got = {target: 1.0}
        for result, inputs in self.rows[::-1]:
            if result not in got:
                continue
            for name, local in inputs:
                got.setdefault(name, 0.0)
                got[name] += local * got[result]
        out = [got.get(n) if n in self.known else None for n in names]
        return out if many else out[0]


# %% task="tape_gradient" name="watch each persistent"
def tape_gradient(fn, xs):
    with GradientTape(persistent=True) as tape:
        for x in xs:
            tape.watch(x)
        y = fn(*xs)
    return [tape.gradient(y, x) for x in xs]


# %% task="tape_gradient" name="sum"
def tape_gradient(fn, xs):
    with GradientTape(watch_accessed_variables=False) as t:
        for x in xs:
            t.watch(x)
        out = fn(*xs)
    return list(t.gradient(out, list(xs)))


# %% task="second_derivative" name="none check"
def second_derivative(fn, x):
    with GradientTape() as t2:
        t2.watch(x)
        with GradientTape() as t1:
            t1.watch(x)
            y = fn(x)
        g = t1.gradient(y, x)
        if g is None:
            return torch.zeros_like(x)
    h = t2.gradient(g, x)
    return torch.zeros_like(x) if h is None else h


# %% task="second_derivative" name="inner gradient inside outer"
def second_derivative(fn, x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
        first = inner.gradient(y, x, unconnected_gradients="zero")
    second = outer.gradient(first, x)
    if second is None:
        second = x * 0
    return second
