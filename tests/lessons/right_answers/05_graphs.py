# ruff: noqa
# Other right answers, as students write them.

# %% task="multiply" name="isinstance"
def multiply(self, other):
    if not isinstance(other, Value):
        other = Value(other)
    a, b = self, other

    def pullback(g):
        return b.data * g, a.data * g

    return Value(a.data * b.data, (a, b), pullback, "*")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="list parents"
def multiply(self, other):
    other = as_value(other)

    def back(g):
        return (g * other.data, g * self.data)

    return Value(self.data * other.data, parents=(self, other), pullback=back)


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="list of gradients"
def multiply(self, other):
    other = as_value(other)
    return Value(self.data * other.data, [self, other], lambda g: [g * other.data, g * self.data])


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="walk_table" name="added up at once"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    local = {"f by a": 2 * a, "f by b": 1, "a by x": 1, "a by y": 1, "b by x": 2 * y, "b by y": 2 * x}
    return {"a": a, "b": b, "f": a * a + b, **local, "f by x": 2 * a + 2 * y, "f by y": 2 * a + 2 * x}


# %% task="power_and_tanh" name="computed on the way back"
def power(self, exponent):
    def pull(g):
        return (g * exponent * self.data ** (exponent - 1),)

    return Value(self.data**exponent, (self,), pull, f"**{exponent}")


def tanh(self):
    return Value(math.tanh(self.data), (self,), lambda g: (g / math.cosh(self.data) ** 2,))


Value.__pow__ = power
Value.tanh = tanh


# %% task="topological_order" name="counts how often each node is used"
def topological_order(result):
    uses, seen, todo = {}, {result}, [result]
    while todo:
        for parent in todo.pop().parents:
            uses[parent] = uses.get(parent, 0) + 1
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)
    order, ready = [], [result]
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    return order[::-1]


# %% task="topological_order" name="a stack of iterators, and ids"
def topological_order(result):
    order, seen, stack = [], {id(result)}, [(result, iter(result.parents))]
    while stack:
        node, parents = stack[-1]
        for parent in parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                stack.append((parent, iter(parent.parents)))
                break
        else:
            order.append(node)
            stack.pop()
    return order


# %% task="backward" name="by index, from whole numbers"
def backward(result):
    order = topological_order(result)
    for node in order:
        node.grad = 0
    result.grad = 1
    for node in order[::-1]:
        handed = node.pullback(node.grad)
        for i in range(len(node.parents)):
            node.parents[i].grad += handed[i]


Value.backward = backward


# %% task="backward" name="in a dictionary"
def backward(result):
    order = topological_order(result)
    grads = {node: 0.0 for node in order}
    grads[result] = 1.0
    for node in reversed(order):
        for parent, g in zip(node.parents, node.pullback(grads[node])):
            grads[parent] = grads[parent] + g
    for node in order:
        node.grad = grads[node]


Value.backward = backward
