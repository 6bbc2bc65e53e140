"""What nn_modules.py, nn_norms.py and nn_sequence.py share: PyTorch's modules, built from the arguments TypeScript gives, and what is
written about them. The fields of a case are described in packages/nn/test/goldenModules.ts.
"""

import json
import pathlib
import re

import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parents[2] / "packages/nn/test/golden"
D = {"dtype": "float64"}


def snake_case(name):
    return re.sub("[A-Z]", lambda m: "_" + m[0].lower(), name)


def argument(value):
    if isinstance(value, list):
        return tuple(map(argument, value))
    if not isinstance(value, dict):
        return value
    return build(value["$module"], {})


def build(call, classes, values=None):
    """[class, ...arguments, {options}] as PyTorch's module; values: options whose values are tensors."""
    name, *args = call
    options = args.pop() if args and isinstance(args[-1], dict) and "$module" not in args[-1] else {}
    kwargs = {snake_case(key): argument(value) for key, value in options.items()}
    if "dtype" in kwargs:
        kwargs["dtype"] = getattr(torch, kwargs["dtype"])
    kwargs.update({snake_case(key): torch.tensor(value) for key, value in (values or {}).items()})
    made = classes.get(name) or getattr(nn, name)
    return made(*map(argument, args), **kwargs)


def listed(x):
    """Shortest decimals, which read back (through Math.fround for float32) to the same bits."""
    x = x.detach().flatten()
    return [float(str(v)) if x.dtype == torch.float32 else v.item() for v in x.numpy()]


# Arguments of forward.


def real(*shape, low=-2.0, high=2.0, grad=True):
    return {"kind": "uniform", "shape": list(shape), "low": low, "high": high, "grad": grad}


def given(values):
    """Integers, such as indices and classes."""
    return {"kind": "given", "values": values}


def mask(values):
    return {"kind": "mask", "values": values}


def many(*items):
    return {"kind": "list", "items": list(items)}


def options(**items):
    return {"kind": "options", "items": items}


def draw(spec):
    if not isinstance(spec, dict):
        return spec
    kind = spec["kind"]
    if kind in ("given", "mask"):
        return torch.tensor(spec["values"])
    if kind == "list":
        return tuple(map(draw, spec["items"]))
    if kind == "options":
        return {snake_case(key): draw(item) for key, item in spec["items"].items()}
    return torch.empty(spec["shape"]).uniform_(spec["low"], spec["high"]).requires_grad_(spec["grad"])


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [x for item in value for x in tensors_in(item)] if isinstance(value, (tuple, list)) else []


def called(module, inputs):
    keywords = inputs[-1] if isinstance(inputs[-1], dict) else {}
    return tensors_in(module(*(inputs[:-1] if keywords else inputs), **keywords))


class Cases:
    """Modules in float64 and what they compute, from one seed each: parameters, inputs and cotangents, in this order."""

    def __init__(self, seed, classes=None):
        self.seed = seed
        self.classes = classes or {}
        self.written = []

    def add(self, name, args, *inputs, warmup=0, evaluate=False, tensors=None):
        seed = self.seed + len(self.written)
        torch.manual_seed(seed)
        torch.set_default_dtype(torch.float64)
        made = build([name, *args], self.classes, tensors)
        for _ in range(warmup):
            called(made, [draw(spec) for spec in inputs])
        made.train(not evaluate)
        xs = [draw(spec) for spec in inputs]
        ys = called(made, xs)
        cotangents = [torch.empty(y.shape).uniform_(-1, 1) for y in ys]
        sum((y * g).sum() for y, g in zip(ys, cotangents)).backward()
        torch.set_default_dtype(torch.float32)
        self.written.append({
            "name": name, "args": list(args), "tensors": tensors or {}, "seed": seed, "repr": repr(made), "keys": list(made.state_dict()),
            "warmup": warmup, "eval": evaluate, "inputs": list(inputs),
            "outputs": [{"shape": list(y.shape), "values": listed(y)} for y in ys],
            "inputGrads": [listed(x.grad) for x in tensors_in(xs) if x.requires_grad],
            "grads": {k: listed(p.grad) for k, p in made.named_parameters()},
            "buffers": {k: listed(b) for k, b in made.named_buffers()},
        })

    def write(self, name):
        write(f"modules.{name}.json", self.written, '{"name"')

    def write_with(self, file, **texts):
        """To a file that holds something else, too."""
        write(file, self.written, '{"name"', **texts)


def initial(call):
    """A module and the parameters and buffers it starts with, drawn from the default generator."""
    state = build(call, {}).state_dict()
    return {"build": call, "state": [{"key": k, "shape": list(v.shape), "values": listed(v)} for k, v in state.items()]}


def write_initial(name, cases):
    """cases: (title, seed, calls made one after the other)."""
    written = []
    for title, seed, calls in cases:
        torch.manual_seed(seed)
        written.append({"title": title, "seed": seed, "steps": [initial(call) for call in calls]})
    write(f"init.{name}.json", written, '{"build"')


def write(file, cases, item, **texts):
    golden = json.dumps({"torch": torch.__version__, **texts, "cases": cases}, separators=(",", ":"), allow_nan=False)
    path = FOLDER / file
    path.write_text(golden.replace(item, "\n" + item) + "\n")
    print(f"{path}: {path.stat().st_size} bytes, {len(cases)} cases")
