"""Writes packages/data/test/golden/data.json: the orders in which PyTorch reads data, and files as NumPy writes them.

    /usr/bin/python3 scripts/golden/data.py
"""

import base64
import gzip
import io
import json
import pathlib
import struct

import numpy
import torch
from torch.utils.data import (
    BatchSampler, DataLoader, RandomSampler, SubsetRandomSampler, TensorDataset, WeightedRandomSampler, random_split,
)

OUT = pathlib.Path(__file__).parents[2] / "packages/data/test/golden/data.json"


def base64_of(data):
    return base64.b64encode(data).decode()


def dataset(n):
    return TensorDataset(torch.arange(n))


def epochs(n, count, generator=None, **options):
    """The batches of some epochs, each a list of indices, and a number drawn from the default generator at the end."""
    loader = DataLoader(dataset(n), generator=generator, **options)
    read = [[batch[0].tolist() for batch in loader] for _ in range(count)]
    return {"n": n, "options": {camel(k): v for k, v in options.items()}, "epochs": read, "after": torch.rand(1).item()}


def camel(name):
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


loaders = []
for seed, n, options in [
    (0, 10, {}), (1, 10, {"batch_size": 3}), (2, 11, {"batch_size": 4, "shuffle": True}),
    (3, 11, {"batch_size": 4, "shuffle": True, "drop_last": True}), (4, 100, {"batch_size": 32, "shuffle": True}),
]:
    torch.manual_seed(seed)
    loaders.append({"seed": seed, "own": False, **epochs(n, 2, **options)})
    torch.manual_seed(seed)
    loaders.append({"seed": seed, "own": True, **epochs(n, 2, generator=torch.Generator().manual_seed(seed + 50), **options)})

samplers = []
for seed, (kind, args, make) in enumerate([
    ("RandomSampler", [5, {}], lambda: RandomSampler(range(5))),
    ("RandomSampler", [5, {"numSamples": 12}], lambda: RandomSampler(range(5), num_samples=12)),
    ("RandomSampler", [5, {"numSamples": 40, "replacement": True}], lambda: RandomSampler(range(5), True, 40)),
    ("SubsetRandomSampler", [[3, 1, 4, 15, 9, 2, 6]], lambda: SubsetRandomSampler([3, 1, 4, 15, 9, 2, 6])),
    ("WeightedRandomSampler", [[0.1, 0, 2, 3.5, 1e-3, 7], 20], lambda: WeightedRandomSampler([0.1, 0, 2, 3.5, 1e-3, 7], 20)),
    ("WeightedRandomSampler", [[0.1, 0, 2, 3.5, 1e-3, 7], 5, {"replacement": False}],
     lambda: WeightedRandomSampler([0.1, 0, 2, 3.5, 1e-3, 7], 5, replacement=False)),
]):
    torch.manual_seed(seed)
    sampler = make()
    samplers.append({"kind": kind, "args": args, "seed": seed, "length": len(sampler), "drawn": [list(sampler), list(sampler)]})

splits = []
for n, lengths in [(10, [7, 3]), (10, [0, 4, 6]), (31, [0.3, 0.3, 0.4]), (7, [0.5, 0.5])]:
    torch.manual_seed(n)
    splits.append({"n": n, "lengths": lengths, "parts": [list(part.indices) for part in random_split(range(n), lengths)]})

values = [[0, 1, 2], [3, 100, 5]]
arrays = []
for descr in ["?", "u1", "i1", "<i2", ">i2", "<u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
    for order in "CF":
        a = numpy.array(values).astype(descr)
        a = numpy.asfortranarray(a) if order == "F" else a
        buffer = io.BytesIO()
        numpy.save(buffer, a)
        arrays.append({"descr": descr + " " + order, "file": base64_of(buffer.getvalue()), "values": a.astype(float).tolist()})
for label, a in [("0-d", numpy.array(1.5)), ("empty", numpy.zeros((0, 3))), ("1-d", numpy.array([1.0, -2.5])),
                 ("halves", numpy.array([0.1, -2.5, 6e-8, 65504, 1e-5], "f2"))]:
    buffer = io.BytesIO()
    numpy.save(buffer, a)
    arrays.append({"descr": label, "file": base64_of(buffer.getvalue()), "values": a.astype(float).tolist()})

archives = []
for save in [numpy.savez, numpy.savez_compressed]:
    buffer = io.BytesIO()
    save(buffer, weight=numpy.arange(6, dtype="f4").reshape(2, 3), bias=numpy.array([1, 2], "i4"))
    archives.append(base64_of(buffer.getvalue()))

idx = struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 2, 3) + bytes(range(12))
bfloats = [1.0, -2.5, 0.1, 1e-30, 3e38]
bits = torch.tensor(bfloats).to(torch.bfloat16)

OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({
    "loaders": loaders, "samplers": samplers, "splits": splits, "arrays": arrays, "archives": archives,
    "idx": {"file": base64_of(idx), "gzip": base64_of(gzip.compress(idx, mtime=0))},
    "bfloat16": {"bits": bits.view(torch.int16).tolist(), "values": bits.double().tolist()},
}) + "\n")
