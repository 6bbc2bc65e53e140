"""The fitted polynomials of packages/kernels/assembly: prints their coefficients, in order of falling power.

    python3 scripts/coefficients.py        (needs mpmath; takes a few seconds)

Each has the least greatest weighted error on its interval, by Remez's exchange in 50 digits. The weight makes that the
error of the result in the end; `worst` tells it in units of 2^-24 (float32) or 2^-53 (float64). Those of exp, log and
tanh are not here: they interpolate at Chebyshev nodes.
"""

import mpmath as mp

mp.mp.dps = 50
POINTS = 1500


def remez(f, low, high, terms, weight):
    """Coefficients of the polynomial nearest to f, and the greatest |error * weight|."""
    low, high = mp.mpf(low), mp.mpf(high)
    nodes = [-mp.cos(mp.pi * (i + mp.mpf("0.5")) / POINTS) for i in range(POINTS)]
    xs = [(high - low) / 2 * s + (high + low) / 2 for s in nodes]
    values, weights = [f(x) for x in xs], [weight(x) for x in xs]
    at = [min(POINTS - 1, POINTS * i // terms) for i in range(terms + 1)]
    for _ in range(30):
        # Where it is worst, the error has one size and alternating signs.
        system = mp.matrix(terms + 1, terms + 1)
        for row, i in enumerate(at):
            for k in range(terms):
                system[row, k] = mp.chebyt(k, nodes[i])
            system[row, terms] = (-1) ** row / weights[i]
        solution = mp.lu_solve(system, mp.matrix([values[i] for i in at]))
        errors = [(chebyshev(solution, terms, s) - v) * w for s, v, w in zip(nodes, values, weights)]
        worst = max(abs(e) for e in errors)
        at = alternating(errors, terms + 1)
        if len(at) <= terms or worst < abs(solution[terms]) * mp.mpf("1.0001"):
            break
    return powers(solution, terms, low, high), worst


def chebyshev(c, terms, s):
    b1 = b2 = mp.mpf(0)
    for k in range(terms - 1, 0, -1):
        b1, b2 = c[k] + 2 * s * b1 - b2, b1
    return c[0] + s * b1 - b2


def alternating(errors, count):
    """The positions of `count` great errors of alternating signs."""
    peaks = []
    for i, e in enumerate(errors):
        if not peaks or (errors[peaks[-1]] > 0) != (e > 0):
            peaks.append(i)
        elif abs(e) > abs(errors[peaks[-1]]):
            peaks[-1] = i
    while len(peaks) > count:
        if len(peaks) == count + 1:
            peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
        else:
            pairs = range(len(peaks) - 1)
            k = min(pairs, key=lambda i: max(abs(errors[peaks[i]]), abs(errors[peaks[i + 1]])))
            del peaks[k : k + 2]
    return peaks


def powers(c, terms, low, high):
    """A sum of Chebyshev polynomials of the interval's position, as powers of x, the highest first."""
    slope, shift = 2 / (high - low), -(high + low) / (high - low)
    bases = [[mp.mpf(1)], [shift, slope]]
    while len(bases) < terms:
        nxt = [mp.mpf(0)] * (len(bases[-1]) + 1)
        for i, v in enumerate(bases[-1]):
            nxt[i] += 2 * shift * v
            nxt[i + 1] += 2 * slope * v
        for i, v in enumerate(bases[-2]):
            nxt[i] -= v
        bases.append(nxt)
    return [sum(c[k] * bases[k][i] for k in range(i, terms)) for i in range(terms)][::-1]


def tail(y):
    """The normal distribution function of -y."""
    return mp.erfc(y / mp.sqrt(2)) / 2


def density(y):
    return mp.exp(-y * y / 2)


def erf(z):
    return mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1


def artanh(z):
    return (2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2) / z


def slope(y):
    return tail(y) / density(y) - y / mp.sqrt(2 * mp.pi)


def mills(t):
    y = 6 * (1 + t) / (1 - t)
    return (y + 6) * tail(y) / density(y)


LN2 = mp.log(2)
NOUGHT = mp.mpf("1e-12")
FITS = [
    # name, bits, what is fitted, from, to, terms, weight
    ("POWER, less its last", 24, lambda f: (2**f - 1) / f, -0.5, 0.5, 5, lambda f: abs(f) / 2**f),
    ("ARTANH", 24, artanh, NOUGHT, mp.mpf(1) / 9, 4, lambda z: z / 2),
    ("ERF", 24, erf, NOUGHT, 0.81, 6, lambda z: 1),
    ("ERFC", 24, lambda y: mp.log(mp.erfc(y)) / LN2, 0.9, 4, 7, lambda y: mp.erfc(y) * LN2),
    ("TAIL, less its last", 24, lambda y: (mp.log(tail(y)) / LN2 + 1) / y, 0, 5.5, 8, lambda y: tail(y) * LN2 * y),
    ("SLOPE, less its last", 24, lambda y: (slope(y) - 0.5) / y, 0, 6.2, 11, lambda y: density(y) * y),
    ("ARTANH", 53, artanh, NOUGHT, mp.mpf(1) / 9, 10, lambda z: z / 2),
    ("ERF", 53, erf, NOUGHT, 0.81, 12, lambda z: 1),
    ("MILLS", 53, mills, -1, mp.mpf(33) / 45, 22, lambda t: 1 / mills(t)),
]

for name, bits, *arguments in FITS:
    coefficients, worst = remez(*arguments)
    dtype, digits = ("float32", 10) if bits == 24 else ("float64", 18)
    print(f"{name} ({dtype}): worst {mp.nstr(worst * 2**bits, 3)} units of 2^-{bits}")
    print("  " + ", ".join(mp.nstr(c, digits) for c in coefficients))
