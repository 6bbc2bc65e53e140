"""Special functions: the families of erf and gamma, sinc, ldexp."""

import torch

from golden_case import c, case, f, i, ints, r, u

FUNCTIONS = {
    'sinc': ((-3, 3), (0.25, -7)),
    'erfc': ((-3, 3), (0.0, 5, -6, 12)),
    'erfinv': ((-0.95, 0.95), (0.0, 1, -1, 1.5)),
    'lgamma': ((0.1, 5), (1, 2, 3, 30, -0.5, -1.3)),
    'digamma': ((0.1, 5), (1, 2, 30, -0.3, -1.3)),
}
for fn, ((lo, hi), edges) in FUNCTIONS.items():
    case(fn, 'several dims', [u(lo, hi, 2, 3)])
    case(fn, '0-d', [u(lo, hi)])
    case(fn, 'size 0', [u(lo, hi, 2, 0)])
    case(fn, 'at the borders', [f(*edges)], second=False)
    case(fn, 'extremes', [c(f(0.0, float('inf'), float('nan')))])
    case(fn, 'integers', [ints(1, 9, 4)])
    case(fn, 'non-contiguous', [u(lo, hi, 3, 2)], strided='transposed')
case('sinc', 'at 0', [f(0.0, 1)], second=False)
for order in (0, 1, 2, 3):
    case('polygamma', f'order {order}', [order, u(0.5, 4, 2, 3)])
    case('polygamma', f'order {order}, integers', [order, ints(1, 9, 3)])
    # In higher orders PyTorch has NaN at infinity, where the limit is 0.
    case('polygamma', f'order {order}, NaN', [order, c(f(float('nan'), *([float('inf')] if order < 2 else [])))])
for p in (1, 2, 4):
    case('mvlgamma', f'p = {p}', [u(1.6, 4, 2, 3), p])
case('mvlgamma', '0-d', [u(1, 2), 2])
case('mvlgamma', 'integers', [i(2, 3), 2])
case('ldexp', 'broadcast', [r(2, 3), r(3)])
case('ldexp', 'integer exponents', [r(2, 3), i(-2, 0, 5)])
case('ldexp', 'integers', [i(1, 3), i(2, -1)])
case('ldexp', 'float32', [torch.tensor([1.5, -2]), i(2, 3)])

MORE = {
    'entr': ((0.1, 3), (0.0, 1)),
    'erfcx': ((-2, 5), (0.0, 30, -3)),
    'ndtr': ((-4, 4), (0.0, 9, -9)),
    'ndtri': ((0.02, 0.98), (0.5, 1e-9, 0.3)),
    'logNdtr': ((-9, 4), (0.0, -30, 30)),
    'i0': ((-5, 5), (0.25, 30)),
    'i0e': ((-5, 5), (0.25, 30)),
    'i1': ((-5, 5), (0.25, 30)),
    'i1e': ((-5, 5), (0.25, 30)),
}
for fn, ((lo, hi), edges) in MORE.items():
    reference = getattr(torch.special, 'log_ndtr' if fn == 'logNdtr' else fn)
    case(fn, 'several dims', [u(lo, hi, 2, 3)], ref=reference)
    case(fn, '0-d', [u(lo, hi)], ref=reference)
    case(fn, 'size 0', [u(lo, hi, 2, 0)], ref=reference)
    case(fn, 'at the borders', [f(*edges)], ref=reference, second=False)
    case(fn, 'integers', [ints(0, 2, 4)], ref=reference)
case('xlog1py', 'broadcast', [r(2, 3), u(-0.5, 4, 3)], ref=torch.special.xlog1py)
case('xlog1py', 'at 0', [f(0.0, 0), f(2, float('nan'))], ref=torch.special.xlog1py, second=False)
case('xlog1py', 'a number', [r(3), 2.5], ref=torch.special.xlog1py)
