"""Reductions and scans: over all, one and several dims, of nothing, with ties."""

import math

import torch

from golden_case import b, c, case, f, i, ints, r

inf, nan = math.inf, math.nan

SEVERAL = [
    ('whole', []),
    ('dim 0', [0]),
    ('dim -1', [-1]),
    ('dims [0, 2]', [[0, 2]]),
    ('dims [-1, 0, 1]', [[-1, 0, 1]]),
]
for fn in ('sum', 'mean', 'amax', 'amin', 'std', 'var', 'logsumexp', 'nansum', 'nanmean'):
    for note, dim in SEVERAL:
        if fn == 'logsumexp' and not dim:
            continue
        case(fn, note, [r(2, 3, 4), *dim])
        if dim:
            case(fn, f'{note}, keepdim', [r(2, 3, 2), *dim], {'keepdim': True})
    case(fn, 'non-contiguous', [r(3, 4), 0], strided='transposed')
    case(fn, 'every other element', [r(3, 4), 1], strided='stepped')
    if fn not in ('std', 'var'):
        case(fn, '0-d', [r(), 0])
        case(fn, '0-d, keepdim', [r(), -1], {'keepdim': True})
    case(fn, 'a dim beside a size of 0', [r(0, 3), 1])
for fn in ('sum', 'nansum'):
    case(fn, 'nothing', [r(0)])
    case(fn, 'a dim of size 0', [r(2, 0), 1])
    case(fn, 'NaN', [f(1, nan, 2)])
    case(fn, 'dim in the options', [r(2, 3)], {'dim': 1})
    case(fn, 'integers', [ints(-9, 9, 2, 3), 0])
for fn in ('sum', 'mean', 'amax', 'amin', 'var', 'std'):
    whole = getattr(torch, fn)
    case(fn, 'whole, keepdim', [r(2, 3)], {'keepdim': True}, ref=lambda x, keepdim: whole(x, dim=[0, 1], keepdim=keepdim))
    case(fn, 'dim in the options', [r(2, 3)], {'dim': -1, 'keepdim': True})
case('norm', 'p and dim in the options', [r(2, 3)], {'p': 3, 'dim': 1}, ref=lambda x, p, dim: torch.norm(x, p, dim))
case('max', 'dim in the options', [r(2, 3)], {'dim': 1}, names=['values', 'indices'])
case('argmax', 'dim in the options', [c(r(2, 3))], {'dim': 1, 'keepdim': True})
case('logsumexp', 'dim in the options', [r(2, 3)], {'dim': 1})
case('sum', 'no dims: all', [r(2, 3), []])
case('mean', 'no dims: all', [r(2, 3), []])
case('mean', 'nothing', [r(0)], second=False)
case('mean', 'a dim of size 0', [r(2, 0), 1], second=False)
case('nanmean', 'NaN', [f(1, nan, 2)])
case('sum', 'bools along a dim', [b([[1, 0], [1, 1]]), 1])
case('sum', 'infinities', [c(f(inf, -inf)), 0])

case('prod', 'whole', [r(2, 3)])
case('prod', 'whole, one zero', [f(2, 0, 3)])
case('prod', 'whole, two zeros', [f(2, 0, 3, 0)], second=False)
for dim in (0, 1, -1):
    case('prod', f'dim {dim}', [r(2, 3, 2), dim])
    case('prod', f'dim {dim}, keepdim', [r(2, 3, 2), dim], {'keepdim': True})
case(
    'prod', 'a dim with zeros', [torch.tensor([[1.0, 0, 3], [0, 0, 2], [4, 5, 6]], dtype=torch.float64), 1],
    second=False,
)
case('prod', '0-d', [r()])
case('prod', 'nothing', [r(0)])
case('prod', 'a dim of size 0', [r(2, 0), 1])
case('prod', 'integers', [i([[1, 2], [3, 4]]), 0])

tied = [[1.0, 3, 3, 2], [5, 5, 5, 0], [2, 1, 2, 2]]
tied = torch.tensor(tied, dtype=torch.float64)
for fn in ('amax', 'amin'):
    case(fn, 'ties along a dim', [tied.clone(), 1])
    case(fn, 'ties, whole', [tied.clone()])
    case(fn, 'ties over two dims', [tied.clone(), [0, 1]], {'keepdim': True})
    case(fn, 'NaN', [c(f(1, nan, 2)), 0])
    case(fn, 'infinities', [c(f(-inf, inf)), 0])
    case(fn, 'integers', [ints(-9, 9, 3, 3), 1])
for fn in ('max', 'min'):
    fields = ['values', 'indices']
    case(fn, 'whole', [r(2, 3)])
    case(fn, 'whole, ties', [tied.clone()], second=False)
    case(fn, 'whole, 0-d', [r()])
    case(fn, 'whole, integers', [ints(-9, 9, 4)])
    case(fn, 'whole, NaN', [c(f(1, nan, 2))])
    for dim in (0, 1, -1):
        case(fn, f'dim {dim}', [r(3, 2, 4), dim], names=fields)
    case(fn, 'keepdim', [r(3, 2, 4), 1], {'keepdim': True}, names=fields)
    case(fn, 'ties take the first', [tied.clone(), 1], names=fields)
    case(fn, 'NaN wins', [c(torch.tensor([[1, nan, nan], [3, 2, 1]], dtype=torch.float64)), 1], names=fields)
    case(fn, 'along a dim of a 0-d tensor', [r(), 0], names=fields)
    case(fn, 'beside a size of 0', [r(0, 3), 1], names=fields)
    case(fn, 'integers along a dim', [ints(-9, 9, 3, 3), 0], names=fields)
    case(fn, 'of two tensors', [r(2, 3), r(3)])
    case(fn, 'non-contiguous along a dim', [r(3, 4), 0], names=fields, strided='transposed')
for fn in ('argmax', 'argmin'):
    case(fn, 'whole', [c(r(3, 4))])
    case(fn, 'dim 0', [c(r(3, 4)), 0])
    case(fn, 'dim -1, keepdim', [c(r(3, 4)), -1], {'keepdim': True})
    case(fn, 'ties', [c(tied.clone()), 1])
    case(fn, 'NaN', [c(f(1, nan, 3, nan))])
    case(fn, '0-d', [c(r())])
    case(fn, 'integers', [i(3, 1, 3, 1)])
    case(fn, 'non-contiguous', [c(r(3, 4))], strided='transposed')

for fn in ('var', 'std'):
    call = getattr(torch, fn)
    for correction in (0, 1, 2):
        case(fn, f'correction {correction}', [r(2, 5), 1], {'correction': correction})
    case(
        fn, 'correction 0, whole', [r(2, 3)],
        {'correction': 0}, ref=lambda x, correction: call(x, dim=None, correction=correction),
    )
    case(fn, 'correction 0, keepdim, two dims', [r(2, 3, 2), [0, -1]], {'correction': 0, 'keepdim': True})
    case(fn, 'one element', [c(r(1))])
    case(fn, 'one element, correction 0', [r(3, 1), 1], {'correction': 0}, second=False)
    case(fn, 'equal elements', [f(2, 2, 2)], second=False)
    case(fn, 'a large mean', [r(6, shift=1e6)], second=False)
    case(fn, '0-d, correction 0', [r(), 0], {'correction': 0}, second=False)
for fn, first in (('varMean', 'var'), ('stdMean', 'std')):
    case(fn, 'whole', [r(2, 3)], names=[first, 'mean'])
    case(fn, 'dim 1, keepdim', [r(2, 3), 1], {'keepdim': True}, names=[first, 'mean'])
    case(fn, 'correction 0', [r(2, 3), [0]], {'correction': 0}, names=[first, 'mean'])

case('logsumexp', 'large', [f(1000, 1001, 999), 0])
case('logsumexp', 'very negative', [f(-1000, -1001, -999), 0])
case('logsumexp', 'infinities', [c(torch.tensor([[-inf, -inf], [inf, 1], [-inf, 2]], dtype=torch.float64)), 1])
case('logsumexp', 'a dim of size 0', [c(r(2, 0)), 1])

for p in (2, 1, inf, -inf, 3, 0, 0.5, 1.5):
    # PyTorch hands back no gradient for p 0; ours is zero, as that of every function of steps.
    o = {'second': False, 'zeros': True} if p == 0 else {}
    case('norm', f'p {p}', [r(2, 3, shift=0.2), p], **o)
    case('norm', f'p {p}, dim 1', [r(2, 3), p, 1], **o)
    case('norm', f'p {p}, dims [0, 2], keepdim', [r(2, 2, 3), p, [0, 2]], {'keepdim': True}, **o)
for p in (2, 1, inf, 3, 0):
    case('norm', f'p {p} of zeros', [f(0, 0, 0), p], second=False, zeros=True)
    case('norm', f'p {p} of a zero and others', [f(0, 1, -2), p], second=False, zeros=True)
    case('norm', f'p {p} of NaN', [c(f(nan, 0, -2)), p])
case('norm', 'default p', [r(2, 3)])
case('norm', 'p in the dim form, negative dim', [r(2, 3), 2, -1])
case('norm', 'ties at infinity', [f(2, -2, 1), inf], second=False)
case('norm', '0-d', [r(), 2])
case('norm', 'nothing', [r(0), 2], second=False)
case('norm', 'nothing, p 1', [r(0), 1], second=False)
case('norm', 'a row of zeros', [torch.tensor([[0, 0], [3, 4]], dtype=torch.float64), 2, 1], second=False)
case('norm', 'large numbers', [c(f(3e200, 4e200)), 1])

for dim in (0, 1, -1):
    case('cumsum', f'dim {dim}', [r(2, 3, 2), dim])
case('cumsum', '0-d', [r(), 0])
case('cumsum', 'size 0', [r(0, 2), 0])
case('cumsum', 'integers', [ints(-5, 5, 2, 3), 1])
case('cumsum', 'bools', [b(1, 1, 0, 1), 0])
case('cumsum', 'non-contiguous', [r(3, 4), 0], strided='transposed')
case('cumsum', 'NaN', [c(f(1, nan, 2)), 0])

for fn in ('all', 'any'):
    case(fn, 'whole', [b([[1, 1], [0, 1]])])
    case(fn, 'dim 1', [b([[1, 1], [0, 1], [0, 0]]), 1])
    case(fn, 'keepdim', [b([[1, 1], [0, 1]]), 0], {'keepdim': True})
    case(fn, 'numbers', [c(f(0.0, nan, 2))])
    case(fn, 'nothing', [c(r(0))])
case('countNonzero', 'whole', [c(f(0, 1, nan, -0.0))])
case('countNonzero', 'dim 0', [ints(0, 2, 3, 4), 0])

for dim in (0, 1, -1):
    case('cumprod', f'dim {dim}', [r(2, 3, 2), dim])
case('cumprod', 'one zero', [f(2, 0, 3, 4), 0], second=False)
case('cumprod', 'two zeros', [f(2, 0, 3, 0, 5), 0], second=False)
case('cumprod', '0-d', [r(), 0])
case('cumprod', 'size 0', [r(0, 2), 0])
case('cumprod', 'integers', [ints(-3, 4, 2, 3), 1])
