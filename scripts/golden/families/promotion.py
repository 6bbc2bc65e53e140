"""The dtype of every mixture: torch.result_type's categories, 0-d tensors and numbers."""

import itertools

import torch

from golden_case import c, case, function, ints, r

DTYPES = {
    'bool': torch.bool,
    'uint8': torch.uint8,
    'int32': torch.int64,
    'float32': torch.float32,
    'float64': torch.float64,
}


def row(name, *values):
    return torch.tensor(values, dtype=DTYPES[name])


def point(name, value):
    return torch.tensor(value, dtype=DTYPES[name])


PAIRS = list(itertools.product(DTYPES, DTYPES))
for x, y in PAIRS:
    case('add', f'{x} + {y}', [row(x, 0, 1, 1), row(y, 0, 0, 1)])
    case('mul', f'{x} · 0-d {y}', [row(x, 0, 1, 1), point(y, 1)])
    case('add', f'0-d {x} + {y}', [point(x, 1), row(y, 0, 1, 1)])
    case('div', f'{x} / {y}', [row(x, 0, 1, 1), row(y, 1, 1, 1)])
for x, y in PAIRS:
    if x < y:
        case('maximum', f'{x}, {y}', [c(row(x, 0, 1)), c(row(y, 1, 0))])
        case('lt', f'{x}, {y}', [c(row(x, 0, 1)), c(row(y, 1, 0))])
        case('cat', f'{x}, {y}', [[row(x, 0, 1), row(y, 1)]])
        if 'bool' not in (x, y):
            case('sub', f'{x} − {y}', [row(x, 3, 1), row(y, 1, 1)])
            case('pow', f'{x} to the power {y}', [c(row(x, 2, 3)), c(row(y, 3, 2))])
for x in DTYPES:
    for value in (2, 1.5, True):
        case('add', f'{x} + {value}', [row(x, 0, 1), value], ref=torch.add)
        case('mul', f'{x} · {value}', [row(x, 0, 1), value], ref=torch.mul)
        case('div', f'{x} / {value}', [row(x, 0, 1), value], ref=torch.div)
    case('add', f'0-d {x} + 1.5', [point(x, 1), 1.5])
    case('lt', f'{x} < 0.5', [c(row(x, 0, 1)), 0.5])
case('add', 'uint8 wraps around', [row('uint8', 250, 100), row('uint8', 10, 200)])
case('sub', 'uint8 wraps around', [row('uint8', 5, 1), row('uint8', 10, 1)])
case('mul', 'uint8 wraps around', [row('uint8', 16, 3), row('uint8', 17, 3)])
case('add', 'uint8 and a negative number', [row('uint8', 5, 20), -10])
case('mul', 'uint8 and a negative number', [row('uint8', 5, 20), -2])
case('where', 'integers and a fraction', [row('bool', 1, 0), row('int32', 1, 2), 1.5])
case('neg', 'uint8 wraps around', [row('uint8', 0, 1, 255)])

for x in DTYPES:
    for fn in ('sum', 'prod', 'amax', 'argmax', 'all', 'any', 'max', 'cumsum'):
        if fn == 'cumsum':
            case(fn, x, [row(x, 1, 1, 0), 0], second=False)
        elif (fn, x) != ('argmax', 'bool'):
            case(fn, x, [row(x, 1, 1, 0)], second=False)
    if x not in ('bool',):
        case('relu', x, [row(x, 0, 3)], second=False)
        case('abs', x, [row(x, 0, 3)], second=False)
        case('square', x, [row(x, 0, 3)], second=False)
    for fn in ('exp', 'sqrt', 'sigmoid', 'tanh', 'sin', 'log1p'):
        case(fn, x, [row(x, 0, 1)], second=False)
    for target in DTYPES:
        case('to', f'{x} to {target}', [row(x, 0, 1), target], ref=lambda v, d: v.to(DTYPES[d]))
case('to', 'fractions to integers', [c(row('float64', 1.9, -1.9, 0.5)), 'int32'], ref=lambda v, d: v.to(torch.int64))
case('to', 'numbers to bool', [c(row('float64', 0.0, -0.0, 0.3, float('nan'))), 'bool'], ref=lambda v, d: v.to(torch.bool))
case('sum', 'uint8 does not wrap around', [row('uint8', 200, 200)])
case('sum', 'bools', [row('bool', 1, 0, 1)])
case('mul', 'gradients in each dtype', [row('float32', 1.5, 2), row('float64', 2, 3.25)])
case('matmul', 'integers', [torch.tensor([[1, 2], [3, 4]]), torch.tensor([5, 6])])
case('where', 'float32 and float64', [row('bool', 1, 0), row('float32', 1, 2), row('float64', 3, 4)])
case('where', 'int32 and float32', [row('bool', 1, 0), row('int32', 1, 2), row('float32', 3, 4)])
case('stack', 'int32 and float64', [[row('int32', 1, 2), row('float64', 3, 4)]])


def converting(fn):
    return lambda *args, dtype: function(fn)(*args, dtype=getattr(torch, dtype))


for fn in ('sum', 'mean', 'nansum', 'nanmean', 'prod', 'cumsum', 'cumprod', 'softmax', 'logSoftmax', 'softmin'):
    dim = [] if fn in ('sum', 'mean', 'nansum', 'nanmean', 'prod') else [1]
    case(fn, 'of float32 in float64', [r(2, 3).float(), *dim], {'dtype': 'float64'}, ref=converting(fn), second=False)
    if fn != 'nanmean':
        case(fn, 'of integers in float64', [ints(1, 5, 2, 3), *dim], {'dtype': 'float64'}, ref=converting(fn))
case('sum', 'of float64 as integers', [c(r(2, 3, scale=9))], {'dtype': 'int32'}, ref=lambda x, dtype: x.sum(dtype=torch.int64))
case('squeeze', 'dim as an option', [r(2, 1)], {'dim': 1}, ref=torch.squeeze)
