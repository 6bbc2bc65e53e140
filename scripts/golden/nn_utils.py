"""Writes packages/nn/test/golden/utils.json: what torch.nn.utils does to parameters and gradients, in float64.

    /usr/bin/python3 scripts/golden/nn_utils.py

A case of a normalisation names the module, the input's shape and the options in TypeScript's terms. From the seed are
drawn: the module's parameters, what the normalisation draws, and for each of three calls in training mode and one in
evaluation mode an input on [-2, 2) and a cotangent on [-1, 1). Written are, for each call, output and gradients, and at
last the weight that removal leaves.
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import utils

torch.set_default_dtype(torch.float64)
OUT = pathlib.Path(__file__).parents[2] / "packages/nn/test/golden/utils.json"
D = {"dtype": "float64"}


def listed(x):
    return [v.item() for v in x.detach().flatten().numpy()]


def normalised(kind, build, options, shape, module, wrap, remove):
    seed = 100 + len(normalisations)
    torch.manual_seed(seed)
    made = wrap(module())
    keys, names = list(made.state_dict()), [name for name, _ in made.named_parameters()]
    calls = []
    for training in (True, True, True, False):
        made.train(training)
        made.zero_grad(set_to_none=True)
        x = torch.empty(shape).uniform_(-2, 2).requires_grad_()
        y = made(x)
        (y * torch.empty(y.shape).uniform_(-1, 1)).sum().backward()
        calls.append({
            "training": training, "output": listed(y), "inputGrad": listed(x.grad),
            "grads": {name: listed(p.grad) for name, p in made.named_parameters()},
            "buffers": {name: listed(b) for name, b in made.named_buffers()},
        })
    remove(made)
    normalisations.append({
        "kind": kind, "build": build, "options": options, "shape": shape, "seed": seed, "keys": keys, "parameters": names,
        "calls": calls, "keysAfter": list(made.state_dict()), "weightAfter": listed(made.weight),
    })


normalisations = []
for dim in (0, 1, None, -1):
    normalised("weightNorm", ["Linear", 4, 3, D], {"dim": dim}, [5, 4], lambda: nn.Linear(4, 3),
               lambda m: utils.weight_norm(m, dim=dim), utils.remove_weight_norm)
normalised("weightNorm", ["Conv2d", 2, 3, 2, {"bias": False, **D}], {}, [2, 2, 3, 3], lambda: nn.Conv2d(2, 3, 2, bias=False),
           utils.weight_norm, utils.remove_weight_norm)
normalised("spectralNorm", ["Linear", 4, 3, D], {}, [5, 4], lambda: nn.Linear(4, 3), utils.spectral_norm, utils.remove_spectral_norm)
normalised("spectralNorm", ["Conv2d", 2, 3, 2, D], {"nPowerIterations": 3, "eps": 0.001}, [2, 2, 3, 3], lambda: nn.Conv2d(2, 3, 2),
           lambda m: utils.spectral_norm(m, n_power_iterations=3, eps=0.001), utils.remove_spectral_norm)
normalised("spectralNorm", ["ConvTranspose2d", 2, 3, 2, D], {}, [2, 2, 3, 3], lambda: nn.ConvTranspose2d(2, 3, 2),
           utils.spectral_norm, utils.remove_spectral_norm)
normalised("spectralNorm", ["Linear", 4, 3, D], {"dim": 1}, [5, 4], lambda: nn.Linear(4, 3),
           lambda m: utils.spectral_norm(m, dim=1), utils.remove_spectral_norm)


def clipped(max_norm, norm_type, shapes):
    seed = 200 + len(clippings)
    torch.manual_seed(seed)
    parameters = [nn.Parameter(torch.zeros(shape)) for shape in shapes]
    for p in parameters:
        p.grad = torch.empty(p.shape).uniform_(-2, 2)
    total = utils.clip_grad_norm_(parameters, max_norm, norm_type=norm_type)
    clippings.append({
        "maxNorm": max_norm, "normType": str(norm_type), "shapes": shapes, "seed": seed, "total": total.item(),
        "grads": [listed(p.grad) for p in parameters],
    })


clippings = []
for norm_type in (1, 2, 3.5, float("inf")):
    clipped(1.5, norm_type, [[3, 2], [4]])
clipped(100, 2, [[3, 2], [], [0]])

OUT.write_text(json.dumps({"torch": torch.__version__, "normalisations": normalisations, "clippings": clippings}, separators=(",", ":"))
               .replace('{"kind"', '\n{"kind"').replace('{"maxNorm"', '\n{"maxNorm"') + "\n")
print(f"{OUT}: {OUT.stat().st_size} bytes")
