"""Products of matrices and vectors, and linear equations, against PyTorch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import torchlet

rng = np.random.default_rng(3)
A, B = rng.standard_normal((3, 4)), rng.standard_normal((4, 2))
V, W = rng.standard_normal(4), rng.standard_normal(3)
BATCH, OTHER = rng.standard_normal((5, 3, 4)), rng.standard_normal((5, 4, 2))

PRODUCTS = [
    "a @ b", "a @ v", "v @ b", "v @ v", "batch @ b", "batch @ v", "v @ other", "batch @ other", "a @ other", "batch[:1] @ other",
    "torch.matmul(a, b)", "torch.mm(a, b)", "a.mm(b)", "torch.mv(a, v)", "torch.dot(v, v)", "torch.bmm(batch, other)", "a.matmul(b)",
    "torch.outer(v, w)", "torch.inner(v, v)", "torch.inner(a, a)", "torch.addmm(w[:2], a, b)", "torch.addmm(a @ b, a, b, beta=0.5, alpha=2)",
    "a.T @ a", "a @ a.T", "a[:, ::2] @ b[::2]", "batch.transpose(1, 2) @ batch", "batch[0].t() @ w", "torch.tensordot(batch, other, ([2], [1]))",
    "torch.tensordot(a, b, 1)", "torch.tril(a)", "a.triu()", "torch.tril(a, 1)", "torch.triu(batch, -1)", "torch.trace(a)", "torch.diag(v)", "torch.diag(a)",
    "torch.diag(v, 1)", "torch.diag_embed(a)", "torch.diag_embed(a, 1)", "batch @ batch.mT @ w", "(a * 1.0) @ b @ b.T",
]  # fmt: skip


@pytest.mark.parametrize("expression", PRODUCTS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products(agree, expression, dtype):
    arrays = {"a": A, "b": B, "v": V, "w": W, "batch": BATCH, "other": OTHER}
    own = (
        "v @ b",
        "v @ other",
        "cdist",
        "tensordot",
        "inner(a",
        "trace",
        "diag(a)",
        "addmm(a",
        "batch[:1] @",
        "a @ other",
        "dist",
    )
    agree(
        expression,
        names=not any(o in expression for o in own),
        **{k: x.astype(dtype) for k, x in arrays.items()},
    )


EINSUMS = [
    ("ij,jk->ik", "ab"), ("ij,jk", "ab"), ("ij->ji", "a"), ("ij->", "a"), ("ij->j", "a"), ("i,i->", "vv"), ("i,j->ij", "vw"), ("ii->i", "s"), ("ii", "s"),
    ("bij,bjk->bik", "BO"), ("bij,j->bi", "Bv"), ("...ij,jk->...ik", "Bb"), ("bij,bij->b", "BB"), ("ij,jk,kl->il", "abt"), ("i,ij,j->", "wav"),
    ("...->", "B"), ("b...->...", "B"), ("ij,ij->ij", "aa"), ("i j , j k -> i k", "ab"), ("bij->bji", "B"),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "letters"), EINSUMS)
def test_einsum(agree, equation, letters):
    all_ = {"a": A, "b": B, "v": V, "w": W, "B": BATCH, "O": OTHER, "s": A[:, :3].copy(), "t": B.T.copy()}
    agree(
        f"torch.einsum('{equation}', {', '.join(letters)})", names=False, **{n: all_[n] for n in set(letters)}
    )


@pytest.mark.parametrize(
    "expression",
    ["torch.linalg.inv(s)", "torch.linalg.solve(s, r)", "torch.linalg.solve(s, r[:, 0])", "torch.linalg.det(s)", "torch.linalg.inv(q)",
     "torch.linalg.solve(q, r)", "torch.linalg.det(q)", "torch.linalg.lstsq(l, l @ r).solution.detach()", "torch.linalg.matrix_rank(l)",
     "torch.linalg.pinv(l)"],
)  # fmt: skip
def test_equations(agree, expression):
    s = rng.standard_normal((3, 3)) + 3 * np.eye(3)
    q = rng.standard_normal((2, 3, 3)) + 3 * np.eye(3)
    agree(expression, s=s, q=q, r=rng.standard_normal((3, 2)), l=rng.standard_normal((5, 3)), names=False, tolerance=1e-7, second="det(q)" not in expression)  # fmt: skip


@given(st.data())
def test_generated_products(agree, data):
    n, m, p = (data.draw(st.integers(0, 4)) for _ in range(3))
    batch = data.draw(st.lists(st.integers(0, 2), max_size=2))
    other = data.draw(st.sampled_from([batch, [], [1] * len(batch)]))
    x = rng.standard_normal((*batch, n, m))
    y = rng.standard_normal((*other, m, p))
    agree("x @ y", x=x, y=y, names=False)


def test_integers_multiply_too(agree):
    x = np.arange(6).reshape(2, 3)
    for expression in ("x @ x.T", "x @ x[0]", "x[0] @ x[0]", "torch.outer(x[0], x[1])", "torch.tril(x)"):
        agree(expression, x=x)


ERRORS = [
    "a @ a", "a @ w", "v @ w", "torch.mm(a, v)", "torch.mm(v, a)", "torch.mv(a, w)", "torch.dot(v, w)", "torch.dot(a, v)", "torch.bmm(batch, a)",
    "torch.bmm(batch, batch)", "a @ b.float()", "a @ torch.tensor(1.0).double()", "torch.outer(a, v)", "batch @ a", "torch.einsum('ij,jk', a)", "torch.trace(v)",
    "torch.einsum('ijk->i', a)", "torch.einsum('ij->k', a)", "torch.linalg.inv(a)", "torch.matmul(a, 2)", "a @ 2", "torch.diag(batch)", "torch.addmm(v, a, b)", "torch.dot(v, v.float())",
]  # fmt: skip


@pytest.mark.parametrize("expression", ERRORS)
def test_errors(expression):
    texts = []
    for module in (torch, torchlet):
        names = {"a": A, "b": B, "v": V, "w": W, "batch": BATCH}
        names = {name: module.from_numpy(array) for name, array in names.items()}
        with pytest.raises((RuntimeError, TypeError, ValueError)) as caught:
            eval(expression, {"torch": module, **names})
        texts.append((caught.type.__name__, str(caught.value)))
    assert texts[1] == texts[0]
