"""Datasets and the loader that makes batches of them."""

import numpy

from .. import random
from ..creation import tensor
from ..joining import stack
from ..missing import of_module
from ..tensor import Tensor


class Dataset:
    """Something with `__len__` and `__getitem__(index)`: a sample for each index."""

    def __getitem__(self, index):
        raise NotImplementedError(f"{type(self).__name__} defines no __getitem__(self, index)")


class TensorDataset(Dataset):
    """Samples are tuples: the same row of each tensor. AssertionError if the tensors differ in length."""

    def __init__(self, *tensors):
        assert all(len(t) == len(tensors[0]) for t in tensors), "Size mismatch between tensors"
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple(t[index] for t in self.tensors)

    def __len__(self):
        return len(self.tensors[0])


class Subset(Dataset):
    """The samples of a dataset at `indices`."""

    def __init__(self, dataset, indices):
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index):
        return self.dataset[self.indices[index]]

    def __len__(self):
        return len(self.indices)


def random_split(dataset, lengths, generator=None):
    """Subsets of the given lengths (or fractions of the whole), drawn without replacement."""
    total = len(dataset)
    if sum(lengths) <= 1 and any(isinstance(length, float) for length in lengths):
        counts = [int(total * length) for length in lengths]
        for i in range(total - sum(counts)):
            counts[i % len(counts)] += 1
        lengths = counts
    if sum(lengths) != total:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    order = _permutation(total, generator)
    ends = numpy.cumsum(lengths).tolist()
    return [Subset(dataset, order[end - n : end]) for end, n in zip(ends, lengths, strict=True)]


class DataLoader:
    """Batches of a dataset, in order or shuffled anew for each pass.

    A batch is what `collate_fn` makes of a list of samples; by default tensors and numbers are stacked, tuples,
    lists and dicts by their parts. `drop_last` leaves out a last batch that is not full. `sampler` gives the indices in
    order instead, `batch_sampler` lists of them. `num_workers` and `pin_memory` change nothing: samples are
    fetched in this process.
    """

    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        sampler=None,
        batch_sampler=None,
        num_workers=0,
        collate_fn=None,
        pin_memory=False,
        drop_last=False,
        *,
        generator=None,
    ):
        if num_workers < 0:
            raise ValueError(
                "num_workers option should be non-negative; use num_workers=0 to disable multiprocessing."
            )
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None and (batch_size != 1 or shuffle or sampler is not None or drop_last):
            raise ValueError(
                "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
            )
        if not isinstance(batch_size, int) or batch_size <= 0:
            raise ValueError(
                f"batch_size should be a positive integer value, but got batch_size={batch_size}"
            )
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, bool(shuffle)
        self.sampler, self.batch_sampler = sampler, batch_sampler
        self.drop_last, self.collate_fn = drop_last, collate_fn or default_collate
        self.num_workers, self.pin_memory, self.generator = num_workers, pin_memory, generator

    def __len__(self):
        if self.batch_sampler is not None:
            return len(self.batch_sampler)
        full, rest = divmod(len(self.dataset if self.sampler is None else self.sampler), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self):
        for batch in self._batches() if self.batch_sampler is None else self.batch_sampler:
            yield self.collate_fn([self.dataset[index] for index in batch])

    def _batches(self):
        if self.sampler is not None:
            order = list(self.sampler)
        else:
            total = len(self.dataset)
            order = _permutation(total, self.generator) if self.shuffle else range(total)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch


def default_collate(batch):
    """A list of samples as one batch: tensors stacked, numbers as a tensor, containers by their parts."""
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(batch)
    if isinstance(first, numpy.ndarray | numpy.generic):
        return stack([tensor(sample) for sample in batch])
    if isinstance(first, bool | int):
        return tensor(batch)
    if isinstance(first, float):
        return tensor(numpy.array(batch))
    if isinstance(first, str | bytes):
        return batch
    if isinstance(first, dict):
        return {key: default_collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, tuple | list):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        parts = [default_collate(list(part)) for part in zip(*batch, strict=True)]
        if isinstance(first, tuple) and hasattr(first, "_fields"):
            return type(first)(*parts)
        return parts
    raise TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {type(first)}. Give the loader a collate_fn of your own."
    )


def _permutation(n, generator):
    return (generator or random.default_generator).numpy.permutation(n).tolist()


__getattr__ = of_module(__name__)
