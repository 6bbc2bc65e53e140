"""Sorting and what is chosen by rank; running extremes; quantiles; differences; covariances."""

import torch

from golden_case import b, c, case, f, i, ints, r, u

nan, inf = float('nan'), float('inf')
PAIR = ['values', 'indices']


def d(*shape):
    """Distinct numbers in random order."""
    n = 1
    for extent in shape:
        n *= extent
    return (torch.randperm(n).double() / 4 - n / 8).reshape(shape)


for note, args, options in (
    ('the last dim', [d(2, 5)], {}),
    ('dim 0', [d(4, 3), 0], {}),
    ('dim 1 of 3, descending', [d(2, 4, 2), 1], {'descending': True}),
    ('dim in the options', [d(3, 2)], {'dim': 0, 'descending': True}),
    ('0-d', [r()], {}),
    ('size 0', [r(2, 0)], {}),
    ('integers', [i(3, 1, 2)], {}),
    ('bools', [b(1, 0)], {}),
):
    case('sort', note, args, options, names=PAIR)
    case('argsort', note, [c(x) if torch.is_tensor(x) and x.is_floating_point() else x for x in args], options)
case('sort', 'NaN and infinities', [c(f(1, nan, -inf, inf, 0))], names=PAIR)
case('sort', 'NaN, descending', [c(f(1, nan, -inf, 0))], {'descending': True}, names=PAIR)
case('sort', 'ties, stable', [f(1, 0, 1, 0, 1)], {'stable': True}, names=PAIR, ref=lambda x, stable: torch.sort(x, stable=True))
case('msort', 'two dims', [d(4, 3)])
case('msort', 'three dims', [d(3, 2, 2)])
for note, args, options in (
    ('the last dim', [d(2, 5), 3], {}),
    ('dim 0', [d(4, 3), 2, 0], {}),
    ('the least', [d(4, 3), 2, 0], {'largest': False}),
    ('dim in the options', [d(4, 3), 2], {'dim': 0}),
    ('k = 0', [d(4), 0], {}),
    ('all', [d(4), 4], {}),
    ('0-d', [r(), 1], {}),
    ('integers', [i(3, 1, 2), 2], {}),
):
    case('topk', note, args, options, names=PAIR)
for note, args, options in (
    ('the last dim', [d(2, 5), 3], {}),
    ('dim 0', [d(4, 3), 1, 0], {}),
    ('keepdim', [d(4, 3), 4, 0], {'keepdim': True}),
    ('0-d', [r(), 1], {}),
    ('integers', [i(3, 1, 2), 2], {}),
):
    case('kthvalue', note, args, options, names=PAIR)
case('median', 'whole, an odd number', [d(3, 3)])
case('median', 'whole, an even number', [d(4, 2)])
case('median', 'whole, ties', [f(1, 2, 2, 2, 5)], second=False)
case('median', 'whole, NaN', [f(1, nan, nan)], second=False)
case('median', 'whole, 0-d', [r()])
case('median', 'whole, integers', [i(3, 1, 2)])
for note, args, options in (
    ('dim 1', [d(2, 5), 1], {}),
    ('dim 0, an even number', [d(4, 3), 0], {}),
    ('keepdim', [d(4, 3), -1], {'keepdim': True}),
    ('dim in the options', [d(4, 3)], {'dim': 0, 'keepdim': True}),
    ('0-d', [r(), 0], {}),
    ('a dim beside a size of 0', [r(0, 3), 1], {}),
    ('NaN', [c(torch.tensor([[1, nan, 0], [2, 3, 1]], dtype=torch.float64)), 1], {}),
):
    case('median', note, args, options, names=PAIR)
for note, args, options in (
    ('the last dim', [torch.tensor([[1.0, 2, 2, 0], [3, 3, 1, 1]]).double()], {}),
    ('dim 0', [torch.tensor([[1.0, 2], [1, 0], [0, 2]]).double(), 0], {}),
    ('keepdim', [torch.tensor([[1.0, 2], [1, 0], [0, 2]]).double(), 0], {'keepdim': True}),
    ('all different', [d(2, 4)], {}),
    ('one element', [r(3, 1)], {}),
    ('0-d', [r()], {}),
    ('integers', [i(3, 1, 3, 2, 1, 3)], {}),
):
    case('mode', note, args, options, names=PAIR)

for fn in ('cummax', 'cummin'):
    case(fn, 'dim 0', [d(4, 3), 0], names=PAIR)
    case(fn, 'dim -1 of 3', [d(2, 2, 4), -1], names=PAIR)
    case(fn, 'ties', [f(1, 1, 2, 2, 0, 2), 0], names=PAIR)
    case(fn, 'NaN', [c(f(1, 3, nan, 5, nan, 0)), 0], names=PAIR)
    case(fn, '0-d', [r(), 0], names=PAIR)
    case(fn, 'size 0', [r(0, 2), 0], names=PAIR)
    case(fn, 'integers', [i(1, 3, 2, 3), 0], names=PAIR)
case('logcumsumexp', 'dim 0', [r(5, 2), 0])
case('logcumsumexp', 'dim -1', [r(2, 4), -1])
case('logcumsumexp', 'large', [f(1000, 999, -1000, 1001), 0])
case('logcumsumexp', 'minus infinity', [c(f(-inf, -inf, 1, -inf)), 0])
case('logcumsumexp', '0-d', [r(), 0], second=False)
case('logcumsumexp', 'size 0', [r(0, 2), 0], second=False)

for fn in ('quantile', 'nanquantile'):
    case(fn, 'whole, a number', [d(3, 4), 0.4])
    case(fn, 'along a dim', [d(3, 4), 0.3, 1])
    case(fn, 'keepdim', [d(3, 4), 0.3, 0], {'keepdim': True})
    case(fn, 'whole, keepdim', [d(3, 4), 0.3], {'keepdim': True}, ref=lambda x, q, keepdim, fn=fn: getattr(torch, fn)(x, q, keepdim=True))
    case(fn, 'several, along a dim', [d(3, 4), f(0, 0.25, 0.9, 1), 0])
    case(fn, 'several, keepdim', [d(2, 3, 4), c(f(0.25, 0.9)), 1], {'keepdim': True})
    case(fn, 'several, whole', [d(3, 2), c(f(0.1, 0.5))])
    for interpolation in ('linear', 'lower', 'higher', 'midpoint', 'nearest'):
        case(fn, interpolation, [d(2, 6), c(f(0.2, 0.33, 0.5)), 1], {'interpolation': interpolation}, second=interpolation in ('linear', 'midpoint'))
    case(fn, 'NaN', [c(torch.tensor([[1, nan, 0, 2], [2, 3, 1, 5], [nan] * 4], dtype=torch.float64)), 0.5, 1])
    case(fn, '0-d', [r(), 0.5])
    case(fn, 'one element along the dim', [r(3, 1), 0.7, 1])
    case(fn, 'q of one element', [d(5), c(f(0.7))])

case('diff', 'two dims', [r(2, 4)])
case('diff', 'dim 0, twice', [r(4, 2)], {'dim': 0, 'n': 2})
case('diff', 'not at all', [r(3)], {'n': 0})
case('diff', 'too often', [r(3)], {'n': 5}, second=False)
case('diff', 'prepend and append', [r(2, 3)], {'prepend': r(2, 1), 'append': r(2, 2)})
case('diff', 'prepend along dim 0', [r(2, 3)], {'dim': 0, 'prepend': r(1, 3)})
case('diff', 'integers', [i(1, 4, 2)])
case('diff', 'bools', [b(1, 1, 0, 1)])
case('diff', 'one element', [r(1)], second=False)
case('diff', 'size 0', [r(2, 0)], second=False)
for fn in ('trapezoid', 'cumulativeTrapezoid'):
    case(fn, 'unit steps', [r(2, 4)])
    case(fn, 'dx and dim', [r(3, 2)], {'dx': 0.5, 'dim': 0})
    case(fn, 'points', [r(2, 4), r(4)])
    case(fn, 'points along dim 0', [r(3, 2), r(3)], {'dim': 0})
    case(fn, 'points that broadcast', [r(2, 3, 4), r(3, 4)])
    case(fn, 'integers', [i(1, 4, 2)])
    case(fn, 'one point', [r(2, 1)], second=False)

case('cov', 'three variables', [r(3, 5)])
case('cov', 'one variable', [r(5)])
case('cov', 'one variable as a row', [r(1, 5)])
case('cov', 'correction 0', [r(2, 4)], {'correction': 0})
case('cov', 'one observation', [c(r(2, 1))])
case('cov', 'integers', [ints(0, 9, 2, 4)])
case('cov', 'counts', [r(2, 4)], {'fweights': i(1, 3, 2, 1)})
case('cov', 'weights', [r(2, 4)], {'aweights': u(0.5, 2, 4)})
case('cov', 'counts and weights', [r(2, 4)], {'fweights': i(1, 3, 2, 1), 'aweights': u(0.5, 2, 4), 'correction': 2})
case('corrcoef', 'three variables', [r(3, 5)])
case('corrcoef', 'one variable', [c(r(5))])
case('dist', 'p = 2', [r(2, 3), r(2, 3)])
case('dist', 'broadcast', [r(2, 3), r(3)])
case('dist', 'p = 0', [c(r(2, 3)), c(r(2, 3))], {'p': 0})
for p in (0.5, 1, 3, inf):
    case('dist', f'p = {p}', [r(2, 3), r(2, 3)], {'p': p}, second=p not in (1, inf))
case('nanmedian', 'whole', [f(3, nan, 1, 7, nan, 2)])
case('nanmedian', 'whole, ties', [f(1, 2, nan, 2, 5)], second=False)
case('nanmedian', 'whole, nothing but NaN', [c(f(nan, nan))])
case('nanmedian', 'along dim 0', [torch.stack([f(3, nan, 1), f(nan, nan, 5), f(1, nan, 4)]), 0], names=PAIR)
case('nanmedian', 'along a dim, kept', [d(2, 5), -1], {'keepdim': True}, names=PAIR)
case('nanmedian', '0-d', [f(2.5)[0], 0], names=PAIR)
case('gradient', 'all dims', [r(3, 4)])
case('gradient', 'one dim, edgeOrder 2', [r(4, 3)], {'dim': 0, 'edgeOrder': 2})
case('gradient', 'two points', [r(2, 3)], {'dim': [0]})
case('gradient', 'a distance', [r(5)], {'spacing': 0.5})
case('gradient', 'a distance for each dim', [r(3, 4)], {'spacing': [2.0, 0.5]})
case('gradient', 'coordinates, edgeOrder 2', [r(3, 4)], {'spacing': [c(f(0, 1, 4)), c(f(-1, 0.5, 1, 3))], 'edgeOrder': 2})
