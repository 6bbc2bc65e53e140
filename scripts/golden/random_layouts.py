"""Writes packages/core/test/golden/random_layouts.json: what PyTorch draws for tensors that are not contiguous.

    /usr/bin/python3 scripts/golden/random_layouts.py

An entry is the shape of a base, the views taken of it, the dtype, the call, and its numbers with one more after them.
"""

import json
import pathlib

import torch

OUT = pathlib.Path(__file__).parents[2] / "packages/core/test/golden/random_layouts.json"

VIEWS = [
    ((4, 5), []),
    ((4, 5), [["transpose", 0, 1]]),
    ((3, 4), [["transpose", 0, 1]]),
    ((3, 6, 2), [["transpose", 0, 1]]),
    ((3, 6, 2), [["permute", [2, 0, 1]]]),
    ((3, 6, 2), [["slice", 1, 0, 6, 2]]),
    ((3, 6, 2), [["slice", 1, 1, 6, 1], ["transpose", 0, 2]]),
    ((2, 1, 12, 3), [["permute", [0, 3, 1, 2]]]),
    ((1, 5, 4), [["transpose", 0, 1]]),
    ((3, 3, 3), [["select", 2, 1]]),
    ((5, 5), [["diagonal"]]),
    ((1, 6, 5), [["expand", [3, 6, 5]]]),
    ((5, 1, 4), [["expand", [5, 3, 4]], ["transpose", 0, 2]]),
]
CALLS = {
    "randLike": lambda x: torch.rand_like(x),
    "randnLike": lambda x: torch.randn_like(x),
    "uniform_": lambda x: x.uniform_(),
    "normal_": lambda x: x.normal_(),
    "bernoulli_": lambda x: x.bernoulli_(),
    "exponential_": lambda x: x.exponential_(),
}


def view_of(base, views):
    for name, *arguments in views:
        if name == "slice":
            dim, start, end, step = arguments
            base = base[(slice(None),) * dim + (slice(start, end, step),)]
        else:
            base = getattr(base, name)(*arguments)
    return base


cases = []
for shape, views in VIEWS:
    for call, draw in CALLS.items():
        if call.endswith("_") and any(name == "expand" for name, *_ in views):
            continue
        for dtype in ["float32", "float64"]:
            torch.manual_seed(len(cases))
            x = view_of(torch.zeros(shape, dtype=getattr(torch, dtype)), views)
            drawn = draw(x).tolist()
            cases.append({
                "seed": len(cases), "shape": list(shape), "views": views, "dtype": dtype, "call": call,
                "drawn": drawn, "after": torch.rand(1).item(),
            })

OUT.write_text(json.dumps(cases).replace('{"seed"', '\n{"seed"') + "\n")
