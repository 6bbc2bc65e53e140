"""Matrix products in every combination of dims."""

import torch

from golden_case import c, case, r

SHAPES = [
    ('1-d @ 1-d', (3,), (3,)),
    ('2-d @ 2-d', (2, 3), (3, 4)),
    ('1-d @ 2-d', (3,), (3, 4)),
    ('2-d @ 1-d', (2, 3), (3,)),
    ('batched', (2, 2, 3), (2, 3, 2)),
    ('batched @ 1-d', (2, 2, 3), (3,)),
    ('1-d @ batched', (3,), (2, 3, 2)),
    ('batched @ 2-d', (2, 2, 3), (3, 4)),
    ('2-d @ batched', (2, 3), (3, 3, 2)),
    ('broadcast batches', (2, 1, 2, 3), (3, 3, 2)),
    ('broadcast batches of 1', (1, 2, 3), (2, 3, 1)),
    ('more batch dims on the right', (3, 2, 2), (2, 1, 2, 3)),
    ('1 × 1', (1, 1), (1, 1)),
    ('inner size 0', (2, 0), (0, 3)),
    ('no rows', (0, 2), (2, 3)),
    ('no columns', (2, 3), (3, 0)),
    ('no batches', (0, 2, 3), (3, 2)),
    ('empty vectors', (0,), (0,)),
]
for note, x, y in SHAPES:
    case('matmul', note, [r(*x), r(*y)])
for note, x, y in SHAPES:
    if min((*x, *y)) > 0:
        case('matmul', f'{note}, transposed views', [r(*x), r(*y)], strided='transposed')
case('matmul', 'larger than a block', [r(9, 17), r(17, 5)], second=False)
case('matmul', '33 × 70 @ 70 × 21', [r(33, 70), r(70, 21)], second=False)
case('matmul', 'every other element', [r(3, 4), r(4, 2)], strided='stepped')
same = r(3, 3)
case('matmul', 'the same tensor twice', [same, same])
case('matmul', 'gradient of one operand', [c(r(2, 3)), r(3, 2)])
case('matmul', 'infinity times zero', [c(torch.tensor([[float('inf'), 1]])).double(), c(torch.zeros(2, 1).double())], grad=False)
case('mm', 'two matrices', [r(2, 3), r(3, 2)])
case('bmm', 'two batches', [r(2, 2, 3), r(2, 3, 2)])
case('mv', 'a matrix and a vector', [r(2, 3), r(3)])
case('dot', 'two vectors', [r(4), r(4)])
case('outer', 'two vectors', [r(2), r(3)])
case('inner', 'two matrices', [r(2, 3), r(4, 3)])

case('addmm', 'plain', [r(2, 4), r(2, 3), r(3, 4)])
case('addmm', 'a broadcast row', [r(4), r(2, 3), r(3, 4)])
case('addmm', 'a broadcast column', [r(2, 1), r(2, 3), r(3, 4)])
case('addmm', '0-d', [r(), r(2, 3), r(3, 4)])
case('addmm', 'beta and alpha', [r(2, 2), r(2, 3), r(3, 2)], {'beta': 0.5, 'alpha': -2})
case('addmm', 'beta 0 ignores NaN', [c(torch.full((2, 2), float('nan')).double()), r(2, 3), r(3, 2)], {'beta': 0})
case('addmm', 'alpha 0', [r(2, 2), r(2, 3), r(3, 2)], {'alpha': 0})
case('addmm', 'inner size 0', [r(2, 2), r(2, 0), r(0, 2)], {'beta': 2})
case('addmm', 'transposed views', [r(2, 4), r(2, 3), r(3, 4)], strided='transposed')

case('linear', 'a batch', [r(2, 3), r(4, 3), r(4)])
case('linear', 'no bias', [r(2, 3), r(4, 3)])
case('linear', 'null bias', [r(2, 3), r(4, 3), None])
case('linear', 'one sample', [r(3), r(4, 3), r(4)])
case('linear', 'more dims', [r(2, 2, 3), r(2, 3), r(2)])
case('linear', 'more dims, no bias', [r(2, 2, 3), r(2, 3)])
case('linear', 'an empty batch', [r(0, 3), r(2, 3), r(2)])
case('linear', 'no features', [r(2, 0), r(3, 0), r(3)])
case('linear', 'transposed views', [r(2, 3), r(4, 3), r(4)], strided='transposed')
case('linear', 'frozen weight', [r(2, 3), c(r(4, 3)), r(4)])


def add_bias(x, bias, dim=1):
    return x + bias.reshape([-1 if at == dim % x.dim() else 1 for at in range(x.dim())])


case('addBias', 'rows', [r(2, 3), r(3)], ref=add_bias)
case('addBias', 'channels of images', [r(2, 3, 2, 2), r(3)], ref=add_bias)
case('addBias', 'dim 0', [r(3, 2, 2), r(3)], {'dim': 0}, ref=add_bias)
case('addBias', 'dim -1', [r(2, 2, 3), r(3)], {'dim': -1}, ref=add_bias)
case('addBias', 'an empty batch', [r(0, 3), r(3)], ref=add_bias)

for fn, x, a, b in (('addmv', (2,), (2, 3), (3,)), ('addbmm', (2, 4), (3, 2, 3), (3, 3, 4)), ('baddbmm', (3, 2, 4), (3, 2, 3), (3, 3, 4))):
    case(fn, 'plain', [r(*x), r(*a), r(*b)])
    case(fn, '0-d', [r(), r(*a), r(*b)])
    case(fn, 'beta and alpha', [r(*x), r(*a), r(*b)], {'beta': 0.5, 'alpha': -2})
    # PyTorch 1.13's own baddbmm reads memory it has not written when beta is 0.
    ref = (lambda _, a, b, beta: torch.bmm(a, b)) if fn == 'baddbmm' else None
    case(fn, 'beta 0 ignores NaN', [c(torch.full(x, float('nan')).double()), r(*a), r(*b)], {'beta': 0}, ref=ref)
