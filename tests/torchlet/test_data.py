"""Datasets and loaders beside PyTorch's."""

import pytest
import torch

import torchlet

BOTH = pytest.mark.parametrize("module", [torchlet, torch], ids=["torchlet", "pytorch"])


def pairs(module, n=10):
    return module.utils.data.TensorDataset(module.arange(n), module.arange(n) * 2.0)


@BOTH
def test_batches_in_order(module):
    loader = module.utils.data.DataLoader(pairs(module), batch_size=4)
    batches = [[part.tolist() for part in batch] for batch in loader]
    assert batches[0] == [[0, 1, 2, 3], [0.0, 2.0, 4.0, 6.0]]
    assert [len(x) for x, _ in batches] == [4, 4, 2] and len(loader) == 3
    assert len(module.utils.data.DataLoader(pairs(module), batch_size=4, drop_last=True)) == 2


@BOTH
def test_shuffled_anew_for_each_pass_and_repeatable(module):
    def passes(seed):
        module.manual_seed(seed)
        loader = module.utils.data.DataLoader(pairs(module, 50), batch_size=50, shuffle=True)
        return [next(iter(loader))[0].tolist() for _ in range(2)]

    first, second = passes(0)
    assert sorted(first) == list(range(50)) and first != second
    assert passes(0) == [first, second]


@BOTH
def test_split(module):
    module.manual_seed(0)
    train, test = module.utils.data.random_split(pairs(module), [7, 3])
    found = [part[i][0].item() for part in (train, test) for i in range(len(part))]
    assert sorted(found) == list(range(10)) and len(train) == 7
    parts = module.utils.data.random_split(pairs(module), [0.75, 0.25])
    assert [len(p) for p in parts] == [8, 2]
    with pytest.raises(ValueError, match="Sum of input lengths"):
        module.utils.data.random_split(pairs(module), [7, 2])


@BOTH
def test_own_datasets_are_collated_by_their_parts(module):
    class Samples(module.utils.data.Dataset):
        def __len__(self):
            return 3

        def __getitem__(self, i):
            return {"x": module.ones(2) * i, "n": i, "w": 0.5, "name": f"s{i}", "pair": (i, float(i))}

    (batch,) = module.utils.data.DataLoader(Samples(), batch_size=3)
    assert batch["x"].shape == (3, 2) and batch["n"].dtype == module.int64
    assert batch["w"].dtype == module.float64
    assert batch["name"] == ["s0", "s1", "s2"] and batch["pair"][0].tolist() == [0, 1, 2]


@BOTH
def test_refusals(module):
    with pytest.raises(AssertionError, match="Size mismatch between tensors"):
        module.utils.data.TensorDataset(module.ones(2), module.ones(3))
    with pytest.raises(ValueError, match="batch_size should be a positive integer value"):
        module.utils.data.DataLoader(pairs(module), batch_size=0)
    with pytest.raises(TypeError, match="default_collate: batch must contain tensors"):
        list(module.utils.data.DataLoader([object()]))


LOADERS = {
    "sampler": dict(sampler=[3, 1, 0], batch_size=2),
    "sampler, last dropped": dict(sampler=[3, 1, 0], batch_size=2, drop_last=True),
    "batches": dict(batch_sampler=[[0, 1], [2]]),
    "sampler and shuffle": dict(sampler=[1], shuffle=True),
    "batches and their size": dict(batch_sampler=[[0]], batch_size=2),
    "fewer than no workers": dict(num_workers=-1),
    "a place to pin to": dict(batch_size=2, pin_memory=False, num_workers=0),
}


@pytest.mark.parametrize("case", LOADERS)
def test_other_orders(case):
    outcomes = []
    for module in (torchlet, torch):
        try:
            loader = module.utils.data.DataLoader(
                module.utils.data.TensorDataset(module.arange(4.0)), **LOADERS[case]
            )
            outcomes.append((len(loader), [batch[0].tolist() for batch in loader]))
        except ValueError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]
