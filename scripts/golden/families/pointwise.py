"""Functions of one operand: inside their domain, at its borders and beyond, and of integers."""

import math

from golden_case import b, c, case, f, i, ints, r, u

inf, nan = math.inf, math.nan
WHOLE = (-2.5, 2.5)
EXTREMES = (inf, -inf, nan, 0.0, -0.0, 1e300, -1e300, 1e-300, -1e-300)

# name: where its arguments lie; points where the gradient is a convention, infinite or hard to compute
FUNCTIONS = {
    'abs': (WHOLE, (0.0, -0.0, 1)),
    'neg': (WHOLE, (0.0,)),
    'sign': (WHOLE, (0.0, 2)),
    'square': (WHOLE, (0.0,)),
    'sqrt': ((0.1, 4), (0.0, -1)),
    'rsqrt': ((0.1, 4), (0.0, -1)),
    'reciprocal': ((0.2, 3), (0.0, -2)),
    'exp': (WHOLE, (700, -800)),
    'exp2': (WHOLE, (0.0, 10)),
    'expm1': (WHOLE, (1e-10, -1e-10, 700, -800)),
    'log': ((0.1, 4), (0.0, -1)),
    'log2': ((0.1, 4), (0.0, 8)),
    'log10': ((0.1, 4), (0.0, 1000)),
    'log1p': ((-0.9, 4), (-1, 1e-12, -2)),
    'sin': (WHOLE, (0.0, 1e6)),
    'cos': (WHOLE, (0.0, 1e6)),
    'tan': ((-1.4, 1.4), (0.0, 1e3)),
    'asin': ((-0.95, 0.95), (1, -1, 1.5)),
    'acos': ((-0.95, 0.95), (1, -1, 1.5)),
    'atan': (WHOLE, (0.0, 1e8)),
    'sinh': (WHOLE, (1e-8, 20, -20)),
    'cosh': (WHOLE, (0.0, 20)),
    'tanh': (WHOLE, (1e-8, 20, -400)),
    'asinh': (WHOLE, (1e-8, 1e5, -1e5)),
    'acosh': ((1.1, 4), (1, 0.5, 1e5)),
    'atanh': ((-0.95, 0.95), (1, -1, 1e-8)),
    'erf': (WHOLE, (1e-9, 5, -6)),
    'sigmoid': (WHOLE, (40, -40, 800, -800)),
    'floor': (WHOLE, (1, -1, 0.5, -0.5)),
    'ceil': (WHOLE, (1, -1, 0.5, -0.5)),
    'round': (WHOLE, (0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994)),
    'trunc': (WHOLE, (1, -1, 0.5, -0.5)),
    'frac': (WHOLE, (1, -1, 0.5, -0.5)),
    'deg2rad': (WHOLE, (180,)),
    'rad2deg': (WHOLE, (math.pi,)),
}
NO_INTEGERS = {'frac', 'expm1'}
for fn, ((lo, hi), edges) in FUNCTIONS.items():
    case(fn, 'several dims', [u(lo, hi, 2, 3)])
    case(fn, '0-d', [u(lo, hi)])
    case(fn, 'size 0', [u(lo, hi, 2, 0)])
    case(fn, 'at the borders', [f(*edges)], second=False)
    case(fn, 'extremes', [c(f(*EXTREMES))])
    if fn not in NO_INTEGERS:
        case(fn, 'integers', [ints(1, 9, 4)])
    case(fn, 'non-contiguous', [u(lo, hi, 3, 2)], strided='transposed')

case('abs', 'negative integers', [i(-3, 0, 3)])
case('sign', 'negative integers', [i(-3, 0, 3)])
case('floor', 'a view of every other element', [r(2, 4, scale=3)], strided='stepped')
case('round', 'decimals', [f(1.2345, -2.3456, 0.0051)], {'decimals': 2})
case('round', 'negative decimals', [f(1234.5, -26, 5)], {'decimals': -1})
case('logit', 'inside', [u(0.05, 0.95, 2, 3)])
case('logit', 'eps', [f(0.0, 0.05, 0.5, 0.97, 1)], {'eps': 0.1}, second=False)
case('logit', 'at the borders', [c(f(0, 1, 0.5))])

for fn in ('isnan', 'isinf', 'isfinite'):
    case(fn, 'extremes', [c(f(*EXTREMES))])
    case(fn, 'integers', [i(0, 1)])
    case(fn, 'size 0', [c(r(0))])
case('logicalNot', 'numbers', [c(f(0.0, -0.0, 1, nan))])
case('logicalNot', 'integers', [i(0, 1, -2)])
case('logicalNot', 'bools', [b(0, 1)])

x = [-2, -1, -0.5, 0, 0.5, 1, 2]
case('clamp', 'min and max', [r(2, 3)], {'min': -0.5, 'max': 0.5})
case('clamp', 'at the bounds', [f(*x)], {'min': -1, 'max': 1})
case('clamp', 'min alone', [f(*x)], {'min': -0.5})
case('clamp', 'max alone', [f(*x)], {'max': 0.5})
case('clamp', 'min over max', [f(*x)], {'min': 1, 'max': -1})
case('clamp', 'NaN', [c(f(nan, 3, -3))], {'min': -1, 'max': 1})
case('clamp', 'integers', [i(-5, 0, 5)], {'min': -2, 'max': 3})
case('clamp', 'integers, fractional bounds', [i(-5, 0, 5)], {'min': -1.5, 'max': 1.5})
case('clamp', 'size 0', [r(0)], {'min': 0, 'max': 1})
case('clamp', '0-d', [r(shift=3)], {'max': 1})
case('clamp', 'tensor bounds', [r(2, 3)], {'min': c(f(-0.5, 0, -1)), 'max': c(f(0.5, 1, 0.2))})
case('clamp', 'tensor bounds that require gradients', [r(2, 3)], {'min': f(-0.5, 0, 0.1), 'max': f(0.5, 0.1, 0.2)})
case('clampMin', 'at the bound', [f(*x), 0.5])
case('clampMax', 'at the bound', [f(*x), 0.5])
case('nanToNum', 'defaults', [f(nan, inf, -inf, 1)])
case('nanToNum', 'options', [f(nan, inf, -inf, 1)], {'nan': 5, 'posinf': 6, 'neginf': -7})
case('clone', 'non-contiguous', [r(2, 3)], strided='transposed')
case('contiguous', 'non-contiguous', [r(2, 3)], strided='transposed')
case('positive', 'two dims', [r(2, 3)])
