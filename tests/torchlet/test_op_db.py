"""No operation agrees with PyTorch's operator database less than docs/op_db.md says; what differs has a reason there."""

import pytest

pytest.importorskip("expecttest", reason="PyTorch's operator database needs it")

from tests.torchlet import op_db, op_db_reasons, op_db_table

RECORDED = op_db_table.recorded()


@pytest.fixture(scope="module")
def known():
    return op_db_table.judges()


@pytest.mark.slow
@pytest.mark.parametrize("name", RECORDED)
def test_passes_no_less_than_recorded(known, name):
    count = known[name]()
    for column, passed in RECORDED[name].items():
        lost = [d for d in count.differences if d[0] == column]
        assert count.passed[column] >= passed, (
            f"{column}: {count.cell(column)}, recorded {passed}: {lost[:3]}"
        )


def test_every_operation_is_in_the_table(known):
    assert sorted(known) == sorted(RECORDED)


def test_every_difference_has_a_reason():
    found = set()
    for line in op_db_table.PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            for column, cell in zip(op_db.COLUMNS, line.split("|")[2:-1], strict=True):
                passed, _, total = cell.strip().partition("/")
                if passed != total:
                    found.add((line.split("`")[1], column))
    assert found == set(op_db_reasons.differing())
