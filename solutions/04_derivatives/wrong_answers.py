# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.

# %% task="differences" name="divides the central difference by h" loses=["differences_check", "differences_hidden"] hint="The run of the central difference is 2h"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x - h)) / h


# %% task="differences" name="no parentheses around 2 * h" loses=["differences_check", "differences_hidden"] hint="Write / (2 * h)"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x - h)) / 2 * h


# %% task="differences" name="a power without parentheses" loses=["differences_check", "differences_hidden"] hint="Write eps ** (1 / 2)"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** 1 / 2 * max(1.0, abs(float(x)))
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** 1 / 3 * max(1.0, abs(float(x)))
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="differences" name="the rise without parentheses" loses=["differences_check", "differences_hidden"] hint="Only f(x) is divided by h"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * max(1.0, abs(float(x)))
    return f(x + h) - f(x) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * max(1.0, abs(float(x)))
    return f(x + h) - f(x - h) / (2 * h)


# %% task="differences" name="forgets to divide" loses=["differences_check", "differences_hidden"] hint="3.25 is the rise alone"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * max(1.0, abs(float(x)))
    return f(x + h) - f(x)


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * max(1.0, abs(float(x)))
    return f(x + h) - f(x - h)


# %% task="differences" name="looks back instead of forward" loses=["differences_check", "differences_hidden"] hint="This looks back"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * max(1.0, abs(float(x)))
    return (f(x) - f(x - h)) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="differences" name="the same step for both" loses=["differences_check", "differences_hidden"] hint="the step of the other formula"
def step_for(x):
    dtype = torch.float64 if isinstance(x, float) else x.dtype
    return torch.finfo(dtype).eps ** (1 / 2) * max(1.0, abs(float(x)))


def forward_difference(f, x, h=None):
    h = step_for(x) if h is None else h
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    h = step_for(x) if h is None else h
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="differences" name="the step does not grow with x" loses=["differences_check", "differences_hidden"] hint="the factor max(1, |x|) is missing"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2)
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3)
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="differences" name="as small as possible" loses=["differences_check", "differences_hidden"] hint="Without h, the step is √ε"
def forward_difference(f, x, h=1e-15):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=1e-15):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="differences" name="takes float64 for every x" loses=["differences_hidden"] hint="The step is a root of ε of this dtype"
def forward_difference(f, x, h=None):
    if h is None:
        h = torch.finfo(torch.float64).eps ** (1 / 2) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        h = torch.finfo(torch.float64).eps ** (1 / 3) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="differences" name="forgets the sign of x" loses=["differences_hidden"] hint="Look at the sign of x"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * max(1.0, float(x))
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * max(1.0, float(x))
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="differences" name="a step made of x alone" loses=["differences_hidden"] hint="times the larger of 1 and |x|"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * abs(float(x))
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * abs(float(x))
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="differences" name="makes a Python number of x for f" loses=["differences_hidden"] hint="f may need one"
def forward_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * max(1.0, abs(float(x)))
    x = float(x)
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="poly_derivative" name="keeps the place of the constant" loses=["poly_derivative_check", "poly_derivative_hidden"] hint="all others move one place to the left"
def poly_derivative(coeffs):
    return [0] + [i * c for i, c in enumerate(coeffs)][1:]


# %% task="poly_derivative" name="integrates" loses=["poly_derivative_check", "poly_derivative_hidden"] hint="This is the integral"
def poly_derivative(coeffs):
    return [0] + [c / (i + 1) for i, c in enumerate(coeffs)]


# %% task="poly_derivative" name="only moves the coefficients" loses=["poly_derivative_check", "poly_derivative_hidden"] hint="not multiplied by their exponents"
def poly_derivative(coeffs):
    return coeffs[1:] or [0]


# %% task="poly_derivative" name="multiplies by the new exponent" loses=["poly_derivative_check", "poly_derivative_hidden"] hint="multiplied by its new exponent"
def poly_derivative(coeffs):
    return [i * c for i, c in enumerate(coeffs[1:])] or [0]


# %% task="poly_derivative" name="counts the exponents from two" loses=["poly_derivative_check", "poly_derivative_hidden"] hint="one more than its exponent"
def poly_derivative(coeffs):
    return [(i + 2) * c for i, c in enumerate(coeffs[1:])] or [0]


# %% task="poly_derivative" name="highest power first" loses=["poly_derivative_check", "poly_derivative_hidden"] hint="the highest power first"
def poly_derivative(coeffs):
    n = len(coeffs) - 1
    return [(n - i) * c for i, c in enumerate(coeffs[:-1])] or [0]


# %% task="poly_derivative" name="an empty list for a constant" loses=["poly_derivative_check", "poly_derivative_hidden"] hint="For a constant the list is empty"
def poly_derivative(coeffs):
    return [i * c for i, c in enumerate(coeffs)][1:]


# %% task="poly_derivative" name="works in the caller's list" loses=["poly_derivative_check", "poly_derivative_hidden"] hint="changed the list"
def poly_derivative(coeffs):
    for i in range(len(coeffs)):
        coeffs[i] *= i
    return coeffs[1:] or [0]


# %% task="poly_derivative" name="whole numbers only" loses=["poly_derivative_hidden"] hint="Coefficients may be fractions"
def poly_derivative(coeffs):
    return [i * int(c) for i, c in enumerate(coeffs)][1:] or [0]


# %% task="poly_derivative" name="throws zeros at the end away" loses=["poly_derivative_hidden"] hint="Leave zeros where they stand"
def poly_derivative(coeffs):
    derivative = [i * c for i, c in enumerate(coeffs)][1:]
    while derivative and derivative[-1] == 0:
        derivative.pop()
    return derivative or [0]


# %% task="numerical_gradient" name="moves all numbers at once" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="All numbers were moved at once"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    return torch.ones_like(x) * (f(x + h) - f(x - h)) / (2 * h)


# %% task="numerical_gradient" name="one number for the whole tensor" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="added up"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="numerical_gradient" name="does not put the numbers back" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="Each number stays moved"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    above, below = x.clone(), x.clone()
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        above.view(-1)[i] += h
        below.view(-1)[i] -= h
        gradient.view(-1)[i] = (f(above) - f(below)) / (2 * h)
    return gradient


# %% task="numerical_gradient" name="above and below are the same memory" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="Everything is zero"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        above = x.clone()
        below = above
        above.view(-1)[i] += h
        below.view(-1)[i] -= h
        gradient.view(-1)[i] = (f(above) - f(below)) / (2 * h)
    return gradient


# %% task="numerical_gradient" name="moves the caller's numbers" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="The caller's x was changed"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    gradient = torch.zeros_like(x)
    flat = x.reshape(-1)
    for i in range(x.numel()):
        flat[i] += h
        above = f(x)
        flat[i] -= 2 * h
        below = f(x)
        flat[i] += h
        flat[i] += 1e-3
        gradient.reshape(-1)[i] = (above - below) / (2 * h)
        flat[i] -= 2e-3
    return gradient


# %% task="numerical_gradient" name="divides by h" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="divided by h alone"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    flat = x.reshape(-1)
    gradient = torch.zeros_like(flat)
    for i in range(flat.numel()):
        step = torch.zeros_like(flat)
        step[i] = h
        gradient[i] = (f((flat + step).reshape(x.shape)) - f((flat - step).reshape(x.shape))) / h
    return gradient.reshape(x.shape)


# %% task="numerical_gradient" name="the step for float64 also in float32" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="in float32 the step"
def numerical_gradient(f, x):
    h = 1e-8
    flat = x.reshape(-1)
    gradient = torch.zeros_like(flat)
    for i in range(flat.numel()):
        step = torch.zeros_like(flat)
        step[i] = h
        gradient[i] = (f((flat + step).reshape(x.shape)) - f((flat - step).reshape(x.shape))) / (2 * h)
    return gradient.reshape(x.shape)


# %% task="numerical_gradient" name="forgets the shape" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="give the result the shape of x"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    flat = x.reshape(-1)
    gradient = torch.zeros_like(flat)
    for i in range(flat.numel()):
        step = torch.zeros_like(flat)
        step[i] = h
        gradient[i] = (f((flat + step).reshape(x.shape)) - f((flat - step).reshape(x.shape))) / (2 * h)
    return gradient


# %% task="numerical_gradient" name="calls f with a flat tensor" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="reshape before each call"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    flat = x.reshape(-1)
    result = torch.zeros_like(flat)
    for i in range(flat.numel()):
        step = torch.zeros_like(flat)
        step[i] = h
        result[i] = (f(flat + step) - f(flat - step)) / (2 * h)
    return result.reshape(x.shape)


# %% task="numerical_gradient" name="vectors only" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="A whole row was moved"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        step = torch.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% task="numerical_gradient" name="forward differences" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="This is the forward difference"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    flat = x.reshape(-1)
    gradient = torch.zeros_like(flat)
    for i in range(flat.numel()):
        step = torch.zeros_like(flat)
        step[i] = h
        gradient[i] = (f((flat + step).reshape(x.shape)) - f(x)) / h
    return gradient.reshape(x.shape)


# %% task="numerical_gradient" name="computes in float32 whatever x is" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="torch.zeros makes float32"
def numerical_gradient(f, x):
    h = torch.finfo(torch.float32).eps ** (1 / 3)
    flat = x.reshape(-1)
    gradient = torch.zeros(flat.numel())
    for i in range(flat.numel()):
        step = torch.zeros(flat.numel())
        step[i] = h
        gradient[i] = (f((flat + step).reshape(x.shape)) - f((flat - step).reshape(x.shape))) / (2 * h)
    return gradient.reshape(x.shape)


# %% task="numerical_gradient" name="asks autograd" loses=["numerical_gradient_check", "numerical_gradient_hidden"] hint="no backward()"
def numerical_gradient(f, x):
    leaf = x.detach().clone().requires_grad_()
    f(leaf).backward()
    return leaf.grad


# %% task="best_step" name="always the rule of thumb" loses=["best_step_check", "best_step_hidden"] hint="no fixed step"
def best_step(f, x):
    return 1e-5


# %% task="best_step" name="smaller is better" loses=["best_step_check", "best_step_hidden"] hint="This is the smallest step"
def best_step(f, x):
    return 10.0**-12


# %% task="best_step" name="leaves out the rounding" loses=["best_step_check", "best_step_hidden"] hint="the rounding is missing"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 13)]
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps]
    changes = [abs(quotients[k] - quotients[k - 1]) / 100 for k in range(1, 12)]
    return steps[1 + changes.index(min(changes))]


# %% task="best_step" name="does not divide the change by 100" loses=["best_step_check", "best_step_hidden"] hint="not divided by 100"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 13)]
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps]
    eps = torch.finfo(torch.float64).eps
    sums = [abs(quotients[k] - quotients[k - 1]) + eps * abs(f(x)) / steps[k] for k in range(1, 12)]
    return steps[1 + sums.index(min(sums))]


# %% task="best_step" name="returns the larger of the two steps" loses=["best_step_check", "best_step_hidden"] hint="This is the step before"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 13)]
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps]
    eps = torch.finfo(torch.float64).eps
    sums = [abs(quotients[k] - quotients[k - 1]) / 100 + eps * abs(f(x)) / steps[k] for k in range(1, 12)]
    return steps[sums.index(min(sums))]


# %% task="best_step" name="forgets that an error has no sign" loses=["best_step_check", "best_step_hidden"] hint="an error has no sign"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 13)]
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps]
    eps = torch.finfo(torch.float64).eps
    sums = [abs(quotients[k] - quotients[k - 1]) / 100 + eps * f(x) / steps[k] for k in range(1, 12)]
    return steps[1 + sums.index(min(sums))]


# %% task="best_step" name="signed changes" loses=["best_step_check", "best_step_hidden"] hint="A change has no sign"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 13)]
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps]
    eps = torch.finfo(torch.float64).eps
    sums = [(quotients[k] - quotients[k - 1]) / 100 + eps * abs(f(x)) / steps[k] for k in range(1, 12)]
    return steps[1 + sums.index(min(sums))]


# %% task="best_step" name="rounding not divided by h" loses=["best_step_check", "best_step_hidden"] hint="Either the change"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 13)]
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps]
    eps = torch.finfo(torch.float64).eps
    sums = [abs(quotients[k] - quotients[k - 1]) / 100 + eps * abs(f(x)) for k in range(1, 12)]
    return steps[1 + sums.index(min(sums))]


# %% task="best_step" name="returns the quotient" loses=["best_step_check", "best_step_hidden"] hint="Return the step itself"
def best_step(f, x):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="best_step" name="returns the place in the list" loses=["best_step_check", "best_step_hidden"] hint="Return the step itself"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 13)]
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps]
    eps = torch.finfo(torch.float64).eps
    sums = [abs(quotients[k] - quotients[k - 1]) / 100 + eps * abs(f(x)) / steps[k] for k in range(1, 12)]
    return sums.index(min(sums))


# %% task="best_step" name="stops one step too early" loses=["best_step_hidden"] hint="There are twelve steps"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 12)]
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps]
    eps = torch.finfo(torch.float64).eps
    sums = [abs(quotients[k] - quotients[k - 1]) / 100 + eps * abs(f(x)) / steps[k] for k in range(1, 11)]
    return steps[1 + sums.index(min(sums))]


# %% task="best_step" name="a thirteenth step" loses=["best_step_check", "best_step_hidden"] hint="There are twelve steps"
def best_step(f, x):
    best, best_h, before = math.inf, None, None
    for k in range(1, 14):
        h = 10.0**-k
        quotient = (f(x + h) - f(x - h)) / (2 * h)
        if before is not None:
            error = abs(quotient - before) / 100 + torch.finfo(torch.float64).eps * abs(f(x)) / h
            if error < best:
                best, best_h = error, h
        before = quotient
    return best_h
