"""Blocks, combinations, turns, repetitions, padding by elements, arbitrary strides."""

import torch
import torch.nn.functional as F

from golden_case import b, c, case, f, i, ints, r

for n in (1, 2, 3):
    for shape in ((), (3,), (2, 3), (2, 1, 2), (0,)):
        case(f'atleast{n}d', f'{len(shape)} dims{" of size 0" if 0 in shape else ""}', [r(*shape)], ref=getattr(torch, f'atleast_{n}d'))
case('columnStack', 'vectors and a matrix', [[r(3), r(3, 2), r(3)]])
case('columnStack', '0-d', [[r(), r()]])
case('hsplit', 'sections', [r(2, 4), 2])
case('hsplit', 'a vector', [r(6), 3])
case('hsplit', 'indices', [r(2, 5), [1, 3]])
case('vsplit', 'sections', [r(4, 2), 2])
case('vsplit', 'indices', [r(4, 2), [1, 3]])
case('dsplit', 'sections', [r(2, 1, 4), 2])
case('dsplit', 'indices', [r(2, 1, 4), [1, 3]])
case('blockDiag', 'matrices, a vector, a number', [[r(2, 3), r(2), r(), r(1, 1)]], ref=lambda ts: torch.block_diag(*ts))
case('blockDiag', 'dtypes', [[c(r(1, 2)), i(1, 2)]], ref=lambda ts: torch.block_diag(*ts))
case('blockDiag', 'size 0', [[r(2, 0), r(1, 2)]], ref=lambda ts: torch.block_diag(*ts))
case('cartesianProd', 'three vectors', [[r(2), r(3), r(1)]], ref=lambda ts: torch.cartesian_prod(*ts))
case('cartesianProd', 'one vector', [[r(2)]], ref=lambda ts: torch.cartesian_prod(*ts))
case('combinations', 'pairs', [r(4)])
case('combinations', 'of three', [r(4), 3])
case('combinations', 'with replacement', [r(3), 2], {'withReplacement': True})
case('combinations', 'more than there are', [r(2), 3])
case('combinations', 'single', [r(3), 1])
case('diagflat', 'a vector', [r(3)])
case('diagflat', 'a matrix, above', [r(2, 2)], {'offset': 1})
case('diagflat', 'below', [r(2)], {'offset': -1})
case('trace', 'a matrix', [r(3, 2)])
case('trace', 'integers', [ints(0, 9, 3, 3)])
for k in (0, 1, 2, 3, -1, 6):
    case('rot90', f'k = {k}', [r(2, 3, 2), k, [0, 1]])
case('rot90', 'other dims', [r(2, 3, 2), 1, [2, 0]])
case('rot90', 'defaults', [r(2, 3)])
case('repeatInterleave', 'a number, whole', [r(2, 3), 2])
case('repeatInterleave', 'a number along a dim', [r(2, 3), 3, 1])
case('repeatInterleave', 'never', [r(2, 3), 0, 0])
case('repeatInterleave', 'a tensor', [r(2, 3), i(2, 0, 1), 1])
case('repeatInterleave', 'a tensor of one', [r(2, 2), i(2), 0])
case('repeatInterleave', 'a tensor, whole', [r(2, 2), i(1, 0, 2, 1)])
case('repeatInterleave', 'dim in the options', [r(2, 2), 2], {'dim': 1})
case('repeatInterleave', '0-d', [r(), 3])
for mode in ('reflect', 'replicate', 'circular'):
    # PyTorch 1.13 fails for circular padding without a batch dim.
    shape = (2, 1, 4) if mode == 'circular' else (2, 4)
    case('pad', f'{mode}, one dim', [r(*shape), [2, 3] if mode != 'circular' else [2, 4]], {'mode': mode})
    case('pad', f'{mode}, one dim of three', [r(2, 1, 4), [3, 0]], {'mode': mode})
    case('pad', f'{mode}, two dims', [r(1, 2, 3, 3), [1, 2, 2, 1]], {'mode': mode})
    case('pad', f'{mode}, three dims', [r(1, 1, 2, 2, 3), [1, 2, 1, 0, 1, 1]], {'mode': mode})
    case('pad', f'{mode}, negative', [r(*shape), [-1, 2]], {'mode': mode})
case('asStrided', 'transposed', [r(2, 3), [3, 2], [1, 3]], strided=False, ref=torch.as_strided)
case('asStrided', 'overlapping', [r(6), [3, 2], [1, 2], 1], strided=False, ref=torch.as_strided)
case('asStrided', 'elements left out', [r(3, 3), [2], [4]], strided=False, ref=torch.as_strided)
case('asStrided', '0-d', [r(3), [], [], 2], strided=False, ref=torch.as_strided)
