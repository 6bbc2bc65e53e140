"""Writes packages/optim/test/golden/schedulers.json: the learning rates and momenta PyTorch's schedulers set in 60 steps.

    /usr/bin/python3 scripts/golden/optim_schedulers.py

Each schedule runs over an SGD or Adam with three groups. A part {"name", "options"} is made by its name; "compose" tells
how several parts make one scheduler. Functions stand by name: the test has the same ones. Written are, for every step from
0 (after construction), the groups' rates and, where it is cycled, the momentum (Adam: beta1); rates that stay are written
as null.
"""

import json
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler

OUT = pathlib.Path(__file__).parents[2] / "packages/optim/test/golden/schedulers.json"
STEPS = 60
RATES = [0.1, 0.03, 2.0]

FUNCTIONS = {
    "harmonic": lambda epoch: 1 / (1 + epoch),
    "alternating": lambda epoch: 0.5 if epoch % 3 == 0 else 1.25,
    "declining": lambda epoch: 1 - epoch / 100,
    "shrinking": lambda x: 1 / (1 + 0.1 * x),
}


def camel(name):
    head, *rest = name.split("_")
    return head.lower() + "".join(word.capitalize() for word in rest)


def resolved(value):
    if isinstance(value, list):
        return [resolved(item) for item in value]
    return FUNCTIONS.get(value, value) if isinstance(value, str) else value


def build(optimizer, parts, compose):
    made = [getattr(lr_scheduler, name)(optimizer, **{k: resolved(v) for k, v in options.items()}) for name, options in parts]
    if compose is None:
        return made[0]
    if compose == "chained":
        return lr_scheduler.ChainedScheduler(made)
    return lr_scheduler.SequentialLR(optimizer, made, compose)


def metric(step):
    """A quantity that falls, stalls and rises again; + - * / only."""
    return 1 / (1 + step) + 0.002 * abs(step - 20) + (0.05 if step % 7 == 3 else 0.0)


cases = []


def add(*parts, compose=None, optimizer="SGD", momentum=False, jumps={}):
    groups = [{"params": [torch.zeros(1)], "lr": lr} for lr in RATES]
    options = {"momentum": 0.9} if optimizer == "SGD" else {}
    made = getattr(torch.optim, optimizer)(groups, lr=0.1, **options)
    scheduler = build(made, parts, compose)
    rates, momenta = [], []
    for step in range(STEPS + 1):
        if step > 0:
            made.step()
            if parts[0][0] == "ReduceLROnPlateau":
                scheduler.step(metric(step))
            elif step in jumps:
                scheduler.step(jumps[step])
            else:
                scheduler.step()
        lrs = [group["lr"] for group in made.param_groups]
        rates.append(lrs)
        momenta.append([group["betas"][0] if optimizer == "Adam" else group["momentum"] for group in made.param_groups])
    cases.append({
        "parts": [{"name": name, "options": {camel(k): v for k, v in options.items()}} for name, options in parts],
        "compose": compose,
        "optimizer": optimizer,
        "jumps": jumps,
        "rates": [None if i > 0 and r == rates[i - 1] else r for i, r in enumerate(rates)],
        "momenta": momenta if momentum else None,
    })


warnings.simplefilter("ignore")
add(("StepLR", {"step_size": 7}))
add(("StepLR", {"step_size": 1, "gamma": 0.9}), jumps={10: 3, 30: 30})
add(("MultiStepLR", {"milestones": [5, 30, 30, 42], "gamma": 0.3}), jumps={35: 50})
add(("ConstantLR", {}))
add(("ConstantLR", {"factor": 0.7, "total_iters": 20}), jumps={10: 25})
add(("LinearLR", {}))
add(("LinearLR", {"start_factor": 0.1, "end_factor": 0.8, "total_iters": 40}), jumps={50: 10})
add(("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 30}))
add(("ExponentialLR", {"gamma": 0.93}), jumps={20: 5})
add(("PolynomialLR", {}))
add(("PolynomialLR", {"total_iters": 50, "power": 2.5}), jumps={30: 10})
add(("CosineAnnealingLR", {"T_max": 25}))
add(("CosineAnnealingLR", {"T_max": 10, "eta_min": 0.01}), jumps={31: 4})
add(("CosineAnnealingLR", {"T_max": 1}))
add(("CosineAnnealingWarmRestarts", {"T_0": 12}))
add(("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2, "eta_min": 0.001}))
add(("CosineAnnealingWarmRestarts", {"T_0": 7}), jumps={k: (k / 4) for k in range(1, 61)})
add(("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 3}), jumps={k: (k / 4 + 0.01) for k in range(1, 61)})
add(("LambdaLR", {"lr_lambda": "harmonic"}))
add(("LambdaLR", {"lr_lambda": ["harmonic", "alternating", "declining"]}))
add(("MultiplicativeLR", {"lr_lambda": "alternating"}))
add(("MultiplicativeLR", {"lr_lambda": ["declining", "alternating", "harmonic"]}))
for options in (
    {"max_lr": 0.5, "total_steps": 60},
    {"max_lr": [0.5, 0.1, 3.0], "epochs": 5, "steps_per_epoch": 14, "anneal_strategy": "linear", "pct_start": 0.45},
    {"max_lr": 0.2, "total_steps": 64, "three_phase": True, "div_factor": 10.0, "final_div_factor": 100.0},
    {"max_lr": 0.2, "total_steps": 61, "base_momentum": [0.7, 0.8, 0.5], "max_momentum": 0.99},
    {"max_lr": 0.2, "total_steps": 100, "cycle_momentum": False},
):
    for optimizer in ("SGD", "Adam"):
        add(("OneCycleLR", options), optimizer=optimizer, momentum=True)
for options in (
    {"step_size_up": 10},
    {"step_size_up": 5, "step_size_down": 8, "mode": "triangular2"},
    {"step_size_up": 7, "mode": "exp_range", "gamma": 0.97, "base_momentum": [0.6, 0.7, 0.8], "max_momentum": 0.95},
    {"step_size_up": 6, "scale_fn": "shrinking", "cycle_momentum": False},
    {"step_size_up": 6, "scale_fn": "shrinking", "scale_mode": "iterations"},
):
    add(("CyclicLR", {"base_lr": 0.01, "max_lr": [0.1, 0.5, 1.5], **options}), momentum=True)
for options in (
    {"patience": 2},
    {"patience": 1, "factor": 0.5, "cooldown": 3, "threshold": 0.01, "min_lr": [0.01, 0.001, 0.0]},
    {"mode": "max", "patience": 3, "factor": 0.7, "threshold_mode": "abs", "threshold": 0.02},
    {"mode": "max", "patience": 0, "eps": 0.01, "threshold": 0.1},
    {"threshold_mode": "abs", "patience": 4, "threshold": 0.005},
):
    add(("ReduceLROnPlateau", options))
add(("LinearLR", {"start_factor": 0.1}), ("CosineAnnealingLR", {"T_max": 40}), compose=[5])
add(
    ("ConstantLR", {"factor": 0.1, "total_iters": 2}), ("ExponentialLR", {"gamma": 0.9}), ("StepLR", {"step_size": 4}), compose=[10, 31]
)
add(("LambdaLR", {"lr_lambda": "harmonic"}), ("CosineAnnealingWarmRestarts", {"T_0": 6, "T_mult": 2}), compose=[9])
add(("ConstantLR", {"factor": 0.1, "total_iters": 2}), ("ExponentialLR", {"gamma": 0.9}), compose="chained")
add(
    ("LinearLR", {"total_iters": 10}), ("MultiStepLR", {"milestones": [20, 40]}), ("CosineAnnealingLR", {"T_max": 30}), compose="chained"
)

golden = {"torch": torch.__version__, "steps": STEPS, "rates": RATES, "cases": cases}
OUT.write_text(json.dumps(golden, separators=(",", ":")).replace('{"parts"', '\n{"parts"') + "\n")
print(f"{OUT}: {OUT.stat().st_size} bytes, {len(cases)} schedules")
