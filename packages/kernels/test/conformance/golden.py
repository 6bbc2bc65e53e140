"""Writes golden.ts: values of PyTorch 1.13 that the conformance suite holds kernels to. Run: python3 golden.py"""
import math
import mpmath
import torch

mpmath.mp.dps = 40
torch.set_default_dtype(torch.float64)
inf, nan = math.inf, math.nan


def show(x):
    if x != x:
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    if x == 0:
        return "-0" if math.copysign(1, x) < 0 else "0"
    return repr(int(x)) if x == int(x) and abs(x) < 1e15 else repr(x)


def array(xs):
    return "[" + ", ".join(show(x) for x in xs) + "]"


out = ["// Written by golden.py from PyTorch " + torch.__version__.split("+")[0] + ". Do not edit.", ""]

xs = [0.0, -0.0, 1.0, -1.0, 0.1, -0.3, 3.0, -7.0, 2.5, inf, -inf, nan]
n = len(xs)
a = torch.tensor(xs)[:, None].expand(n, n).contiguous()
b = torch.tensor(xs)[None, :].expand(n, n).contiguous()
out.append("/** The operands of the tables below: row i, column j of a table is f(OPERANDS[i], OPERANDS[j]). */")
out.append("export const OPERANDS: readonly number[] = " + array(xs) + "; // prettier-ignore")
tables = {
    "floorDivide": torch.div(a, b, rounding_mode="floor"),
    "truncDivide": torch.div(a, b, rounding_mode="trunc"),
    "fmod": torch.fmod(a, b),
    "remainder": torch.remainder(a, b),
    "pow": torch.pow(a, b),
    "atan2": torch.atan2(a, b),
    "hypot": torch.hypot(a, b),
    "copysign": torch.copysign(a, b),
    "logaddexp": torch.logaddexp(a, b),
}
out.append("export const TABLES = {")
for name, t in tables.items():
    out.append("  " + name + ": [")
    out += ["    " + array(row) + "," for row in t.tolist()]
    out.append("  ],")
out.append("} as const; // prettier-ignore")

ys = [1e-310, 1e-8, 0.1, 0.46875, 0.5, 0.9, 1.0, 1.01, 1.5, 2.0, 3.0, 4.0, 4.5, 5.5, 5.9]
out.append("/** x and erf(x), correctly rounded. */")
out.append("export const ERF: readonly (readonly [number, number])[] = [")
out += ["  " + array([y, float(mpmath.erf(mpmath.mpf(y)))]) + "," for y in ys]
out.append("]; // prettier-ignore")

def table(name, doc, rows):
    out.append(f"/** {doc} */")
    out.append(f"export const {name}: readonly (readonly [number, number])[] = [")
    out.extend("  " + array(row) + "," for row in rows)
    out.append("]; // prettier-ignore")


def exactly(f, points):
    return [[x, float(f(mpmath.mpf(x)))] for x in points]


tails = [-6.0, -1.5, -0.3, 1e-20, 0.2, 0.49, 0.51, 1.0, 2.5, 3.9, 4.1, 6.0, 10.5, 20.0, 26.0]
table("ERFC", "x and erfc(x), correctly rounded.", exactly(mpmath.erfc, tails))
quantiles = [1e-300, 1e-8, -0.1, 0.3, 0.49, -0.5, 0.51, 0.75, -0.9, 0.99, 0.9999, -0.9999999, 1 - 2.0**-40, 1 - 2.0**-53]
table("ERFINV", "x and the inverse of erf at x, correctly rounded.", exactly(mpmath.erfinv, quantiles))
gammas = [
    1e-300, 1e-5, 0.1, 0.3, 0.5, 0.75, 0.999999, 1.0, 1.0000001, 1.25, 1.5, 1.9, 2.0, 2.000001, 2.4, 2.5, 3.0, 4.7, 9.99,
    10.0, 12.5, 171.0, 1e5, 1e300, -1e-5, -0.25, -0.5, -0.75, -1.5, -2.3, -10.2,
]
table("LGAMMA", "x and ln |gamma(x)|, correctly rounded.", exactly(lambda x: mpmath.log(abs(mpmath.gamma(x))) if abs(x) < 1e6 else mpmath.loggamma(x), gammas))
table("ERFCX", "x and exp(x^2) erfc(x), correctly rounded.", exactly(lambda x: mpmath.exp(x * x) * mpmath.erfc(x), [-20.0, *tails, 1e3, 1e10]))
probabilities = [1e-300, 1e-30, 1e-8, 1e-3, 0.1, 0.24, 0.26, 0.4, 0.6, 0.76, 0.99, 1 - 2.0**-40]
table("NDTRI", "p and the quantile of the normal distribution at p, correctly rounded.", exactly(lambda p: mpmath.sqrt(2) * mpmath.findroot(lambda y: mpmath.log(mpmath.erfc(-y) / 2) - mpmath.log(p), float(-mpmath.sqrt(-mpmath.log(p))) if p < 0.5 else mpmath.erfinv(2 * p - 1)), probabilities))
bessel = [-30.0, -1.5, -1e-3, 1e-10, 0.5, 2.0, 7.0, 12.5, 19.9, 20.1, 40.0, 300.0, 712.0]
table("I0", "x and I0(x), correctly rounded.", exactly(lambda x: mpmath.besseli(0, x), bessel))
table("I1", "x and I1(x), correctly rounded.", exactly(lambda x: mpmath.besseli(1, x), bessel))
table("I0E", "x and exp(-|x|) I0(x), correctly rounded.", exactly(lambda x: mpmath.exp(-abs(x)) * mpmath.besseli(0, x), bessel))
table("I1E", "x and exp(-|x|) I1(x), correctly rounded.", exactly(lambda x: mpmath.exp(-abs(x)) * mpmath.besseli(1, x), bessel))
points = [1e-5, 0.1, 0.5, 0.75, 1.0, 1.3, 1.5, 2.0, 4.7, 9.99, 10.0, 12.5, 171.0, 1e5, -1e-5, -0.25, -0.4, -0.75, -1.3, -2.75, -10.2]
out.append("/** For each order from 0: x and polygamma(order, x), correctly rounded. */")
out.append("export const POLYGAMMA: readonly (readonly (readonly [number, number])[])[] = [")
for order in range(6):
    out.append("  [" + ", ".join(array(row) for row in exactly(lambda x: mpmath.polygamma(order, x), points)) + "],")
out.append("]; // prettier-ignore")

start = [0.5, -1.25, 2.0, 0.0]


def grad(t):
    return torch.tensor([((7 * t + 3 * i) % 5 - 2) / 4 for i in range(4)])


def trace(make):
    p = torch.tensor(start, requires_grad=True)
    opt = make([p])
    steps = []
    for t in range(1, 6):
        p.grad = grad(t)
        opt.step()
        steps.append(p.tolist())
    return steps


sgd = [
    dict(lr=0.1),
    dict(lr=0.1, weight_decay=0.05, maximize=True),
    dict(lr=0.1, momentum=0.9),
    dict(lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.01),
    dict(lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.1, maximize=True),
]
adam = [
    ("Adam", dict(lr=0.1)),
    ("Adam", dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    ("Adam", dict(lr=0.1, amsgrad=True, maximize=True)),
    ("AdamW", dict(lr=0.1, weight_decay=0.2)),
    ("AdamW", dict(lr=0.02, weight_decay=0.01, amsgrad=True, eps=1e-4, maximize=True)),
]
js = {True: "true", False: "false"}
out.append("/** Start of every trace; the gradient of step t is ((7·t + 3·i) mod 5 − 2) / 4. */")
out.append("export const START: readonly number[] = " + array(start) + "; // prettier-ignore")
out.append("/** torch.optim.SGD: hyperparameters, and the parameters after each of five steps. */")
out.append("export const SGD = [")
for o in sgd:
    full = dict(lr=0, momentum=0, dampening=0, nesterov=False, weight_decay=0, maximize=False) | o
    fields = [("weightDecay" if k == "weight_decay" else k, v) for k, v in full.items()]
    text = ", ".join(f"{k}: {js[v] if isinstance(v, bool) else show(v)}" for k, v in fields)
    out.append("  { " + text + ", trace: [")
    out += ["    " + array(row) + "," for row in trace(lambda ps: torch.optim.SGD(ps, **o))]
    out.append("  ] },")
out.append("] as const; // prettier-ignore")
out.append("/** torch.optim.Adam and AdamW, likewise. */")
out.append("export const ADAM = [")
for cls, o in adam:
    full = dict(lr=0, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, maximize=False) | o
    b1, b2 = full.pop("betas")
    full = dict(lr=full.pop("lr"), beta1=b1, beta2=b2) | full | dict(decoupled=cls == "AdamW")
    fields = [("weightDecay" if k == "weight_decay" else k, v) for k, v in full.items()]
    text = ", ".join(f"{k}: {js[v] if isinstance(v, bool) else show(v)}" for k, v in fields)
    out.append("  { " + text + ", trace: [")
    out += ["    " + array(row) + "," for row in trace(lambda ps: getattr(torch.optim, cls)(ps, **o))]
    out.append("  ] },")
out.append("] as const; // prettier-ignore")
open(__file__.replace("golden.py", "golden.ts"), "w").write("\n".join(out) + "\n")
