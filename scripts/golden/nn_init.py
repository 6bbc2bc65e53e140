"""Writes packages/nn/test/golden/init.json: the weights PyTorch's layers and initialisers start with, by seed.

    /usr/bin/python3 scripts/golden/nn_init.py

Each case is a list of constructions made one after the other from one seed. "build" says in TypeScript's terms what is
built: [class, ...arguments] or ["Sequential", [build, ...]], or an initialiser's name, shape, dtype and options. Values
are shortest decimals, which read back (through Math.fround for float32) to the same bits.
"""

import json
import math
import pathlib

import torch
from torch import nn

OUT = pathlib.Path(__file__).parents[2] / "packages/nn/test/golden/init.json"
F64 = {"dtype": torch.float64}


def plain(x):
    x = x.detach().flatten()
    return [float(str(v)) if x.dtype == torch.float32 else v.item() for v in x.numpy()]


def module(build, layer):
    state = [{"key": k, "shape": list(v.shape), "values": plain(v)} for k, v in layer().state_dict().items()]
    return {"build": build, "state": state}


def initialiser(name, shape, options, function, **kwargs):
    x = torch.empty(shape, **kwargs)
    function(x)
    dtype = "float64" if x.dtype == torch.float64 else "float32"
    return {"init": name, "shape": shape, "dtype": dtype, "options": options, "values": plain(x)}


def cases():
    yield "Linear", 42, [
        lambda: module(["Linear", 5, 3], lambda: nn.Linear(5, 3)),
        lambda: module(["Linear", 20, 7, {"bias": False}], lambda: nn.Linear(20, 7, bias=False)),
        lambda: module(["Linear", 4, 4, {"dtype": "float64"}], lambda: nn.Linear(4, 4, **F64)),
        lambda: module(["Linear", 1, 1], lambda: nn.Linear(1, 1)),
        lambda: module(["Linear", 0, 3], lambda: nn.Linear(0, 3)),
    ]
    yield "Conv2d", 0, [
        lambda: module(["Conv2d", 2, 4, 3], lambda: nn.Conv2d(2, 4, 3)),
        lambda: module(["Conv2d", 4, 6, [3, 2], {"groups": 2}], lambda: nn.Conv2d(4, 6, (3, 2), groups=2)),
        lambda: module(["Conv2d", 1, 3, 5, {"bias": False}], lambda: nn.Conv2d(1, 3, 5, bias=False)),
        lambda: module(["Conv2d", 1, 2, 2, {"dtype": "float64"}], lambda: nn.Conv2d(1, 2, 2, **F64)),
    ]
    yield "Embedding", 7, [
        lambda: module(["Embedding", 7, 3, {"paddingIdx": 2}], lambda: nn.Embedding(7, 3, padding_idx=2)),
        lambda: module(["Embedding", 20, 5], lambda: nn.Embedding(20, 5)),
        lambda: module(["Embedding", 3, 2, {"paddingIdx": -1}], lambda: nn.Embedding(3, 2, padding_idx=-1)),
    ]
    yield "EmbeddingBag", 9, [
        lambda: module(["EmbeddingBag", 7, 3, {"paddingIdx": 2}], lambda: nn.EmbeddingBag(7, 3, padding_idx=2)),
        lambda: module(["EmbeddingBag", 20, 5], lambda: nn.EmbeddingBag(20, 5)),
    ]
    yield "LayerNorm", 3, [
        lambda: module(["LayerNorm", 4], lambda: nn.LayerNorm(4)),
        lambda: module(["LayerNorm", [2, 3], {"elementwiseAffine": False}], lambda: nn.LayerNorm([2, 3], elementwise_affine=False)),
        lambda: module(["Linear", 2, 2], lambda: nn.Linear(2, 2)),
    ]
    yield "a Sequential of them", 2024, [
        lambda: module(
            ["Sequential", [
                ["Conv2d", 1, 4, 3, {"padding": 1}], ["ReLU"], ["MaxPool2d", 2],
                ["Conv2d", 4, 6, 3, {"padding": 1, "bias": False}], ["ReLU"], ["Flatten"], ["LayerNorm", 24], ["Dropout", 0.5],
                ["Sequential", [["Linear", 24, 8], ["Tanh"], ["Linear", 8, 3]]],
            ]],
            lambda: nn.Sequential(
                nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(4, 6, 3, padding=1, bias=False), nn.ReLU(), nn.Flatten(), nn.LayerNorm(24), nn.Dropout(0.5),
                nn.Sequential(nn.Linear(24, 8), nn.Tanh(), nn.Linear(8, 3)),
            ),
        ),
    ]
    init = nn.init
    gain = init.calculate_gain("tanh")
    yield "the initialisers", 21, [
        lambda: initialiser("uniform_", [3, 2], [-1, 2], lambda x: init.uniform_(x, -1, 2)),
        lambda: initialiser("uniform_", [5], [], init.uniform_),
        lambda: initialiser("normal_", [3, 2], [1, 0.5], lambda x: init.normal_(x, 1, 0.5)),
        lambda: initialiser("normal_", [20], [], init.normal_),
        lambda: initialiser("constant_", [3], [0.3], lambda x: init.constant_(x, 0.3)),
        lambda: initialiser("ones_", [2, 2], [], init.ones_),
        lambda: initialiser("zeros_", [2], [], init.zeros_),
        lambda: initialiser("xavierUniform_", [6, 4], [], init.xavier_uniform_),
        lambda: initialiser("xavierUniform_", [2, 3, 2], [{"gain": gain}], lambda x: init.xavier_uniform_(x, gain=gain)),
        lambda: initialiser("xavierNormal_", [6, 4], [], init.xavier_normal_),
        lambda: initialiser("xavierNormal_", [3, 2, 2, 2], [{"gain": 2}], lambda x: init.xavier_normal_(x, gain=2)),
        lambda: initialiser("kaimingUniform_", [6, 4], [], init.kaiming_uniform_),
        lambda: initialiser("kaimingUniform_", [2, 3, 2], [{"a": 0.2, "mode": "fanOut"}], lambda x: init.kaiming_uniform_(x, a=0.2, mode="fan_out")),
        lambda: initialiser("kaimingUniform_", [3, 3], [{"nonlinearity": "tanh"}], lambda x: init.kaiming_uniform_(x, nonlinearity="tanh")),
        lambda: initialiser("kaimingNormal_", [6, 4], [], init.kaiming_normal_),
        lambda: initialiser(
            "kaimingNormal_", [2, 3, 2], [{"mode": "fanOut", "nonlinearity": "relu"}],
            lambda x: init.kaiming_normal_(x, mode="fan_out", nonlinearity="relu"),
        ),
        lambda: initialiser("eye_", [2, 3], [], init.eye_),
        lambda: initialiser("dirac_", [3, 2, 3], [], init.dirac_),
        lambda: initialiser("dirac_", [4, 2, 3, 2], [{"groups": 2}], lambda x: init.dirac_(x, 2)),
        lambda: initialiser("dirac_", [2, 3, 1, 2, 3], [], init.dirac_),
        lambda: initialiser("sparse_", [7, 3], [0.4], lambda x: init.sparse_(x, 0.4)),
        lambda: initialiser("sparse_", [10, 5], [0.31, {"std": 2}], lambda x: init.sparse_(x, 0.31, 2)),
        lambda: initialiser("sparse_", [2, 3], [1], lambda x: init.sparse_(x, 1)),
        lambda: initialiser("kaimingUniform_", [2, 3], [], init.kaiming_uniform_, **F64),
        lambda: initialiser("xavierUniform_", [2, 3], [], init.xavier_uniform_, **F64),
    ]


    yield "convolutions of other dims", 5, [
        lambda: module(["Conv1d", 2, 4, 3], lambda: nn.Conv1d(2, 4, 3)),
        lambda: module(["Conv3d", 2, 2, [1, 2, 3], {"bias": False}], lambda: nn.Conv3d(2, 2, (1, 2, 3), bias=False)),
        lambda: module(["ConvTranspose1d", 4, 2, 3, {"groups": 2}], lambda: nn.ConvTranspose1d(4, 2, 3, groups=2)),
        lambda: module(["ConvTranspose2d", 2, 3, 2], lambda: nn.ConvTranspose2d(2, 3, 2)),
        lambda: module(["ConvTranspose3d", 1, 2, 2], lambda: nn.ConvTranspose3d(1, 2, 2)),
        lambda: module(["Bilinear", 2, 3, 4], lambda: nn.Bilinear(2, 3, 4)),
        lambda: module(["Bilinear", 5, 3, 2, {"bias": False}], lambda: nn.Bilinear(5, 3, 2, bias=False)),
        lambda: module(["PReLU", 3], lambda: nn.PReLU(3)),
    ]


def close(name, shape, options, function, **kwargs):
    """What goes through functions that are not the same to the last bit everywhere."""
    return {**initialiser(name, shape, options, function, **kwargs), "close": True}


def close_cases():
    init = nn.init
    yield "initialisers through erfinv and QR", 8, [
        lambda: close("truncNormal_", [4, 5], [], init.trunc_normal_),
        lambda: close("truncNormal_", [20], [{"mean": 1, "std": 0.5, "a": 0.5, "b": 3}], lambda x: init.trunc_normal_(x, 1, 0.5, 0.5, 3)),
        lambda: close("truncNormal_", [7], [{"std": 3}], lambda x: init.trunc_normal_(x, std=3), **F64),
        lambda: close("orthogonal_", [4, 4], [], init.orthogonal_),
        lambda: close("orthogonal_", [5, 3], [{"gain": 2}], lambda x: init.orthogonal_(x, 2), **F64),
        lambda: close("orthogonal_", [3, 2, 2, 2], [], init.orthogonal_, **F64),
        lambda: close("orthogonal_", [6, 2, 2], [], init.orthogonal_),
    ]


written = []
for title, seed, steps in [*cases(), *close_cases()]:
    torch.manual_seed(seed)
    written.append({"title": title, "seed": seed, "steps": [step() for step in steps]})

GAINS = ["linear", "conv2d", "conv_transpose1d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
gains = [[n, nn.init.calculate_gain(n)] for n in GAINS] + [["leaky_relu", nn.init.calculate_gain("leaky_relu", 0.3), 0.3]]
assert all(math.isfinite(g[1]) for g in gains)
golden = {"torch": torch.__version__, "gains": gains, "cases": written}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden, separators=(",", ":")).replace('{"build"', '\n{"build"').replace('{"init"', '\n{"init"') + "\n")
print(f"{OUT}: {OUT.stat().st_size} bytes")
