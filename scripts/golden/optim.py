"""Writes packages/optim/test/golden/traces.json: what PyTorch's optimizers make of two float64 parameters in 50 steps.

    /usr/bin/python3 scripts/golden/optim.py

The gradient is bounded and uses + - * / only, so that any other machine computes the same bits from the same values:
g(p) = a*p / (1 + p*p) - b. The second parameter has a gradient at every third step only. After step 25 the learning
rate is halved. Written are both parameters after the steps listed under "at", and the learning rate as a group option.
"""

import itertools
import json
import pathlib

import torch

OUT = pathlib.Path(__file__).parents[2] / "packages/optim/test/golden/traces.json"
AT = [1, 2, 3, 5, 10, 25, 26, 40, 50]
F64 = torch.float64

START = [torch.tensor([[0.5, -1.25, 2.0], [0.125, -0.75, 3.5]], dtype=F64), torch.tensor([1.5, -0.3], dtype=F64)]
A = [torch.tensor([[1.0, 0.5, 2.0], [3.0, 0.1, 1.5]], dtype=F64), torch.tensor([0.7, 1.9], dtype=F64)]
B = [torch.tensor([[0.2, -0.4, 0.0], [0.3, 0.05, -0.6]], dtype=F64), torch.tensor([-0.25, 0.125], dtype=F64)]


def trace(make):
    params = [x.clone().requires_grad_() for x in START]
    optimizer = make(params)
    values = []
    for step in range(1, 51):
        for i, p in enumerate(params):
            present = i == 0 or step % 3 == 1
            d = p.detach()
            p.grad = A[i] * d / (1 + d * d) - B[i] if present else None
        optimizer.step()
        if step == 25:
            for group in optimizer.param_groups:
                group["lr"] *= 0.5
        if step in AT:
            values.append([p.detach().flatten().tolist() for p in params])
    return values


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def products(**choices):
    return [dict(zip(choices, values)) for values in itertools.product(*choices.values())]


cases = []


def add(name, options, groups=None):
    def make(params):
        split = [{"params": [p], **g} for p, g in zip(params, groups)] if groups else params
        return getattr(torch.optim, name)(split, **options)

    cases.append({
        "optimizer": name,
        "options": {camel(k): v for k, v in options.items()},
        "groups": groups and [{camel(k): v for k, v in g.items()} for g in groups],
        "values": trace(make),
    })


for options in products(momentum=[0.0, 0.9], dampening=[0.0, 0.3], nesterov=[False, True], weight_decay=[0.0, 0.01], maximize=[False, True]):
    if options["nesterov"] and (options["momentum"] == 0 or options["dampening"] != 0):
        continue
    add("SGD", {"lr": 0.1, **options})
for name in ("Adam", "AdamW"):
    for options in products(
        betas=[(0.9, 0.999), (0.8, 0.95)], eps=[1e-8, 1e-2], weight_decay=[0.0, 0.05], amsgrad=[False, True], maximize=[False, True]
    ):
        add(name, {"lr": 0.02, **options})
    add(name, {})
GROUPS = [{"lr": 0.05}, {"weight_decay": 0.1}]
add("SGD", {"lr": 0.1, "momentum": 0.5}, GROUPS)
add("Adam", {"lr": 0.01}, GROUPS)
add("AdamW", {"lr": 0.01}, GROUPS)

golden = {
    "torch": torch.__version__,
    "at": AT,
    "start": [x.tolist() for x in START],
    "a": [x.tolist() for x in A],
    "b": [x.tolist() for x in B],
    "cases": cases,
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden, separators=(",", ":")).replace('{"optimizer"', '\n{"optimizer"') + "\n")
print(f"{OUT}: {OUT.stat().st_size} bytes, {len(cases)} traces")
