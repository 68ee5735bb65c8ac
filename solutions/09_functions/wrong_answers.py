# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.

# %% task="my_sigmoid" name="forgets the upstream gradient" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="The upstream gradient is missing"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, k, y = ctx.saved_tensors
        return k * y * (1 - y), (x * y * (1 - y)).sum()


# %% task="my_sigmoid" name="leaves the sum for k to the engine" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="The sum is missing"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, k, y = ctx.saved_tensors
        return grad_output * k * y * (1 - y), grad_output * x * y * (1 - y)


# %% task="my_sigmoid" name="forgets the factor k" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="The factor k is missing"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, y = ctx.saved_tensors
        return grad_output * y * (1 - y), (grad_output * x * y * (1 - y)).sum()


# %% task="my_sigmoid" name="a gradient for x only" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="a gradient for each argument of forward"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        k, y = ctx.saved_tensors
        return grad_output * k * y * (1 - y)


# %% task="my_sigmoid" name="None for k, as for a plain number" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="None says that k needs no gradient"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        k, y = ctx.saved_tensors
        return grad_output * k * y * (1 - y), None


# %% task="my_sigmoid" name="computes the slope in forward and keeps it on ctx" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="nothing in backward could be followed"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.by_x, ctx.by_k = k * y * (1 - y), x * y * (1 - y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.by_x, (grad_output * ctx.by_k).sum()


# %% task="my_sigmoid" name="the formula with the exponential, which overflows" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="0·inf"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x, k)
        return 1 / (1 + torch.exp(-k * x))

    @staticmethod
    def backward(ctx, grad_output):
        x, k = ctx.saved_tensors
        b = torch.exp(-k * x)
        by_product = grad_output * b / (1 + b) ** 2
        return by_product * k, (by_product * x).sum()


# %% task="my_sigmoid" name="the two gradients in the wrong order" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="in the wrong order"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, k, y = ctx.saved_tensors
        by_product = grad_output * y * (1 - y)
        return (by_product * x).sum(), by_product * k


# %% task="my_sigmoid" name="a self as in a module" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="missing 1 required positional argument"
class MySigmoid(torch.autograd.Function):
    def forward(self, ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(x, k, y)
        return y

    def backward(self, ctx, grad_output):
        x, k, y = ctx.saved_tensors
        by_product = grad_output * y * (1 - y)
        return by_product * k, (by_product * x).sum()


# %% task="my_sigmoid" name="multiplies into grad_output" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="write into the given one"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, k, y = ctx.saved_tensors
        grad_output *= y * (1 - y)
        return grad_output * k, (grad_output * x).sum()


# %% task="my_sigmoid" name="the exponential of logsigmoid" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="logsigmoid` is not allowed in this task"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = torch.nn.functional.logsigmoid(k * x).exp()
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, k, y = ctx.saved_tensors
        by_product = grad_output * y * (1 - y)
        return by_product * k, (by_product * x).sum()


# %% task="my_sigmoid" name="softmax of two" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="softmax` is not allowed in this task" only="judge"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = torch.stack([k * x, 0 * x]).softmax(0)[0]
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, k, y = ctx.saved_tensors
        by_product = grad_output * y * (1 - y)
        return by_product * k, (by_product * x).sum()


# %% task="my_sigmoid" name="SciPy's expit" loses=["my_sigmoid_check", "my_sigmoid_hidden"] hint="`scipy.special.expit` is not allowed in this task"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = torch.as_tensor(special.expit((k * x).detach().numpy()))
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, k, y = ctx.saved_tensors
        by_product = grad_output * y * (1 - y)
        return by_product * k, (by_product * x).sum()


# %% task="softplus" name="the formula as it stands" loses=["softplus_check", "softplus_hidden"] hint="the exponent be −|z|"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return torch.log(1 + torch.exp(beta * x)) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(ctx.beta * x), None


# %% task="softplus" name="log(1 + t) instead of log1p" loses=["softplus_check", "softplus_hidden"] hint="log1p"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log(1 + torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(ctx.beta * x), None


# %% task="softplus" name="forgets to divide by beta" loses=["softplus_check", "softplus_hidden"] hint="The division by beta is missing"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(ctx.beta * x), None


# %% task="softplus" name="a slope that overflows" loses=["softplus_check", "softplus_hidden"] hint="inf / inf"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        b = torch.exp(ctx.beta * x)
        return grad_output * b / (1 + b), None


# %% task="softplus" name="a factor beta in the gradient" loses=["softplus_check", "softplus_hidden"] hint="a factor beta too many"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * ctx.beta * torch.sigmoid(ctx.beta * x), None


# %% task="softplus" name="no answer for beta" loses=["softplus_check", "softplus_hidden"] hint="incorrect number of gradients"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(ctx.beta * x)


# %% task="softplus" name="a number as the gradient of beta" loses=["softplus_check", "softplus_hidden"] hint="a gradient different than None"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(ctx.beta * x), torch.tensor(0.0)


# %% task="softplus" name="saves the slope" loses=["softplus_check", "softplus_hidden"] hint="nothing in backward could be followed"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        z = beta * x
        ctx.save_for_backward(torch.sigmoid(z))
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (slope,) = ctx.saved_tensors
        return grad_output * slope, None


# %% task="softplus" name="forgets the upstream gradient" loses=["softplus_check", "softplus_hidden"] hint="The upstream gradient is missing"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return torch.sigmoid(ctx.beta * x), None


# %% task="softplus" name="keeps beta on the class" loses=["softplus_check", "softplus_hidden"] hint="Each call has its own beta"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        Softplus.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(Softplus.beta * x), None


# %% task="softplus" name="asks a whole tensor for its truth" loses=["softplus_check", "softplus_hidden"] hint="chooses for each of them"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        if beta * x > 20:
            return x
        return torch.log1p(torch.exp(beta * x)) / beta

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(ctx.beta * x), None


# %% task="straight_through_sign" name="torch.sign, which is 0 at 0" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="torch.sign(0) is 0"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sign(x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() <= 1)


# %% task="straight_through_sign" name="the true derivative, 0" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="Nothing passes"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        return torch.zeros_like(grad_output)


# %% task="straight_through_sign" name="everything passes" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="Everything passes"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output


# %% task="straight_through_sign" name="without the borders" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="At the borders"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() < 1)


# %% task="straight_through_sign" name="limits the gradient instead of x" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="limits the gradient"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.clamp(-1, 1)


# %% task="straight_through_sign" name="forgets the upstream gradient" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="The upstream gradient is missing"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return (x.abs() <= 1).to(x.dtype)


# %% task="straight_through_sign" name="always float32" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="torch.ones_like(x) has its dtype"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, 1.0, -1.0)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() <= 1)


# %% task="straight_through_sign" name="whole numbers, so int64" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="Whole numbers make int64"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, 1, -1)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() <= 1)


# %% task="straight_through_sign" name="cuts one side only" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="Only one side is cut"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * (x <= 1)


# %% task="straight_through_sign" name="writes zeros into grad_output" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="Another path of the graph"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        grad_output[x.abs() > 1] = 0
        return grad_output


# %% task="straight_through_sign" name="writes the signs into x" loses=["straight_through_sign_check", "straight_through_sign_hidden"] hint="x belongs to the caller"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x.clone())
        positive = x >= 0
        x[positive] = 1
        x[~positive] = -1
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() <= 1)


# %% task="scipy_erf" name="forgets the factor in front" loses=["scipy_erf_check", "scipy_erf_hidden"] hint="The factor 2/√π is missing"
import math

import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.as_tensor(scipy.special.erf(x.detach().numpy()))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.exp(-x * x)


# %% task="scipy_erf" name="the bell curve of statistics" loses=["scipy_erf_check", "scipy_erf_hidden"] hint="the bell curve of statistics"
import math

import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.as_tensor(scipy.special.erf(x.detach().numpy()))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)


# %% task="scipy_erf" name="a backward in NumPy" loses=["scipy_erf_check", "scipy_erf_hidden"] hint="nothing in backward could be followed"
import math

import numpy
import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.as_tensor(scipy.special.erf(x.detach().numpy()))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        numbers = x.detach().numpy()
        slope = 2 / math.sqrt(math.pi) * numpy.exp(-numbers * numbers)
        return grad_output * torch.as_tensor(slope, dtype=x.dtype)


# %% task="scipy_erf" name="saves the slope" loses=["scipy_erf_check", "scipy_erf_hidden"] hint="nothing in backward could be followed"
import math

import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.slope = 2 / math.sqrt(math.pi) * torch.exp(-x * x)
        return torch.as_tensor(scipy.special.erf(x.detach().numpy()))

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.slope


# %% task="scipy_erf" name="float64 for everything" loses=["scipy_erf_check", "scipy_erf_hidden"] hint="keeps the dtype"
import math

import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tensor(scipy.special.erf(x.tolist()), dtype=torch.float64)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 2 / math.sqrt(math.pi) * torch.exp(-x * x)


# %% task="scipy_erf" name="from_numpy, which wants an array" loses=["scipy_erf_check", "scipy_erf_hidden"] hint="expected np.ndarray"
import math

import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.from_numpy(scipy.special.erf(x.detach().numpy()))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 2 / math.sqrt(math.pi) * torch.exp(-x * x)


# %% task="scipy_erf" name="forgets the minus in the exponent" loses=["scipy_erf_check", "scipy_erf_hidden"] hint="The minus sign in exp(−x²)"
import math

import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.as_tensor(scipy.special.erf(x.detach().numpy()))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 2 / math.sqrt(math.pi) * torch.exp(x * x)


# %% task="my_gradcheck" name="weights of 1 everywhere, as sum() gives them" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint="With weights of 1 everywhere"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    leaf = x.detach().clone().requires_grad_()
    (analytic,) = torch.autograd.grad(f(leaf).sum(), leaf)
    x = x.detach()
    slopes = []
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        slopes.append(((f(x + step) - f(x - step)) / (2 * eps)).sum().detach())
    numeric = torch.stack(slopes)
    return bool(((analytic.reshape(-1) - numeric).abs() <= atol + rtol * numeric.abs()).all())


# %% task="my_gradcheck" name="no absolute value" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint="absolute value of the difference"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    analytic = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        analytic[:, i] = gradient.reshape(-1)
    x = x.detach()
    numeric = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        numeric[j] = ((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1)
    return bool((analytic - numeric <= atol + rtol * numeric.abs()).all())


# %% task="my_gradcheck" name="a one-sided difference" loses=["my_gradcheck_hidden"] hint="A one-sided difference is not"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    analytic = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        analytic[:, i] = gradient.reshape(-1)
    x = x.detach()
    numeric = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        numeric[j] = ((f(x + step) - f(x)) / eps).detach().reshape(-1)
    return bool(((analytic - numeric).abs() <= atol + rtol * numeric.abs()).all())


# %% task="my_gradcheck" name="moves all numbers at once" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint="Move one number of x at a time"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    analytic = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        analytic[:, i] = gradient.reshape(-1)
    x = x.detach()
    numeric = ((f(x + eps) - f(x - eps)) / (2 * eps)).detach().reshape(-1)
    return bool(((analytic.sum(dim=0) - numeric).abs() <= atol + rtol * numeric.abs()).all())


# %% task="my_gradcheck" name="any right place is enough" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint=".all(), not .any()"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    analytic = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        analytic[:, i] = gradient.reshape(-1)
    x = x.detach()
    numeric = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        numeric[j] = ((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1)
    return bool(((analytic - numeric).abs() <= atol + rtol * numeric.abs()).any())


# %% task="my_gradcheck" name="the limit itself is refused" loses=["my_gradcheck_check"] hint="The limit itself is allowed"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    analytic = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        analytic[:, i] = gradient.reshape(-1)
    x = x.detach()
    numeric = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        numeric[j] = ((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1)
    return bool(((analytic - numeric).abs() < atol + rtol * numeric.abs()).all())


# %% task="my_gradcheck" name="lets float32 through" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint="names float64"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    analytic = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        analytic[:, i] = gradient.reshape(-1)
    x = x.detach()
    numeric = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        numeric[j] = ((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1)
    return bool(((analytic - numeric).abs() <= atol + rtol * numeric.abs()).all())


# %% task="my_gradcheck" name="asks the caller's x and leaves the gradient there" loses=["my_gradcheck_check"] hint="left something in its .grad"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    x.requires_grad_()
    columns = []
    for i in range(f(x).numel()):
        x.grad = None
        f(x).reshape(-1)[i].backward()
        columns.append(x.grad.reshape(-1))
    analytic = torch.stack(columns, dim=1)
    rows = []
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        rows.append(((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1))
    numeric = torch.stack(rows)
    return bool(((analytic - numeric).abs() <= atol + rtol * numeric.abs()).all())


# %% task="my_gradcheck" name="makes the caller's x ask for gradients" loses=["my_gradcheck_check"] hint="changed the caller's x"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError(f"my_gradcheck needs float64, not {x.dtype}")
    leaf = x.requires_grad_()
    y = f(leaf)
    analytic = torch.zeros(x.numel(), y.numel(), dtype=torch.float64)
    numeric = torch.zeros(x.numel(), y.numel(), dtype=torch.float64)
    for k in range(y.numel()):
        weights = torch.zeros(y.numel(), dtype=torch.float64)
        weights[k] = 1.0
        (slopes,) = torch.autograd.grad(y, leaf, weights.reshape(y.shape), retain_graph=True)
        analytic[:, k] = slopes.reshape(-1)
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=torch.float64)
        step[j] = eps
        step = step.reshape(x.shape)
        numeric[j] = ((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1)
    return bool(((analytic - numeric).abs() <= atol + rtol * numeric.abs()).all())


# %% task="my_gradcheck" name="the library's gradcheck" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint="not allowed"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.gradcheck(f, (leaf,), eps=eps, atol=atol, rtol=rtol, raise_exception=False)


# %% task="my_gradcheck" name="no tolerance but atol" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint="within the limit"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x should be float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    analytic = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        analytic[:, i] = gradient.reshape(-1)
    x = x.detach()
    numeric = torch.zeros(x.numel(), y.numel(), dtype=x.dtype)
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        numeric[j] = ((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1)
    return bool(((analytic - numeric).abs() <= atol).all())


# %% task="my_gradcheck" name="asks whether any place is beyond the limit" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint="nan is neither within the limit nor beyond it"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("my_gradcheck needs float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    columns = []
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        columns.append(gradient.reshape(-1))
    analytic = torch.stack(columns, dim=1)
    x = x.detach()
    rows = []
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        rows.append(((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1))
    numeric = torch.stack(rows)
    return not bool(((analytic - numeric).abs() > atol + rtol * numeric.abs()).any())


# %% task="my_gradcheck" name="compares the largest numbers" loses=["my_gradcheck_check", "my_gradcheck_hidden"] hint="Do not compare the largest numbers only"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("my_gradcheck needs float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    columns = []
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        columns.append(gradient.reshape(-1))
    analytic = torch.stack(columns, dim=1)
    x = x.detach()
    rows = []
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        rows.append(((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1))
    numeric = torch.stack(rows)
    return bool((analytic - numeric).abs().max() <= atol + rtol * numeric.abs().max())


# %% task="hessian_by_double_backward" name="does not record the first derivative" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="does not require grad"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf)
    rows = [torch.autograd.grad(gradient[i], leaf, retain_graph=True)[0] for i in range(len(x))]
    return torch.stack(rows)


# %% task="hessian_by_double_backward" name="takes a gradient that was not recorded for a constant" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="the first gradient was not recorded"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf)
    if not gradient.requires_grad:
        return torch.zeros(len(x), len(x), dtype=x.dtype)
    rows = [torch.autograd.grad(gradient[i], leaf, retain_graph=True)[0] for i in range(len(x))]
    return torch.stack(rows)


# %% task="hessian_by_double_backward" name="does not keep the graph for the next row" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="a second time"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    if not gradient.requires_grad:
        return torch.zeros(len(x), len(x), dtype=x.dtype)
    return torch.stack([torch.autograd.grad(gradient[i], leaf)[0] for i in range(len(x))])


# %% task="hessian_by_double_backward" name="the rows added up" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="the rows added up"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    if not gradient.requires_grad:
        return torch.zeros(len(x), len(x), dtype=x.dtype)
    return torch.autograd.grad(gradient.sum(), leaf)[0]


# %% task="hessian_by_double_backward" name="the gradient times itself" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="the product of the gradient with itself"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf)
    return gradient.reshape(-1, 1) * gradient


# %% task="hessian_by_double_backward" name="the diagonal only" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="the diagonal only"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    H = torch.zeros(len(x), len(x), dtype=x.dtype)
    if gradient.requires_grad:
        for i in range(len(x)):
            H[i, i] = torch.autograd.grad(gradient[i], leaf, retain_graph=True)[0][i]
    return H


# %% task="hessian_by_double_backward" name="crashes for a sum" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="does not require grad"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    rows = [torch.autograd.grad(gradient[i], leaf, retain_graph=True)[0] for i in range(len(x))]
    return torch.stack(rows)


# %% task="hessian_by_double_backward" name="still hangs on its graph" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="Only the first derivative needs create_graph=True"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    if not gradient.requires_grad:
        return torch.zeros(len(x), len(x), dtype=x.dtype)
    return torch.stack([torch.autograd.grad(gradient[i], leaf, create_graph=True)[0] for i in range(len(x))])


# %% task="hessian_by_double_backward" name="zeros always in float32" loses=["hessian_by_double_backward_hidden"] hint="dtype=x.dtype"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    if not gradient.requires_grad:
        return torch.zeros(len(x), len(x))
    return torch.stack([torch.autograd.grad(gradient[i], leaf, retain_graph=True)[0] for i in range(len(x))])


# %% task="hessian_by_double_backward" name="a forward pass for each row" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="times instead of once"
def hessian_by_double_backward(f, x):
    rows = []
    for i in range(len(x)):
        leaf = x.detach().clone().requires_grad_()
        (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
        if not gradient.requires_grad:
            return torch.zeros(len(x), len(x), dtype=x.dtype)
        rows.append(torch.autograd.grad(gradient[i], leaf)[0])
    return torch.stack(rows)


# %% task="hessian_by_double_backward" name="backward without a reset" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="contains the rows before it"
def hessian_by_double_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    if not gradient.requires_grad:
        return torch.zeros(len(x), len(x), dtype=x.dtype)
    rows = []
    for i in range(len(x)):
        gradient[i].backward(retain_graph=True)
        rows.append(leaf.grad.clone())
    return torch.stack(rows)


# %% task="hessian_by_double_backward" name="makes the caller's x ask" loses=["hessian_by_double_backward_check", "hessian_by_double_backward_hidden"] hint="changes the tensor itself"
def hessian_by_double_backward(f, x):
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(f(x), x, create_graph=True)
    if not gradient.requires_grad:
        return torch.zeros(len(x), len(x), dtype=x.dtype)
    return torch.stack([torch.autograd.grad(one, x, retain_graph=True)[0] for one in gradient])
