"""Writes packages/core/test/golden/random.json: what PyTorch's CPU generator draws.

    /usr/bin/python3 scripts/golden/random_streams.py

Each program is a seed and a list of calls made in that order on the default generator; the test replays them.
float32 values are written as their shortest decimals, which read back (through Math.fround) to the same bits.
Large results are sampled at the indices under "at". "digest" is the FNV-1a hash of torch.get_rng_state() afterwards.
(Not called random.py: that would hide the standard library from every script in this folder.)
Made with PyTorch 1.13 (Debian 12, x86-64 with AVX2, no MKL).
"""

import base64
import json
import pathlib

import torch
from torch import nn

OUT = pathlib.Path(__file__).parents[2] / "packages/core/test/golden/random.json"
F32, F64, I32, U8 = torch.float32, torch.float64, torch.int32, torch.uint8
NAMES = {F32: "float32", F64: "float64", I32: "int32", U8: "uint8", torch.int64: "int32"}


def fnv1a(data):
    h = 0x811C9DC5
    for byte in data:
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def state_bytes():
    return bytes(torch.get_rng_state().tolist())


def expected(x):
    x = x.detach().flatten()
    entry = {"dtype": NAMES[x.dtype], "size": x.numel()}
    if x.numel() > 150:
        at = list(range(0, x.numel(), 61)) + list(range(x.numel() - 17, x.numel()))
        entry["at"] = at
        x = x[at]
    values = x.numpy()
    entry["expect"] = [float(str(v)) if x.dtype == F32 else v.item() for v in values]
    return entry


def uniform(size, a=0.0, b=1.0, dtype=F32):
    x = torch.rand(size, dtype=dtype) if (a, b) == (0, 1) else torch.empty(size, dtype=dtype).uniform_(a, b)
    return {"call": "uniform", "args": [a, b], **expected(x)}


def normal(size, mean=0.0, std=1.0, dtype=F32):
    plain = (mean, std) == (0, 1)
    x = torch.randn(size, dtype=dtype) if plain else torch.empty(size, dtype=dtype).normal_(mean, std)
    return {"call": "normal", "args": [mean, std], **expected(x)}


def randint(size, low, high, dtype=torch.int64):
    return {"call": "randint", "args": [low, high], **expected(torch.randint(low, high, (size,), dtype=dtype))}


def randperm(n, dtype=torch.int64):
    return {"call": "randperm", "args": [n], **expected(torch.randperm(n, dtype=dtype))}


def bernoulli(size, p, dtype=F32):
    return {"call": "bernoulli", "args": [p], **expected(torch.empty(size, dtype=dtype).bernoulli_(p))}


def bernoulli_tensor(p, p_dtype=F32):
    x = torch.bernoulli(torch.tensor(p, dtype=p_dtype))
    return {"call": "bernoulliTensor", "args": [p, NAMES[p_dtype]], **expected(x)}


def dropout(size, p):
    return {"call": "dropout", "args": [p], **expected(nn.functional.dropout(torch.ones(size), p))}


def exponential(size, rate, dtype=F32):
    return {"call": "exponential", "args": [rate], **expected(torch.empty(size, dtype=dtype).exponential_(rate))}


def trunc_normal(size, mean, std, a, b, dtype=F32):
    x = nn.init.trunc_normal_(torch.empty(size, dtype=dtype), mean, std, a, b)
    return {"call": "truncNormal", "args": [mean, std, a, b], **expected(x)}


def multinomial(p, size, replacement, dtype=F32, transposed=False):
    weights = torch.tensor(p, dtype=dtype)
    x = torch.multinomial(weights.t() if transposed else weights, size, replacement)
    return {"call": "multinomial", "args": [p, NAMES[dtype], size, replacement, transposed], **expected(x)}


def layer(make):
    """A layer's default initialisation: kaiming_uniform_(weight, a=√5), then bias within ±1/√fanIn."""
    module = make()
    fan_in = module.weight[0].numel()
    weight = {"call": "layerWeight", "args": [fan_in], **expected(module.weight)}
    return [weight, {"call": "layerBias", "args": [fan_in], **expected(module.bias)}]


def init(fill, rows, cols, *args):
    x = fill(torch.empty(rows, cols), *args)
    return {"call": fill.__name__, "args": [rows, cols, *args], **expected(x)}


PROGRAMS = []


def program(title, seed, *calls):
    torch.manual_seed(seed)
    steps = []
    for call in calls:
        made = call()
        steps.extend(made if isinstance(made, list) else [made])
    initial = torch.initial_seed()
    PROGRAMS.append(
        {"title": title, "seed": str(seed), "initialSeed": str(initial), "steps": steps, "digest": fnv1a(state_bytes())}
    )


def later(f, *args, **kwargs):
    return lambda: f(*args, **kwargs)


SEEDS = [0, 1, 42, 2**31, 2**40 + 5, -1, -12345, 2**64 - 2]
for seed in SEEDS:
    sizes = [1, 5, 15, 16, 17, 31, 100] if seed in (0, 42) else [5, 17]
    for dtype in (F32, F64):
        for f in (uniform, normal):
            program(f"{f.__name__} {NAMES[dtype]}", seed, *[later(f, n, dtype=dtype) for n in sizes])
for dtype in (F32, F64):
    program(f"large uniform {NAMES[dtype]}", 3, later(uniform, 1000, dtype=dtype), later(uniform, 1000, -3.7, 1.3, dtype))
    program(f"large normal {NAMES[dtype]}", 3, later(normal, 1000, dtype=dtype), later(normal, 1003, 0.5, 0.37, dtype))
    program(
        f"uniform ranges {NAMES[dtype]}", 11,
        *[later(uniform, 24, a, b, dtype) for a, b in [(-1, 1), (0.1, 0.7), (1e-8, 3e5), (5, 5), (-1e30, 1e30)]],
    )
    program(
        f"normal parameters {NAMES[dtype]}", 12,
        *[later(normal, n, m, s, dtype) for n in (7, 40) for m, s in [(0, 0.02), (1e3, 1e-3), (-2.5, 7), (1.5, 0)]],
    )
program(
    "cached normals survive other draws and both dtypes", 5,
    later(normal, 3), later(uniform, 2), later(normal, 1), later(normal, 20), later(normal, 1, dtype=F64),
    later(normal, 1, 2.0, 3.0), later(normal, 3, -1.0, 0.5, F64), later(normal, 17, dtype=F64), later(normal, 2),
    later(bernoulli, 3, 0.5), later(normal, 16), later(randint, 3, 0, 10), later(normal, 15),
)
program(
    "randint", 8,
    *[later(randint, 30, a, b) for a, b in [(0, 2), (0, 10), (-5, 17), (100, 101), (0, 2**31 - 1)]],
    later(randint, 12, 0, 256, U8), later(randint, 12, 7, 11, U8), later(randint, 12, -(2**31), 2**31, I32),
    later(randint, 12, -3, 3, F32), later(randint, 12, 0, 2**32 - 1, F64), later(randint, 12, 0, 2**32, F64),
    later(randint, 12, -(2**53) + 1, 2**53 - 1, F64), later(randint, 12, 0, 2**40, F32),
    later(randint, 12, -(2**25) - 3, -(2**25) + 9, F32), later(randint, 12, 2**25 + 1, 2**25 + 11, F32),
)
program("randperm", 9, *[later(randperm, n) for n in (0, 1, 2, 10, 100)], later(randperm, 20, F32), later(randperm, 20, U8))
program(
    "bernoulli", 10,
    *[later(bernoulli, 30, p, t) for p in (0, 0.1, 0.5, 1) for t in (F32, F64, U8)],
    later(bernoulli_tensor, [0.0, 0.1, 0.5, 0.9, 1.0] * 6), later(bernoulli_tensor, [0.0, 0.1, 0.5, 0.9, 1.0] * 6, F64),
)
program("dropout", 13, *[later(dropout, 40, p) for p in (0.1, 0.5, 0.9)])
program("exponential", 14, *[later(exponential, 20, r, t) for r in (1, 0.3) for t in (F32, F64)])
program(
    "truncNormal", 15,
    *[later(trunc_normal, 60, *a, t) for a in [(0, 1, -2, 2), (0, 0.02, -2, 2), (1, 0.5, 0, 1)] for t in (F32, F64)],
)
ROW, ROWS = [0.1, 0.0, 3.5, 1.25, 0.7], [[1, 2, 3, 4], [0, 0.5, 0, 0.5], [1e-30, 1, 1e30, 7]]
HARMONIC = [1 / (i + 1) for i in range(300)]
for seed in (0, 42, 7):
    for replacement in (False, True):
        for dtype in (F32, F64):
            program(
                f"multinomial {NAMES[dtype]}, {'with' if replacement else 'without'} replacement", seed,
                *[later(multinomial, ROW, n, replacement, dtype) for n in (1, 2, 4)],
                *[later(multinomial, ROWS, n, replacement, dtype) for n in (1, 2)],
                *[later(multinomial, ROWS, n, replacement, dtype, True) for n in (1, 2)],
                *[later(multinomial, HARMONIC, n, replacement, dtype) for n in (1, 300)], later(uniform, 2),
            )
for dtype in (F32, F64):
    program(
        f"multinomial {NAMES[dtype]}, more samples than categories", 16, later(multinomial, ROW, 40, True, dtype),
        later(multinomial, ROWS, 20, True, dtype), later(multinomial, HARMONIC, 2000, True, dtype),
    )
for seed in (0, 42):
    program(
        "layers", seed,
        later(layer, lambda: nn.Linear(5, 3)), later(layer, lambda: nn.Conv2d(2, 4, 3)),
        later(layer, lambda: nn.Linear(4, 4, dtype=F64)),
    )
    program("embedding", seed, lambda: {"call": "normal", "args": [0, 1], **expected(nn.Embedding(7, 3).weight)})
program(
    "initialisers", 21,
    later(init, nn.init.xavier_uniform_, 6, 4), later(init, nn.init.xavier_normal_, 6, 4),
    later(init, nn.init.kaiming_normal_, 6, 4), later(init, nn.init.kaiming_uniform_, 6, 4),
)

torch.manual_seed(42)
torch.randn(3)
saved = base64.b64encode(state_bytes()).decode()
state = {"seed": 42, "saved": saved, "then": [normal(2), uniform(3), normal(2, dtype=F64)]}

text = json.dumps({"torch": torch.__version__, "programs": PROGRAMS, "state": state}, separators=(",", ":"))
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(text.replace('{"title"', '\n{"title"').replace('{"call"', '\n{"call"') + "\n")
print(f"{OUT}: {OUT.stat().st_size} bytes, {sum(len(p['steps']) for p in PROGRAMS)} calls")
