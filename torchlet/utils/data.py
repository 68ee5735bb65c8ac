"""Datasets and the loader that makes batches of them."""

import math
import warnings
from collections.abc import Sequence

import numpy

from .. import random
from ..creation import as_tensor, tensor
from ..joining import stack
from ..missing import of_module
from ..tensor import Tensor


class Dataset:
    """Something with `__len__` and `__getitem__(index)`: a sample for each index."""

    def __getitem__(self, index):
        raise NotImplementedError(
            f"Subclasses of Dataset should implement __getitem__. {type(self).__name__} does not."
        )


class TensorDataset(Dataset):
    """Samples are tuples: the same row of each tensor. AssertionError if the tensors differ in length."""

    def __init__(self, *tensors):
        assert all(t.size(0) == tensors[0].size(0) for t in tensors), "Size mismatch between tensors"
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
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        for i, part in enumerate(lengths):
            if not 0 <= part <= 1:
                raise ValueError(f"Fraction at index {i} is not between 0 and 1")
        lengths = [int(total * part) for part in lengths]
        for i in range(total - sum(lengths)):
            lengths[i % len(lengths)] += 1
        for i, length in enumerate(lengths):
            if not length:
                warnings.warn(
                    f"Length of split at index {i} is 0. This might result in an empty dataset.", stacklevel=2
                )
    if sum(lengths) != total:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    order = _permutation(total, generator)
    ends = numpy.cumsum(lengths).tolist()
    return [Subset(dataset, order[end - n : end]) for end, n in zip(ends, lengths, strict=True)]


class DataLoader:
    """Batches of a dataset, in order or shuffled anew for each pass.

    A batch is what `collate_fn` makes of a list of samples; by default tensors and numbers are stacked, tuples,
    lists and dicts by their parts. `drop_last` leaves out a last batch that is not full; `batch_size=None` gives single
    samples. `sampler` gives the indices in order instead, `batch_sampler` lists of them. The settings of worker
    processes (`num_workers`, `timeout`, …) and `pin_memory` change nothing: samples are fetched in this process.
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
        timeout=0,
        worker_init_fn=None,
        *,
        generator=None,
        prefetch_factor=None,
        persistent_workers=False,
    ):
        if num_workers < 0:
            raise ValueError(
                "num_workers option should be non-negative; use num_workers=0 to disable multiprocessing."
            )
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None and (batch_size != 1 or shuffle or sampler is not None or drop_last):
            raise ValueError(
                "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
            )
        if batch_size is None and drop_last:
            raise ValueError(
                "batch_size=None option disables auto-batching and is mutually exclusive with drop_last"
            )
        if shuffle and not len(dataset):
            raise ValueError("num_samples should be a positive integer value, but got num_samples=0")
        if batch_size is not None and (type(batch_size) is not int or batch_size <= 0):
            raise ValueError(
                f"batch_size should be a positive integer value, but got batch_size={batch_size}"
            )
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, bool(shuffle)
        self.sampler, self.batch_sampler, self.drop_last = sampler, batch_sampler, drop_last
        self.collate_fn = collate_fn or (default_convert if batch_size is None else default_collate)
        self.num_workers, self.pin_memory, self.generator = num_workers, pin_memory, generator

    def __len__(self):
        if self.batch_sampler is not None:
            return len(self.batch_sampler)
        samples = len(self.dataset if self.sampler is None else self.sampler)
        if self.batch_size is None:
            return samples
        full, rest = divmod(samples, self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self):
        if self.batch_size is None:
            for index in self._order():
                yield self.collate_fn(self.dataset[index])
            return
        for batch in self._batches() if self.batch_sampler is None else self.batch_sampler:
            yield self.collate_fn([self.dataset[index] for index in batch])

    def _order(self):
        if self.sampler is not None:
            return self.sampler
        total = len(self.dataset)
        return _permutation(total, self.generator) if self.shuffle else range(total)

    def _batches(self):
        batch = []
        for index in self._order():
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
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
        return type(first)({key: default_collate([sample[key] for sample in batch]) for key in first})
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        parts = [default_collate(part) for part in zip(*batch, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else parts
    raise TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {type(first)}. Give the loader a collate_fn of your own."
    )


def default_convert(sample):
    """A single sample with its NumPy arrays and numbers as tensors, also inside of containers."""
    if isinstance(sample, numpy.ndarray | numpy.generic) and sample.dtype.kind in "fiub":
        return as_tensor(sample)
    if isinstance(sample, dict):
        return type(sample)({key: default_convert(value) for key, value in sample.items()})
    if isinstance(sample, list | tuple):
        parts = [default_convert(value) for value in sample]
        return type(sample)(*parts) if hasattr(sample, "_fields") else parts
    return sample


def _permutation(n, generator):
    return (generator or random.default_generator).numpy.permutation(n).tolist()


__getattr__ = of_module(__name__)
