# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.


# %% task="mini_tape" name="a second contribution replaces the first" loses=["mini_tape_check", "mini_tape_numbers"] hint="Accumulate: the contribution of row a has replaced"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="plays from the first row to the last" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="from the last to the first"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in self.rows:
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="only the local derivative" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="This is the local derivative of the last step alone"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="adds upstream and local derivative" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="Upstream and local derivative are added here"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] + local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="records everything, and answers for everything" loses=["mini_tape_check", "mini_tape_rules"] hint="when only x is watched"
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
        self.known.add(name)

    def record(self, result, inputs):
        self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) for name in sources]
        return gradients.get(sources)


# %% task="mini_tape" name="zero for what it does not know" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="should be None when only x is watched"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name, 0.0) if name in self.known else 0.0 for name in sources]
        return gradients.get(sources, 0.0) if sources in self.known else 0.0


# %% task="mini_tape" name="never spent" loses=["mini_tape_check", "mini_tape_rules"] hint="Remember in the first call that the tape is spent"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="spent also when persistent" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="this tape has answered already"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = True
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="takes the rows off the tape while playing" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="The rows are gone"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        while self.rows:
            result, inputs = self.rows.pop()
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="keeps the gradients of the last question" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="a dictionary of its own"
class MiniTape:
    def __init__(self, persistent=False):
        self.persistent = persistent
        self.open = False
        self.known = set()
        self.rows = []
        self.spent = False
        self.gradients = {}

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *error):
        self.open = False

    def watch(self, name):
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = self.gradients
        gradients[target] = 1.0
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="the inputs of a row as a dictionary" loses=["mini_tape_check", "mini_tape_numbers"] hint="Only one of the two contributions"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, list(dict(inputs).items())))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="does not know its own results" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="Nothing arrived"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="goes on recording when it is closed" loses=["mini_tape_rules"] hint="when the tape was closed"
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
        self.known.add(name)

    def record(self, result, inputs):
        if any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="a row needs all its inputs to be known" loses=["mini_tape_check", "mini_tape_rules"] hint="at least one of its inputs"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and all(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="keeps a row once for each known input" loses=["mini_tape_check", "mini_tape_numbers"] hint="Some rows stand on the tape twice"
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
        self.known.add(name)

    def record(self, result, inputs):
        for name, _ in inputs:
            if self.open and name in self.known:
                self.known.add(result)
                self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="a zero is taken for None" loses=["mini_tape_rules"] hint="None is for what nothing leads to"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) or None if sources in self.known else None


# %% task="mini_tape" name="always a list" loses=["mini_tape_check", "mini_tape_numbers", "mini_tape_rules"] hint="no list"
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
        self.known.add(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("this tape has answered already")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if not isinstance(sources, list):
            sources = [sources]
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="mini_tape" name="takes a name apart into its letters" loses=["mini_tape_rules"] hint="adds it as a whole"
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
        self.known.update(name)

    def record(self, result, inputs):
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))

    def gradient(self, target, sources):
        if self.spent:
            raise RuntimeError("spent")
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None


# %% task="tape_gradient" name="forgets to watch" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="Watch it before fn is called"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        result = fn(*xs)
    return tape.gradient(result, xs)


# %% task="tape_gradient" name="watches too late" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="Watch it before fn is called"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        result = fn(*xs)
        tape.watch(xs)
    return tape.gradient(result, xs)


# %% task="tape_gradient" name="calls fn after the tape was closed" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="while the tape is open"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        tape.watch(xs)
    result = fn(*xs)
    return tape.gradient(result, xs)


# %% task="tape_gradient" name="asks a spent tape again" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="non-persistent"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        tape.watch(xs)
        result = fn(*xs)
    return [tape.gradient(result, x) for x in xs]


# %% task="tape_gradient" name="watches only the first" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="Watch it before fn is called"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        tape.watch(xs[0])
        result = fn(*xs)
    return tape.gradient(result, xs)


# %% task="tape_gradient" name="hands the list over as one argument" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="missing 1 required positional argument"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        tape.watch(xs)
        result = fn(xs)
    return tape.gradient(result, xs)


# %% task="tape_gradient" name="zeros instead of None" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="None is expected"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        tape.watch(xs)
        result = fn(*xs)
    return tape.gradient(result, xs, unconnected_gradients="zero")


# %% task="tape_gradient" name="the mean of several results" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="the mean over the results"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        tape.watch(xs)
        result = fn(*xs).mean()
    return tape.gradient(result, xs)


# %% task="tape_gradient" name="returns a tuple of Variables' gradients" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="a list of tensors"
def tape_gradient(fn, xs):
    variables = tuple(Variable(x) for x in xs)
    with GradientTape() as tape:
        result = fn(*variables)
    return tape.gradient(result, variables)


# %% task="tape_gradient" name="keeps the answers in the caller's tensors too" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="left its mark"
def tape_gradient(fn, xs):
    with GradientTape() as tape:
        tape.watch(xs)
        result = fn(*xs)
    answers = tape.gradient(result, xs)
    for x, answer in zip(xs, answers):
        x.grad = answer
    return answers


# %% task="tape_gradient" name="autograd.grad, and no tape" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="autograd.grad` is not allowed in this task"
def tape_gradient(fn, xs):
    leaves = [x.detach().requires_grad_() for x in xs]
    return list(torch.autograd.grad(fn(*leaves).sum(), leaves, allow_unused=True))


# %% task="tape_gradient" name="backward(), and no tape" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="backward` is not allowed in this task" only="judge"
def tape_gradient(fn, xs):
    leaves = [x.detach().requires_grad_() for x in xs]
    result = fn(*leaves).sum()
    if result.requires_grad:
        result.backward()
    return [leaf.grad for leaf in leaves]


# %% task="tape_gradient" name="puts Variables into the caller's list" loses=["tape_gradient_check", "tape_gradient_hidden"] hint="The list belongs to the caller"
def tape_gradient(fn, xs):
    for i in range(len(xs)):
        xs[i] = Variable(xs[i])
    with GradientTape() as tape:
        result = fn(*xs)
    return tape.gradient(result, xs)


# %% task="second_derivative" name="plays the inner tape back outside of the outer one" loses=["second_derivative_check", "second_derivative_hidden"] hint="the outer tape knew nothing of the slope"
def second_derivative(fn, x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
    slope = inner.gradient(y, x, unconnected_gradients="zero")
    return outer.gradient(slope, x, unconnected_gradients="zero")


# %% task="second_derivative" name="no zeros for straight lines" loses=["second_derivative_check", "second_derivative_hidden"] hint="about a straight line"
def second_derivative(fn, x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


# %% task="second_derivative" name="autograd.grad twice, and no tape" loses=["second_derivative_check", "second_derivative_hidden"] hint="autograd.grad` is not allowed in this task"
def second_derivative(fn, x):
    leaf = x.detach().requires_grad_()
    slope, second = fn(leaf), None
    if slope.requires_grad:
        (slope,) = torch.autograd.grad(slope.sum(), leaf, create_graph=True)
    if slope.requires_grad:
        (second,) = torch.autograd.grad(slope.sum(), leaf, allow_unused=True)
    return torch.zeros_like(x) if second is None else second


# %% task="second_derivative" name="zeros from the outer tape only" loses=["second_derivative_hidden"] hint="zeros instead of None"
def second_derivative(fn, x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x, unconnected_gradients="zero")


# %% task="second_derivative" name="watched by the outer tape only" loses=["second_derivative_check", "second_derivative_hidden"] hint="the answer of another tape"
def second_derivative(fn, x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            y = fn(x)
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


# %% task="second_derivative" name="watched by the inner tape only" loses=["second_derivative_check", "second_derivative_hidden"] hint="watched by both tapes"
def second_derivative(fn, x):
    with GradientTape() as outer:
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


# %% task="second_derivative" name="the first derivative" loses=["second_derivative_check", "second_derivative_hidden"] hint="Differentiate it once more"
def second_derivative(fn, x):
    with GradientTape() as tape:
        tape.watch(x)
        y = fn(x)
    return tape.gradient(y, x, unconnected_gradients="zero")


# %% task="second_derivative" name="the square of the first derivative" loses=["second_derivative_check", "second_derivative_hidden"] hint="the square of the first derivative"
def second_derivative(fn, x):
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = fn(x)
    slope = tape.gradient(y, x, unconnected_gradients="zero")
    return slope * slope


# %% task="second_derivative" name="adds all elements up" loses=["second_derivative_check", "second_derivative_hidden"] hint="All elements are added up"
def second_derivative(fn, x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
        slope = inner.gradient(y, x, unconnected_gradients="zero")
    return outer.gradient(slope, x, unconnected_gradients="zero").sum()


# %% task="second_derivative" name="a difference quotient" loses=["second_derivative_check", "second_derivative_hidden"] hint="Both tapes watch x"
def second_derivative(fn, x):
    h = 1e-3
    return (fn(x + h) - 2 * fn(x) + fn(x - h)) / h**2


# %% task="second_derivative" name="zeros in float32" loses=["second_derivative_hidden"] hint="zeros of the right shape and dtype"
def second_derivative(fn, x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
        slope = inner.gradient(y, x)
    second = None if slope is None else outer.gradient(slope, x)
    return torch.zeros(x.shape) if second is None else second


# %% task="second_derivative" name="a difference quotient of the tape's answers" loses=["second_derivative_hidden"] hint="A difference quotient loses digits"
def second_derivative(fn, x):
    def slope(at):
        with GradientTape() as tape:
            tape.watch(at)
            y = fn(at)
        return tape.gradient(y, at, unconnected_gradients="zero")

    h = 1e-3
    return (slope(x + h) - slope(x - h)) / (2 * h)


# %% task="predict_none" name="a tape remembers constants" loses=["predict_none_check", "predict_none_hidden"] hint="does not remember constants"
def predict_none():
    return {
        "x": False,
        "c": False,
        "frozen": True,
        "scaled": True,
        "unused": True,
        "seen": False,
        "m": False,
        "k": False,
        "z": True,
    }


# %% task="predict_none" name="every Variable is watched" loses=["predict_none_hidden"] hint="not trainable"
def predict_none():
    return {
        "x": False,
        "c": True,
        "frozen": False,
        "scaled": True,
        "unused": True,
        "seen": False,
        "m": False,
        "k": True,
        "z": True,
    }


# %% task="predict_none" name="what comes from a Variable is a Variable" loses=["predict_none_check"] hint="multiplication"
def predict_none():
    return {
        "x": False,
        "c": True,
        "frozen": True,
        "scaled": False,
        "unused": True,
        "seen": False,
        "m": False,
        "k": True,
        "z": True,
    }


# %% task="predict_none" name="watched is enough" loses=["predict_none_hidden"] hint="y does not depend on it"
def predict_none():
    return {
        "x": False,
        "c": True,
        "frozen": True,
        "scaled": True,
        "unused": False,
        "seen": False,
        "m": False,
        "k": True,
        "z": True,
    }


# %% task="predict_none" name="only Variables have gradients" loses=["predict_none_check", "predict_none_hidden"] hint="Results on the way"
def predict_none():
    return {
        "x": False,
        "c": True,
        "frozen": True,
        "scaled": True,
        "unused": True,
        "seen": True,
        "m": True,
        "k": True,
        "z": True,
    }


# %% task="predict_none" name="what is computed while the tape is open is on it" loses=["predict_none_hidden"] hint="so it has no row"
def predict_none():
    return {
        "x": False,
        "c": True,
        "frozen": True,
        "scaled": True,
        "unused": True,
        "seen": False,
        "m": False,
        "k": False,
        "z": True,
    }


# %% task="predict_none" name="a closed tape goes on recording" loses=["predict_none_hidden"] hint="when the tape was closed"
def predict_none():
    return {
        "x": False,
        "c": True,
        "frozen": True,
        "scaled": True,
        "unused": True,
        "seen": False,
        "m": False,
        "k": True,
        "z": False,
    }


# %% task="predict_none" name="True and False exchanged" loses=["predict_none_check", "predict_none_hidden"] hint="Look at the rows"
def predict_none():
    return {
        "x": True,
        "c": False,
        "frozen": False,
        "scaled": False,
        "unused": False,
        "seen": True,
        "m": True,
        "k": False,
        "z": False,
    }


# %% task="predict_none" name="numbers instead of True and False" loses=["predict_none_check", "predict_none_hidden"] hint="True if the tape answers None"
def predict_none():
    return {
        "x": 8,
        "c": None,
        "frozen": None,
        "scaled": None,
        "unused": None,
        "seen": 1,
        "m": 1,
        "k": None,
        "z": None,
    }
