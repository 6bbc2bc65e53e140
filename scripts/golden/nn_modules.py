"""Writes packages/nn/test/golden/modules.json: how PyTorch's modules print, and what they compute in float64.

    /usr/bin/python3 scripts/golden/nn_modules.py

A case names the class and its arguments in TypeScript's terms. From the seed are drawn, in this order: the module's
own parameters, each input (uniform on [-2, 2), unless said otherwise), and the cotangent of the output (uniform on
[-1, 1)). Written are the output, the gradients of the floating inputs, and those of the parameters.
"""

import json
import pathlib

import torch
from torch import nn

OUT = pathlib.Path(__file__).parents[2] / "packages/nn/test/golden/modules.json"
parameter = repr(nn.Parameter(torch.ones(2)))
torch.set_default_dtype(torch.float64)
D = {"dtype": "float64"}
cases = []


def listed(x):
    return [v.item() for v in x.detach().flatten().numpy()]


def real(*shape, low=-2.0, high=2.0, grad=True):
    return {"kind": "uniform", "shape": list(shape), "low": low, "high": high, "grad": grad}


def given(values):
    """Integers, such as indices and classes."""
    return {"kind": "given", "values": values}


def draw(spec):
    if spec["kind"] == "given":
        return torch.tensor(spec["values"])
    return torch.empty(spec["shape"]).uniform_(spec["low"], spec["high"]).requires_grad_(spec["grad"])


def add(name, args, module, *inputs, tensors=None):
    """tensors: options whose values are tensors, as [name, values]."""
    seed = 1000 + len(cases)
    torch.manual_seed(seed)
    made = module()
    xs = [draw(spec) for spec in inputs]
    y = made(*xs)
    cotangent = torch.empty(y.shape).uniform_(-1, 1)
    (y * cotangent).sum().backward()
    cases.append({
        "name": name, "args": args, "tensors": tensors or {}, "seed": seed, "repr": repr(made), "keys": list(made.state_dict()),
        "inputs": list(inputs), "shape": list(y.shape), "output": listed(y),
        "inputGrads": [listed(x.grad) for x in xs if x.requires_grad],
        "grads": {k: listed(p.grad) for k, p in made.named_parameters()},
    })


x = real(4, 3)
add("Identity", [], nn.Identity, x)
add("Linear", [3, 2, D], lambda: nn.Linear(3, 2), x)
add("Linear", [3, 2, {"bias": False, **D}], lambda: nn.Linear(3, 2, bias=False), real(2, 2, 3))
add("Linear", [3, 1, D], lambda: nn.Linear(3, 1), real(3))
image = real(2, 4, 6, 5)
add("Conv2d", [4, 3, 3, D], lambda: nn.Conv2d(4, 3, 3), image)
add("Conv2d", [4, 2, 3, {"padding": 1, **D}], lambda: nn.Conv2d(4, 2, 3, padding=1), real(4, 6, 5))
add("Conv2d", [4, 6, [3, 2], {"stride": [2, 1], "padding": [1, 0], "groups": 2, "bias": False, **D}],
    lambda: nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), groups=2, bias=False), image)
add("Conv2d", [4, 2, 3, {"padding": "same", "dilation": 2, **D}], lambda: nn.Conv2d(4, 2, 3, padding="same", dilation=2), image)
add("Conv2d", [4, 2, 2, {"padding": "valid", **D}], lambda: nn.Conv2d(4, 2, 2, padding="valid"), image)
add("Conv2d", [4, 2, 3, 2, D], lambda: nn.Conv2d(4, 2, 3, 2), image)
add("MaxPool2d", [2], lambda: nn.MaxPool2d(2), image)
add("MaxPool2d", [2, 1], lambda: nn.MaxPool2d(2, 1), image)
add("MaxPool2d", [[3, 2], {"stride": 2, "padding": [1, 0], "ceilMode": True}],
    lambda: nn.MaxPool2d((3, 2), stride=2, padding=(1, 0), ceil_mode=True), image)
add("MaxPool2d", [2, {"dilation": 2, "stride": [1, 2]}], lambda: nn.MaxPool2d(2, dilation=2, stride=(1, 2)), image)
add("AvgPool2d", [2], lambda: nn.AvgPool2d(2), image)
add("AvgPool2d", [[2, 3], 2], lambda: nn.AvgPool2d((2, 3), 2), image)
add("AvgPool2d", [3, {"stride": 2, "padding": 1, "ceilMode": True, "countIncludePad": False}],
    lambda: nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False), image)
add("AvgPool2d", [2, {"divisorOverride": 3}], lambda: nn.AvgPool2d(2, divisor_override=3), image)
add("Flatten", [], nn.Flatten, real(2, 3, 2))
add("Flatten", [0, 1], lambda: nn.Flatten(0, 1), real(2, 3, 2))
for name in ("ReLU", "ReLU6", "Sigmoid", "Tanh", "SiLU", "Mish", "Softsign", "Tanhshrink", "LogSigmoid", "Hardsigmoid", "Hardswish",
             "SELU", "GELU", "LeakyReLU", "ELU", "CELU", "Softplus", "Hardtanh", "Hardshrink", "Softshrink"):
    add(name, [], getattr(nn, name), real(4, 3, low=-7, high=7))
add("GLU", [], nn.GLU, real(2, 4))
add("GLU", [0], lambda: nn.GLU(0), real(2, 4))
add("GELU", [{"approximate": "tanh"}], lambda: nn.GELU(approximate="tanh"), x)
add("LeakyReLU", [0.2], lambda: nn.LeakyReLU(0.2), x)
add("LeakyReLU", [{"negativeSlope": 1e-5}], lambda: nn.LeakyReLU(negative_slope=1e-5), x)
add("ELU", [0.3], lambda: nn.ELU(0.3), x)
add("CELU", [{"alpha": 2.5}], lambda: nn.CELU(2.5), x)
add("Softplus", [2, 1.5], lambda: nn.Softplus(2, 1.5), x)
add("Hardtanh", [-0.5, 1.5], lambda: nn.Hardtanh(-0.5, 1.5), x)
add("Hardshrink", [0.25], lambda: nn.Hardshrink(0.25), x)
add("Softshrink", [0.25], lambda: nn.Softshrink(0.25), x)
add("Threshold", [0.5, 2], lambda: nn.Threshold(0.5, 2), x)
add("PReLU", [1, D], lambda: nn.PReLU(), x)
add("PReLU", [3, {"init": 0.1, **D}], lambda: nn.PReLU(3, 0.1), x)
add("Softmax", [1], lambda: nn.Softmax(1), x)
add("Softmax", [{"dim": 0}], lambda: nn.Softmax(dim=0), x)
add("LogSoftmax", [-1], lambda: nn.LogSoftmax(-1), x)
add("Softmin", [1], lambda: nn.Softmin(1), x)
add("Dropout", [0], lambda: nn.Dropout(0), x)
add("Dropout", [1], lambda: nn.Dropout(1), x)
add("LayerNorm", [3, D], lambda: nn.LayerNorm(3), x)
add("LayerNorm", [[2, 3], {"eps": 0.001, **D}], lambda: nn.LayerNorm([2, 3], eps=0.001), real(4, 2, 3))
add("LayerNorm", [[3], {"elementwiseAffine": False}], lambda: nn.LayerNorm([3], elementwise_affine=False), x)
add("Embedding", [5, 2, D], lambda: nn.Embedding(5, 2), given([[0, 4, 1], [1, 1, 3]]))
add("Embedding", [5, 2, {"paddingIdx": 1, **D}], lambda: nn.Embedding(5, 2, padding_idx=1), given([[0, 4, 1], [1, 1, 3]]))
add("Embedding", [5, 2, {"paddingIdx": -2, **D}], lambda: nn.Embedding(5, 2, padding_idx=-2), given([3, 0]))

scores, classes = real(4, 3), given([2, 0, 1, 0])
unit = real(4, 3, low=0.05, high=0.95)
for name in ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"):
    for reduction in ("mean", "sum", "none"):
        add(name, [{"reduction": reduction}], lambda: getattr(nn, name)(reduction=reduction), x, x)
add("SmoothL1Loss", [{"beta": 0.5}], lambda: nn.SmoothL1Loss(beta=0.5), x, x)
add("HuberLoss", [{"delta": 0.5}], lambda: nn.HuberLoss(delta=0.5), x, x)
add("KLDivLoss", [{"reduction": "batchmean"}], lambda: nn.KLDivLoss(reduction="batchmean"), x, unit)
add("KLDivLoss", [{"logTarget": True, "reduction": "sum"}], lambda: nn.KLDivLoss(log_target=True, reduction="sum"), x, x)
weight = [0.5, 2.0, 1.25]
for name in ("NLLLoss", "CrossEntropyLoss"):
    loss = getattr(nn, name)
    for reduction in ("mean", "sum", "none"):
        add(name, [{"reduction": reduction}], lambda: loss(reduction=reduction), scores, classes)
        add(name, [{"reduction": reduction}], lambda: loss(torch.tensor(weight), reduction=reduction), scores, classes, tensors={"weight": weight})
    add(name, [{"ignoreIndex": 0}], lambda: loss(ignore_index=0), scores, classes)
    add(name, [], loss, real(2, 3, 2), given([[0, 2], [1, -100]]))
add("CrossEntropyLoss", [{"labelSmoothing": 0.1}], lambda: nn.CrossEntropyLoss(label_smoothing=0.1), scores, classes)
add("CrossEntropyLoss", [{"labelSmoothing": 0.1}], lambda: nn.CrossEntropyLoss(torch.tensor(weight), label_smoothing=0.1), scores, unit, tensors={"weight": weight})
add("BCELoss", [], nn.BCELoss, unit, real(4, 3, low=0, high=1, grad=False))
add("BCELoss", [{"reduction": "sum"}], lambda: nn.BCELoss(torch.tensor(weight), reduction="sum"), unit, real(4, 3, low=0, high=1, grad=False), tensors={"weight": weight})
add("BCEWithLogitsLoss", [], nn.BCEWithLogitsLoss, x, unit)
add("BCEWithLogitsLoss", [{"reduction": "none"}], lambda: nn.BCEWithLogitsLoss(torch.tensor(weight), reduction="none", pos_weight=torch.tensor([3.0])),
    x, unit, tensors={"weight": weight, "posWeight": [3.0]})

nested = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Sequential(nn.Flatten(), nn.Dropout(0.25), nn.Linear(64, 10)),
    nn.ModuleList([nn.Identity(), nn.ModuleDict({"norm": nn.LayerNorm(3), "out": nn.Sequential()})]),
)
golden = {
    "torch": torch.__version__,
    "nested": repr(nested),
    "parameter": parameter,
    "cases": cases,
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
print(f"{OUT}: {OUT.stat().st_size} bytes, {len(cases)} cases")
