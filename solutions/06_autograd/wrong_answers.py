# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.

# %% task="gradient_at" name="returns what backward() returns" loses=["gradient_at_check", "gradient_at_hidden"] hint="backward() returns nothing"
def gradient_at(f, x):
    leaf = x.detach().requires_grad_()
    return f(leaf).backward()


# %% task="gradient_at" name="asks the caller's x and never resets" loses=["gradient_at_check", "gradient_at_hidden"] hint="exactly twice"
def gradient_at(f, x):
    x.requires_grad_()
    f(x).backward()
    return x.grad


# %% task="gradient_at" name="resets, but leaves its mark on the caller's x" loses=["gradient_at_check", "gradient_at_hidden"] hint="left its mark"
def gradient_at(f, x):
    x.requires_grad_()
    x.grad = None
    f(x).backward()
    return x.grad


# %% task="gradient_at" name="returns the value of f" loses=["gradient_at_check", "gradient_at_hidden"] hint="the value of f at x"
def gradient_at(f, x):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    y.backward()
    return y.detach()


# %% task="gradient_at" name="reads the gradient of a non-leaf" loses=["gradient_at_check", "gradient_at_hidden"] hint="only a leaf keeps it"
def gradient_at(f, x):
    copy = x.detach().requires_grad_() * 1.0
    f(copy).backward()
    return copy.grad


# %% task="gradient_at" name="adds the gradient up to one number" loses=["gradient_at_check", "gradient_at_hidden"] hint="one number for each number of x"
def gradient_at(f, x):
    leaf = x.detach().requires_grad_()
    f(leaf).backward()
    return leaf.grad.sum()


# %% task="gradient_at" name="walks back a second time without a reset" loses=["gradient_at_check", "gradient_at_hidden"] hint="exactly twice"
def gradient_at(f, x):
    leaf = x.detach().requires_grad_()
    f(leaf).backward()
    f(leaf).backward()
    return leaf.grad


# %% task="gradient_at" name="difference quotient with the same step everywhere" loses=["gradient_at_check", "gradient_at_hidden"] hint="size of a step h"
def gradient_at(f, x):
    h = 1e-2
    return (f(x + h) - f(x)) / h


# %% task="gradient_at" name="clears and wakes the caller's x" loses=["gradient_at_check", "gradient_at_hidden"] hint="Leave x alone"
def gradient_at(f, x):
    x.requires_grad_()
    x.grad = None
    f(x).backward()
    gradient = x.grad
    x.grad = None
    x.requires_grad_(False)
    return gradient


# %% task="gradient_at" name="a new tensor from the numbers, always float32" loses=["gradient_at_hidden"] hint="makes float32 of everything"
def gradient_at(f, x):
    leaf = torch.tensor(x.tolist(), requires_grad=True)
    f(leaf).backward()
    return leaf.grad


# %% task="directional_derivative" name="passes v into the backward pass" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="belongs after the backward pass"
def directional_derivative(f, x, v):
    leaf = x.detach().requires_grad_()
    f(leaf).backward(gradient=v)
    return leaf.grad.sum()


# %% task="directional_derivative" name="does not add up the products" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="Add them up"
def directional_derivative(f, x, v):
    return gradient_at(f, x) * v


# %% task="directional_derivative" name="divides v by its length" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="divided by its length"
def directional_derivative(f, x, v):
    return (gradient_at(f, x) * v).sum() / (v * v).sum() ** 0.5


# %% task="directional_derivative" name="averages the products" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="the mean of the products"
def directional_derivative(f, x, v):
    return (gradient_at(f, x) * v).mean()


# %% task="directional_derivative" name="forgets the direction" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="plays no role"
def directional_derivative(f, x, v):
    return gradient_at(f, x).sum()


# %% task="directional_derivative" name="difference quotient" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="was called 2 times"
def directional_derivative(f, x, v):
    h = 1e-3
    return (f(x + h * v) - f(x - h * v)) / (2 * h)


# %% task="directional_derivative" name="a matrix product where the products of elements are meant" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="This product is only for vectors"
def directional_derivative(f, x, v):
    leaf = x.detach().requires_grad_()
    f(leaf).backward()
    return leaf.grad @ v


# %% task="directional_derivative" name="dot, which is only for vectors" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="This product is only for vectors"
def directional_derivative(f, x, v):
    leaf = x.detach().requires_grad_()
    f(leaf).backward()
    return leaf.grad.dot(v)


# %% task="directional_derivative" name="a Python number instead of a tensor" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="make a Python number of it"
def directional_derivative(f, x, v):
    return (gradient_at(f, x) * v).sum().item()


# %% task="directional_derivative" name="computes in float32, whatever x is" loses=["directional_derivative_hidden"] hint="has the dtype of x"
def directional_derivative(f, x, v):
    leaf = x.detach().float().requires_grad_()
    f(leaf).backward()
    return (leaf.grad * v.float()).sum()


# %% task="directional_derivative" name="loses digits on the way through a Python number" loses=["directional_derivative_hidden"] hint="has the dtype of x"
def directional_derivative(f, x, v):
    return torch.tensor((gradient_at(f, x) * v).sum().item())


# %% task="directional_derivative" name="asks the caller's x, and clears it" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="left its mark"
def directional_derivative(f, x, v):
    x.requires_grad_()
    x.grad = None
    f(x).backward()
    return (x.grad * v).sum()


# %% task="directional_derivative" name="multiplies into the caller's v" loses=["directional_derivative_check", "directional_derivative_hidden"] hint="v was changed"
def directional_derivative(f, x, v):
    v *= gradient_at(f, x)
    return v.sum()


# %% task="jacobian_by_rows" name="no reset, and copies of the growing gradient" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="Each row contains the rows before it"
def jacobian_by_rows(f, x):
    leaf = x.detach().requires_grad_()
    rows = []
    for i in range(len(f(leaf))):
        y = f(leaf)
        pick = torch.zeros(len(y))
        pick[i] = 1.0
        y.backward(gradient=pick)
        rows.append(leaf.grad.clone())
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="no reset, and the same tensor in every row" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="All rows are the sum of the rows"
def jacobian_by_rows(f, x):
    leaf = x.detach().requires_grad_()
    rows = []
    for i in range(len(f(leaf))):
        y = f(leaf)
        pick = torch.zeros(len(y))
        pick[i] = 1.0
        y.backward(gradient=pick)
        rows.append(leaf.grad)
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="clears in place what it has collected" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="All rows are the last row"
def jacobian_by_rows(f, x):
    leaf = x.detach().requires_grad_()
    rows = []
    for i in range(len(f(leaf))):
        if leaf.grad is not None:
            leaf.grad.zero_()
        y = f(leaf)
        pick = torch.zeros(len(y))
        pick[i] = 1.0
        y.backward(gradient=pick)
        rows.append(leaf.grad)
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="the gradient of the sum" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="the sum of the rows, as sum() gives it"
def jacobian_by_rows(f, x):
    leaf = x.detach().requires_grad_()
    f(leaf).sum().backward()
    return leaf.grad


# %% task="jacobian_by_rows" name="rows and columns exchanged" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="transposed"
def jacobian_by_rows(f, x):
    rows = []
    for i in range(len(f(x))):
        leaf = x.detach().requires_grad_()
        f(leaf)[i].backward()
        rows.append(leaf.grad)
    return torch.stack(rows, dim=1)


# %% task="jacobian_by_rows" name="a weight for each input instead of each result" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="one for each result"
def jacobian_by_rows(f, x):
    rows = []
    for i in range(len(x)):
        leaf = x.detach().requires_grad_()
        y = f(leaf)
        pick = torch.zeros(len(x))
        pick[i] = 1.0
        y.backward(gradient=pick)
        rows.append(leaf.grad)
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="walks one graph several times" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="This graph is spent"
def jacobian_by_rows(f, x):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    rows = []
    for i in range(len(y)):
        pick = torch.zeros(len(y))
        pick[i] = 1.0
        leaf.grad = None
        y.backward(gradient=pick)
        rows.append(leaf.grad)
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="returns the list of rows" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="torch.stack makes one tensor of the rows"
def jacobian_by_rows(f, x):
    leaf = x.detach().requires_grad_()
    rows = []
    for i in range(len(f(leaf))):
        y = f(leaf)
        pick = torch.zeros(len(y))
        pick[i] = 1.0
        leaf.grad = None
        y.backward(gradient=pick)
        rows.append(leaf.grad)
    return rows


# %% task="jacobian_by_rows" name="clears a gradient that is not there yet" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="there is nothing to clear"
def jacobian_by_rows(f, x):
    leaf = x.detach().requires_grad_()
    rows = []
    for i in range(len(f(leaf))):
        y = f(leaf)
        pick = torch.zeros(len(y))
        pick[i] = 1.0
        leaf.grad.zero_()
        y.backward(gradient=pick)
        rows.append(leaf.grad.clone())
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="asks for one row without weights" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="one weight for each of them"
def jacobian_by_rows(f, x):
    rows = []
    for _ in range(len(f(x))):
        leaf = x.detach().requires_grad_()
        f(leaf).backward()
        rows.append(leaf.grad)
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="takes the caller's x if it asks" loses=["jacobian_by_rows_check", "jacobian_by_rows_hidden"] hint="Somebody may still need what is in x.grad"
def jacobian_by_rows(f, x):
    leaf = x if x.requires_grad else x.clone().requires_grad_()
    rows = []
    for i in range(len(f(leaf))):
        leaf.grad = None
        f(leaf)[i].backward()
        rows.append(leaf.grad)
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="fills a matrix of float32" loses=["jacobian_by_rows_hidden"] hint="unless you say dtype=x.dtype"
def jacobian_by_rows(f, x):
    leaf = x.detach().requires_grad_()
    J = torch.zeros(len(f(leaf)), len(x))
    for i in range(len(J)):
        leaf.grad = None
        f(leaf)[i].backward()
        J[i] = leaf.grad
    return J


# %% task="graph_names" name="a node for each path, as in a tree" loses=["graph_names_check", "graph_names_hidden"] hint="once for each path"
def graph_names(y):
    names = []
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    while waiting and len(names) < 20_000:
        node = waiting.pop()
        names.append(type(node).__name__)
        for next_node, _ in node.next_functions:
            if next_node is not None:
                waiting.append(next_node)
    return names


# %% task="graph_names" name="each name once" loses=["graph_names_check", "graph_names_hidden"] hint="Each name is listed once"
def graph_names(y):
    names = []
    seen = set()
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if type(node).__name__ not in names:
            names.append(type(node).__name__)
        for next_node, _ in node.next_functions:
            if next_node is not None:
                waiting.append(next_node)
    return names


# %% task="graph_names" name="recursion" loses=["graph_names_hidden"] hint="recursion"
def graph_names(y):
    names = []
    seen = set()

    def visit(node):
        if node is None or node in seen:
            return
        seen.add(node)
        names.append(type(node).__name__)
        for next_node, _ in node.next_functions:
            visit(next_node)

    visit(y.grad_fn)
    return names


# %% task="graph_names" name="leaves out AccumulateGrad" loses=["graph_names_check", "graph_names_hidden"] hint="The AccumulateGrad nodes are missing"
def graph_names(y):
    names = []
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if type(node).__name__ != "AccumulateGrad":
            names.append(type(node).__name__)
        for next_node, _ in node.next_functions:
            if next_node is not None and next_node not in seen:
                seen.add(next_node)
                waiting.append(next_node)
    return names


# %% task="graph_names" name="lists the constants" loses=["graph_names_check", "graph_names_hidden"] hint="None stands for a constant"
def graph_names(y):
    names = []
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        names.append(type(node).__name__)
        if node is None:
            continue
        for next_node, _ in node.next_functions:
            if next_node not in seen:
                seen.add(next_node)
                waiting.append(next_node)
    return names


# %% task="graph_names" name="follows the first input only" loses=["graph_names_check", "graph_names_hidden"] hint="Only the first input"
def graph_names(y):
    names = []
    node = y.grad_fn
    while node is not None:
        names.append(type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    return names


# %% task="graph_names" name="begins one node too late" loses=["graph_names_check", "graph_names_hidden"] hint="y.grad_fn itself is missing"
def graph_names(y):
    names = []
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        for next_node, _ in node.next_functions:
            if next_node is not None and next_node not in seen:
                names.append(type(next_node).__name__)
                seen.add(next_node)
                waiting.append(next_node)
    return names


# %% task="graph_names" name="nodes instead of their names" loses=["graph_names_check", "graph_names_hidden"] hint="should be a list of texts"
def graph_names(y):
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        for next_node, _ in node.next_functions:
            if next_node is not None and next_node not in seen:
                seen.add(next_node)
                waiting.append(next_node)
    return list(seen)


# %% task="graph_names" name="the full name of a node" loses=["graph_names_check", "graph_names_hidden"] hint="spells some names in full"
def graph_names(y):
    names = []
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        names.append(node.name())
        for next_node, _ in node.next_functions:
            if next_node is not None and next_node not in seen:
                seen.add(next_node)
                waiting.append(next_node)
    return names


# %% task="graph_names" name="expects a graph behind every tensor" loses=["graph_names_check", "graph_names_hidden"] hint="No way goes on from it"
def graph_names(y):
    names = []
    waiting = [y.grad_fn]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        for next_node, _ in node.next_functions:
            if next_node is not None and next_node not in seen:
                seen.add(next_node)
                waiting.append(next_node)
        names.append(type(node).__name__)
    return names


# %% task="graph_names" name="takes the pairs for nodes" loses=["graph_names_check", "graph_names_hidden"] hint="the first of each pair"
def graph_names(y):
    names, seen = [], set()
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            names.append(type(node).__name__)
            waiting += node.next_functions
    return names


# %% task="quiz" name="a leaf is a tensor that requires gradients" loses=["quiz_check"] hint="Nothing that b was made from requires gradients"
def quiz():
    return {
        "a": (True, True),
        "b": (False, False),
        "c": (False, False),
        "d": (True, True),
        "e": (False, True),
        "g": (False, False),
        "k": (True, False),
        "loss": (False, False),
    }


# %% task="quiz" name="every tensor on the way keeps its gradient" loses=["quiz_check", "quiz_hidden"] hint="c is the result of a recorded operation"
def quiz():
    return {
        "a": (True, True),
        "b": (True, False),
        "c": (False, True),
        "d": (True, True),
        "e": (False, True),
        "g": (False, True),
        "k": (True, False),
        "loss": (False, True),
    }


# %% task="quiz" name="requires_grad=True in the line makes a leaf" loses=["quiz_check"] hint="c is the result of a recorded operation"
def quiz():
    return {
        "a": (True, True),
        "b": (True, False),
        "c": (True, True),
        "d": (True, True),
        "e": (False, True),
        "g": (False, False),
        "k": (True, False),
        "loss": (False, False),
    }


# %% task="quiz" name="retain_grad makes a leaf" loses=["quiz_check"] hint="look at the line with retain_grad()"
def quiz():
    return {
        "a": (True, True),
        "b": (True, False),
        "c": (False, False),
        "d": (True, True),
        "e": (True, True),
        "g": (False, False),
        "k": (True, False),
        "loss": (False, False),
    }


# %% task="quiz" name="asking is enough for a gradient" loses=["quiz_hidden"] hint="the loss does not depend on it"
def quiz():
    return {
        "a": (True, True),
        "b": (True, False),
        "c": (False, False),
        "d": (True, True),
        "e": (False, True),
        "g": (False, False),
        "k": (True, True),
        "loss": (False, False),
    }


# %% task="quiz" name="single words instead of pairs" loses=["quiz_check", "quiz_hidden"] hint="should be a pair"
def quiz():
    return {"a": True, "b": False, "c": False, "d": True, "e": False, "g": False, "k": True, "loss": False}


# %% task="quiz" name="a tensor is missing" loses=["quiz_check", "quiz_hidden"] hint="Missing: loss"
def quiz():
    return {
        "a": (True, True),
        "b": (True, False),
        "c": (False, False),
        "d": (True, True),
        "e": (False, True),
        "g": (False, False),
        "k": (True, False),
    }
