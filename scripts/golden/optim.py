"""Writes packages/optim/test/golden/traces.json: what PyTorch's optimizers make of two float64 parameters in 50 steps.

    /usr/bin/python3 scripts/golden/optim.py

The gradient is bounded and uses + - * / only, so that any other machine computes the same bits from the same values:
g(p) = a*p / (1 + p*p) - b. The second parameter has a gradient at every third step only. After step 25 the learning
rate is halved. Written are both parameters after the steps listed under "at", and the learning rate as a group option.
Where PyTorch 1.13 has no `maximize` (NAdam, RAdam), the gradient is negated instead.
"""

import inspect
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


def trace(make, ascend):
    params = [x.clone().requires_grad_() for x in START]
    optimizer = make(params)
    values = []
    for step in range(1, 51):
        for i, p in enumerate(params):
            present = i == 0 or step % 3 == 1
            d = p.detach()
            g = A[i] * d / (1 + d * d) - B[i]
            p.grad = (-g if ascend else g) if present else None
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
    optimizer = getattr(torch.optim, name)
    known = "maximize" in inspect.signature(optimizer).parameters
    given = {k: v for k, v in options.items() if k != "maximize" or known}

    def make(params):
        split = [{"params": [p], **g} for p, g in zip(params, groups)] if groups else params
        return optimizer(split, **given)

    cases.append({
        "optimizer": name,
        "options": {camel(k): v for k, v in options.items()},
        "groups": groups and [{camel(k): v for k, v in g.items()} for g in groups],
        "values": trace(make, options.get("maximize", False) and not known),
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

TABLE = {
    "NAdam": products(betas=[(0.9, 0.999), (0.8, 0.95)], weight_decay=[0.0, 0.05], momentum_decay=[4e-3, 0.1], maximize=[False, True]),
    # With beta2 = 0.6 the variance is never tractable, with the others from the sixth step on.
    "RAdam": products(betas=[(0.9, 0.999), (0.8, 0.95), (0.9, 0.6)], eps=[1e-8, 1e-2], weight_decay=[0.0, 0.05], maximize=[False, True]),
    "Adamax": products(betas=[(0.9, 0.999), (0.8, 0.95)], eps=[1e-8, 1e-2], weight_decay=[0.0, 0.05], maximize=[False, True]),
    "Adagrad": products(lr_decay=[0.0, 0.1], initial_accumulator_value=[0.0, 0.5], weight_decay=[0.0, 0.05], maximize=[False, True]),
    "Adadelta": products(rho=[0.9, 0.5], eps=[1e-6, 1e-2], weight_decay=[0.0, 0.05], maximize=[False, True]),
    "RMSprop": products(lr=[0.023], alpha=[0.99, 0.95], momentum=[0.0, 0.9], centered=[False, True], weight_decay=[0.0, 0.05], maximize=[False, True]),
    "Rprop": products(etas=[(0.5, 1.2), (0.3, 1.6)], step_sizes=[(1e-6, 50.0), (0.02, 0.2)], maximize=[False, True]),
    "ASGD": products(lambd=[1e-4, 0.05], alpha=[0.75, 0.5], t0=[1e6, 10.0], weight_decay=[0.0, 0.05], maximize=[False, True]),
}
for name, settings in TABLE.items():
    add(name, {})
    for options in settings:
        add(name, {"lr": 0.037, **options})
    add(name, {"lr": 0.01}, [{"lr": 0.043}, {"weight_decay": 0.1} if name != "Rprop" else {"etas": (0.4, 1.3)}])
GROUPS = [{"lr": 0.05}, {"weight_decay": 0.1}]
add("SGD", {"lr": 0.1, "momentum": 0.5}, GROUPS)
add("Adam", {"lr": 0.01}, GROUPS)
add("AdamW", {"lr": 0.01}, GROUPS)


def rosenbrock(params):
    x, y = params
    z = torch.cat([x.flatten(), y])
    return ((1 - z[:-1]) ** 2 + 10 * (z[1:] - z[:-1] ** 2) ** 2).sum()


def lbfgs(steps, **options):
    """The parameters and the loss after each step on a Rosenbrock function of both parameters."""
    params = [(0.3 * x).clone().requires_grad_() for x in START]
    optimizer = torch.optim.LBFGS(params, **options)
    count = 0

    def closure():
        nonlocal count
        count += 1
        optimizer.zero_grad()
        loss = rosenbrock(params)
        loss.backward()
        return loss

    values = []
    for _ in range(steps):
        loss = optimizer.step(closure).item()
        values.append({"loss": loss, "evaluations": count, "params": [p.detach().flatten().tolist() for p in params]})
    return {"options": {camel(k): v for k, v in options.items()}, "values": values}


lbfgs_cases = [
    lbfgs(3, lr=0.02),
    lbfgs(5, lr=0.05, max_iter=4, history_size=3),
    lbfgs(3, lr=0.05, max_iter=6, max_eval=3),
    lbfgs(8, lr=0.01, max_iter=1),
    lbfgs(2, line_search_fn="strong_wolfe", max_iter=10),
    lbfgs(5, line_search_fn="strong_wolfe", max_iter=3, history_size=2),
    lbfgs(4, line_search_fn="strong_wolfe", lr=20.0, max_iter=3),
    lbfgs(4, line_search_fn="strong_wolfe", lr=0.01, max_iter=4, max_eval=9),
    lbfgs(3, line_search_fn="strong_wolfe", tolerance_change=0.05),
    lbfgs(3, line_search_fn="strong_wolfe", tolerance_grad=0.5),
]

golden = {
    "torch": torch.__version__,
    "at": AT,
    "start": [x.tolist() for x in START],
    "a": [x.tolist() for x in A],
    "b": [x.tolist() for x in B],
    "cases": cases,
    "lbfgs": lbfgs_cases,
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden, separators=(",", ":")).replace('{"optimizer"', '\n{"optimizer"').replace('{"options"', '\n{"options"') + "\n")
print(f"{OUT}: {OUT.stat().st_size} bytes, {len(cases)} traces")
