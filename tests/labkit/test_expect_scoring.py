"""`score`: part of the points."""

import numpy as np
import pytest

from labkit import expect


def test_score_is_a_plain_float(capsys):
    part = expect.score(np.float64(0.5), "3 of 6 leaves", points=2)
    assert (part, type(part)) == (1.0, float)
    assert capsys.readouterr().out == "Partly right: 50% of the points. 3 of 6 leaves\n"
    assert expect.score(1) == 1.0 and capsys.readouterr().out == ""


@pytest.mark.parametrize("wrong", [-0.1, 1.5, float("nan")])
def test_score_refuses_what_would_earn_anything(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        expect.score(wrong)
