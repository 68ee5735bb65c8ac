# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.

# %% task="walk_table" name="the numbers of one point" loses=["walk_table_hidden"] hint="forward: a = x + y"
def walk_table(x=3.0, y=-1.0):
    return {
        "a": 2.0,
        "b": -6.0,
        "f": -2.0,
        "f by a": 4.0,
        "f by b": 1.0,
        "a by x": 1.0,
        "a by y": 1.0,
        "b by x": -2.0,
        "b by y": 6.0,
        "f by x": 2.0,
        "f by y": 10.0,
    }


# %% task="walk_table" name="the local derivatives of section 2" loses=["walk_table_check", "walk_table_hidden"] hint="This is the number of section 2"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    return {
        "a": a, "b": b, "f": a**2 + b, "f by a": -4.0, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0,
        "b by x": -8.0, "b by y": 4.0, "f by x": -12.0, "f by y": 0.0,
    }  # fmt: skip


# %% task="walk_table" name="the y of 2xy is lost" loses=["walk_table_check", "walk_table_hidden"] hint="The y of 2xy is missing"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    return {
        "a": a, "b": b, "f": a**2 + b, "f by a": 2 * a, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0,
        "b by x": 2.0, "b by y": 2.0, "f by x": 2 * a + 2.0, "f by y": 2 * a + 2.0,
    }  # fmt: skip


# %% task="walk_table" name="the second branch replaces the first" loses=["walk_table_check", "walk_table_hidden"] hint="It has replaced the path through a"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    table = {"a": a, "b": b, "f": a**2 + b}
    table |= {"f by a": 2 * a, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0, "b by x": 2 * y, "b by y": 2 * x}
    table["f by x"] = table["f by a"] * table["a by x"]
    table["f by x"] = table["f by b"] * table["b by x"]
    table["f by y"] = table["f by a"] * table["a by y"]
    table["f by y"] = table["f by b"] * table["b by y"]
    return table


# %% task="walk_table" name="the path through b is forgotten" loses=["walk_table_check", "walk_table_hidden"] hint="Only the path through a is there"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    table = {"a": a, "b": b, "f": a**2 + b}
    table |= {"f by a": 2 * a, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0, "b by x": 2 * y, "b by y": 2 * x}
    return table | {"f by x": 2 * a, "f by y": 2 * a}


# %% task="walk_table" name="paths are multiplied" loses=["walk_table_check", "walk_table_hidden"] hint="Multiply along a path, add over the paths"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    table = {"a": a, "b": b, "f": a**2 + b}
    table |= {"f by a": 2 * a, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0, "b by x": 2 * y, "b by y": 2 * x}
    return table | {"f by x": 2 * a * 2 * y, "f by y": 2 * a * 2 * x}


# %% task="walk_table" name="no upstream gradient on the path through a" loses=["walk_table_check", "walk_table_hidden"] hint="The upstream gradient 2a is missing"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    table = {"a": a, "b": b, "f": a**2 + b}
    table |= {"f by a": 2 * a, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0, "b by x": 2 * y, "b by y": 2 * x}
    return table | {"f by x": 1.0 + 2 * y, "f by y": 1.0 + 2 * x}


# %% task="walk_table" name="the square loses its 2" loses=["walk_table_check", "walk_table_hidden"] hint="The 2 of the power rule is missing"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    table = {"a": a, "b": b, "f": a**2 + b}
    table |= {"f by a": a, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0, "b by x": 2 * y, "b by y": 2 * x}
    return table | {"f by x": a + 2 * y, "f by y": a + 2 * x}


# %% task="walk_table" name="2xy derived by the wrong factor" loses=["walk_table_check", "walk_table_hidden"] hint="This is the derivative of 2xy by y"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    table = {"a": a, "b": b, "f": a**2 + b}
    table |= {"f by a": 2 * a, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0, "b by x": 2 * x, "b by y": 2 * y}
    return table | {"f by x": 2 * a + 2 * x, "f by y": 2 * a + 2 * y}


# %% task="walk_table" name="other keys" loses=["walk_table_check", "walk_table_hidden"] hint="letter by letter"
def walk_table(x=3.0, y=-1.0):
    a, b = x + y, 2 * x * y
    return {
        "a": a,
        "b": b,
        "f": a**2 + b,
        "df/da": 2 * a,
        "df/db": 1.0,
        "df/dx": 2 * a + 2 * y,
        "df/dy": 2 * a + 2 * x,
    }


# %% task="multiply" name="each factor receives itself" loses=["multiply_check", "multiply_hidden"] hint="The factors are exchanged"
def multiply(self, other):
    other = as_value(other)
    return Value(self.data * other.data, (self, other), lambda g: (g * self.data, g * other.data), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="the upstream gradient is forgotten" loses=["multiply_check", "multiply_hidden"] hint="The upstream gradient is missing"
def multiply(self, other):
    other = as_value(other)
    return Value(self.data * other.data, (self, other), lambda g: (other.data, self.data), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="the pull-back of the addition" loses=["multiply_check", "multiply_hidden"] hint="passed on unchanged"
def multiply(self, other):
    other = as_value(other)
    return Value(self.data * other.data, (self, other), lambda g: (g, g), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="adds upstream and local derivative" loses=["multiply_check", "multiply_hidden"] hint="They multiply"
def multiply(self, other):
    other = as_value(other)
    return Value(self.data * other.data, (self, other), lambda g: (g + other.data, g + self.data), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="a plain number comes back" loses=["multiply_check", "multiply_hidden"] hint="should be a Value"
def multiply(self, other):
    return self.data * as_value(other).data


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="no place for plain numbers" loses=["multiply_check", "multiply_hidden"] hint="has no attribute 'data'"
def multiply(self, other):
    return Value(self.data * other.data, (self, other), lambda g: (g * other.data, g * self.data), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="only one parent" loses=["multiply_check", "multiply_hidden"] hint="The parents of x * y"
def multiply(self, other):
    other = as_value(other)
    return Value(self.data * other.data, (self,), lambda g: (g * other.data,), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="numbers as parents" loses=["multiply_check", "multiply_hidden"] hint="should be the Values that it was computed from"
def multiply(self, other):
    other = as_value(other)
    return Value(
        self.data * other.data, (self.data, other.data), lambda g: (g * other.data, g * self.data), "×"
    )


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="a tuple instead of a pull-back" loses=["multiply_check", "multiply_hidden"] hint="Put lambda g: before the tuple"
def multiply(self, other):
    other = as_value(other)
    return Value(self.data * other.data, (self, other), (other.data, self.data), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="one number for both parents" loses=["multiply_check", "multiply_hidden"] hint="returns a tuple with one gradient for each parent"
def multiply(self, other):
    other = as_value(other)
    return Value(self.data * other.data, (self, other), lambda g: g * (self.data + other.data), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="the pull-back adds to grad too" loses=["multiply_check", "multiply_hidden"] hint="adds nothing to .grad itself"
def multiply(self, other):
    other = as_value(other)

    def pullback(g):
        self.grad += g * other.data
        other.grad += g * self.data
        return g * other.data, g * self.data

    return Value(self.data * other.data, (self, other), pullback, "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="multiply" name="divides the product" loses=["multiply_hidden"] hint="do not divide the product"
def multiply(self, other):
    other = as_value(other)
    out = self.data * other.data
    return Value(out, (self, other), lambda g: (g * out / self.data, g * out / other.data), "×")


Value.__mul__ = multiply
Value.__rmul__ = multiply


# %% task="power_and_tanh" name="the upstream gradient is forgotten" loses=["power_and_tanh_check", "power_and_tanh_hidden"] hint="The upstream gradient is missing"
def power(self, exponent):
    return Value(self.data**exponent, (self,), lambda g: (exponent * self.data ** (exponent - 1),), "power")


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (1 - out**2,), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="the exponent does not come down" loses=["power_and_tanh_check", "power_and_tanh_hidden"] hint="The exponent as a factor is missing"
def power(self, exponent):
    return Value(self.data**exponent, (self,), lambda g: (g * self.data ** (exponent - 1),), "power")


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (g * (1 - out**2),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="the exponent is not lowered" loses=["power_and_tanh_check", "power_and_tanh_hidden"] hint="The exponent of the derivative is one smaller"
def power(self, exponent):
    return Value(self.data**exponent, (self,), lambda g: (g * exponent * self.data**exponent,), "power")


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (g * (1 - out**2),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="squares only" loses=["power_and_tanh_check", "power_and_tanh_hidden"] hint="right for squares only"
def power(self, exponent):
    return Value(self.data**exponent, (self,), lambda g: (g * 2 * self.data,), "power")


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (g * (1 - out**2),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="the rule of an exponential function" loses=["power_and_tanh_check", "power_and_tanh_hidden"] hint="rule of an exponential function"
def power(self, exponent):
    out = self.data**exponent
    return Value(out, (self,), lambda g: (g * out * math.log(self.data),), "power")


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (g * (1 - out**2),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="no comma, no tuple" loses=["power_and_tanh_check", "power_and_tanh_hidden"] hint="(number,) with the comma"
def power(self, exponent):
    return Value(self.data**exponent, (self,), lambda g: g * exponent * self.data ** (exponent - 1), "power")


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: g * (1 - out**2), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="tanh from the input instead of the output" loses=["power_and_tanh_check", "power_and_tanh_hidden"] hint="The derivative needs the output"
def power(self, exponent):
    return Value(
        self.data**exponent, (self,), lambda g: (g * exponent * self.data ** (exponent - 1),), "power"
    )


def tanh(self):
    return Value(math.tanh(self.data), (self,), lambda g: (g * (1 - self.data**2),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="the rule of the sigmoid" loses=["power_and_tanh_check", "power_and_tanh_hidden"] hint="the rule of the sigmoid"
def power(self, exponent):
    return Value(
        self.data**exponent, (self,), lambda g: (g * exponent * self.data ** (exponent - 1),), "power"
    )


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (g * out * (1 - out),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="by logarithm and exponential" loses=["power_and_tanh_hidden"] hint="no logarithm, and no division by v"
def power(self, exponent):
    out = math.exp(exponent * math.log(self.data))
    return Value(out, (self,), lambda g: (g * exponent * out / self.data,), "power")


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (g * (1 - out**2),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="divides the power by v" loses=["power_and_tanh_hidden"] hint="no logarithm, and no division by v"
def power(self, exponent):
    out = self.data**exponent
    return Value(out, (self,), lambda g: (g * exponent * out / self.data,), "power")


def tanh(self):
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (g * (1 - out**2),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="power_and_tanh" name="tanh as a formula that overflows" loses=["power_and_tanh_hidden"] hint="where exp overflows"
def power(self, exponent):
    return Value(
        self.data**exponent, (self,), lambda g: (g * exponent * self.data ** (exponent - 1),), "power"
    )


def tanh(self):
    e = math.exp(2 * self.data)
    out = (e - 1) / (e + 1)
    return Value(out, (self,), lambda g: (g * (1 - out**2),), "tanh")


Value.__pow__ = power
Value.tanh = tanh


# %% task="topological_order" name="recursion" loses=["topological_order_check", "backward_hidden"] hint="recursion"
def topological_order(result):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(result)
    return order


# %% task="topological_order" name="from the result to the leaves" loses=["topological_order_check", "topological_order_hidden", "backward_check", "backward_hidden"] hint="turn the list round"
def topological_order(result):
    order, seen = [], set()
    waiting = [(result, False)]
    while waiting:
        node, parents_are_done = waiting.pop()
        if parents_are_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order[::-1]


# %% task="topological_order" name="breadth first, turned round" loses=["topological_order_check", "topological_order_hidden", "backward_check", "backward_hidden"] hint="b stands before its parent a"
def topological_order(result):
    order, seen = [], {result}
    waiting = [result]
    while waiting:
        node = waiting.pop(0)
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return order[::-1]


# %% task="topological_order" name="depth first, turned round" loses=["topological_order_check", "topological_order_hidden", "backward_hidden"] hint="a stands before its parent"
def topological_order(result):
    order, seen = [], set()
    waiting = [result]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            waiting.extend(node.parents)
    return order[::-1]


# %% task="topological_order" name="a node for each path" loses=["topological_order_check", "topological_order_hidden", "backward_check", "backward_hidden"] hint="Keep a set of the nodes"
def topological_order(result):
    order = []
    waiting = [(result, False)]
    while waiting and len(order) < 300_000:
        node, parents_are_done = waiting.pop()
        if parents_are_done:
            order.append(node)
        else:
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order


# %% task="topological_order" name="remembers numbers instead of nodes" loses=["topological_order_check", "topological_order_hidden"] hint="not their numbers"
def topological_order(result):
    order, seen = [], set()
    waiting = [(result, False)]
    while waiting:
        node, parents_are_done = waiting.pop()
        if parents_are_done:
            order.append(node)
        elif node.data not in seen:
            seen.add(node.data)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order


# %% task="topological_order" name="follows the first parent only" loses=["topological_order_check", "topological_order_hidden", "backward_check", "backward_hidden"] hint="Only the first parent of each node is followed"
def topological_order(result):
    order = [result]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


# %% task="topological_order" name="without the leaves" loses=["topological_order_check", "topological_order_hidden", "backward_check", "backward_hidden"] hint="one circle for each Value"
def topological_order(result):
    order, seen = [], set()
    waiting = [(result, False)]
    while waiting:
        node, parents_are_done = waiting.pop()
        if parents_are_done:
            order.append(node)
        elif node not in seen and node.parents:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order


# %% task="topological_order" name="without the result" loses=["topological_order_check", "topological_order_hidden", "backward_check", "backward_hidden"] hint="The result itself is missing"
def topological_order(result):
    order, seen = [], set()
    waiting = [(parent, False) for parent in result.parents]
    while waiting:
        node, parents_are_done = waiting.pop()
        if parents_are_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order


# %% task="topological_order" name="lists as default arguments" loses=["topological_order_check", "topological_order_hidden"] hint="what earlier calls put there"
def topological_order(result, order=[], seen=set()):
    waiting = [(result, False)]
    while waiting:
        node, parents_are_done = waiting.pop()
        if parents_are_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order


# %% task="backward" name="a branch replaces another" loses=["backward_check", "backward_hidden"] hint="A branch has replaced another one"
def backward(result):
    order = topological_order(result)
    for node in order:
        node.grad = 0.0
    result.grad = 1.0
    for node in reversed(order):
        for parent, handed in zip(node.parents, node.pullback(node.grad)):
            parent.grad = handed


Value.backward = backward


# %% task="backward" name="no reset" loses=["backward_check", "backward_hidden"] hint="Reset the .grad of every node"
def backward(result):
    result.grad = 1.0
    for node in reversed(topological_order(result)):
        for parent, handed in zip(node.parents, node.pullback(node.grad)):
            parent.grad += handed


Value.backward = backward


# %% task="backward" name="resets the leaves only" loses=["backward_check", "backward_hidden"] hint="not only of some"
def backward(result):
    order = topological_order(result)
    for node in order:
        if not node.parents:
            node.grad = 0.0
    result.grad = 1.0
    for node in reversed(order):
        for parent, handed in zip(node.parents, node.pullback(node.grad)):
            parent.grad += handed


Value.backward = backward


# %% task="backward" name="from the leaves to the result" loses=["backward_check", "backward_hidden"] hint="Reverse the order"
def backward(result):
    order = topological_order(result)
    for node in order:
        node.grad = 0.0
    result.grad = 1.0
    for node in order:
        for parent, handed in zip(node.parents, node.pullback(node.grad)):
            parent.grad += handed


Value.backward = backward


# %% task="backward" name="begins with nothing" loses=["backward_check", "backward_hidden"] hint="begin with 1 there"
def backward(result):
    order = topological_order(result)
    for node in order:
        node.grad = 0.0
    for node in reversed(order):
        for parent, handed in zip(node.parents, node.pullback(node.grad)):
            parent.grad += handed


Value.backward = backward


# %% task="backward" name="hands 1 to each pull-back" loses=["backward_check", "backward_hidden"] hint="The upstream gradient is missing"
def backward(result):
    order = topological_order(result)
    for node in order:
        node.grad = 0.0
    result.grad = 1.0
    for node in reversed(order):
        for parent, handed in zip(node.parents, node.pullback(1.0)):
            parent.grad += handed


Value.backward = backward


# %% task="backward" name="hands on before everything has arrived" loses=["backward_check", "backward_hidden"] hint="handed on before everything has arrived"
def backward(result):
    for node in topological_order(result):
        node.grad = 0.0
    result.grad = 1.0
    waiting = [result]
    while waiting and len(waiting) < 1_000_000:
        node = waiting.pop()
        for parent, handed in zip(node.parents, node.pullback(node.grad)):
            parent.grad += handed
            waiting.append(parent)


Value.backward = backward


# %% task="backward" name="the recursive order" loses=["backward_hidden"] hint="recursion"
def backward(result):
    order = order_by_recursion(result)
    for node in order:
        node.grad = 0.0
    result.grad = 1.0
    for node in reversed(order):
        for parent, handed in zip(node.parents, node.pullback(node.grad)):
            parent.grad += handed


Value.backward = backward
