"""softmax and its kin, layerNorm, dropout."""

import math

import torch
import torch.nn.functional as F

from golden_case import c, case, f, r

inf, nan = math.inf, math.nan

for fn in ('softmax', 'logSoftmax', 'softmin'):
    for dim in (0, 1, -1):
        case(fn, f'dim {dim}', [r(2, 3, 4), dim])
    case(fn, 'one row', [r(4, scale=2), 0])
    case(fn, '0-d', [r(), 0])
    case(fn, '0-d, dim -1', [r(), -1])
    case(fn, 'size 0', [r(0, 3), 1])
    case(fn, 'along a dim of size 0', [r(2, 0), 1])
    case(fn, 'along a dim of size 1', [r(3, 1), 1])
    case(fn, 'large', [f(1000, 1001, 998), 0])
    case(fn, 'far apart', [f(-800, 0, 3), 0])
    case(fn, 'infinities', [c(torch.tensor([[-inf, 1, 2], [inf, 1, 2], [-inf, -inf, -inf], [nan, 1, 2]]).double()), 1])
    case(fn, 'a masked row', [f(-inf, 1, 2, -inf) if fn != 'softmin' else f(inf, 1, 2, inf), 0])
    case(fn, 'non-contiguous', [r(3, 4), 1], strided='transposed')
    case(fn, 'non-contiguous, dim 0', [r(3, 4), 0], strided='transposed')
    case(fn, 'every other element', [r(3, 4), 1], strided='stepped')

case('layerNorm', 'last dim', [r(2, 3, 4), [4]])
case('layerNorm', 'weight and bias', [r(3, 4), [4]], {'weight': r(4), 'bias': r(4)})
case('layerNorm', 'weight alone', [r(3, 4), [4]], {'weight': r(4)})
# PyTorch 1.13 fails in the second order of its own.
case('layerNorm', 'bias alone', [r(3, 4), [4]], {'bias': r(4)}, ref=lambda x, shape, bias: F.layer_norm(x, shape) + bias)
case('layerNorm', 'two dims', [r(2, 3, 2), [3, 2]], {'weight': r(3, 2), 'bias': r(3, 2)})
case('layerNorm', 'everything', [r(2, 3), [2, 3]])
case('layerNorm', 'one row', [r(5), [5]], {'weight': r(5), 'bias': r(5)})
case('layerNorm', 'eps', [r(2, 4), [4]], {'weight': r(4), 'bias': r(4), 'eps': 0.1})
case('layerNorm', 'equal elements', [torch.full((2, 3), 1.5).double(), [3]], {'weight': r(3), 'bias': r(3)})
case('layerNorm', 'one element', [r(3, 1), [1]], {'weight': r(1), 'bias': r(1)})
case('layerNorm', 'an empty batch', [r(0, 3), [3]], {'weight': r(3), 'bias': r(3)})
case('layerNorm', 'a large mean', [r(2, 5, shift=1000), [5]])
case('layerNorm', 'a constant input', [c(r(2, 3)), [3]], {'weight': r(3), 'bias': r(3)})
case('layerNorm', 'a frozen weight', [r(2, 3), [3]], {'weight': c(r(3)), 'bias': r(3)})
case('layerNorm', 'non-contiguous', [r(3, 4), [4]], {'weight': r(4), 'bias': r(4)}, strided='transposed')
case('layerNorm', 'every other element', [r(3, 4), [4]], {'weight': r(4), 'bias': r(4)}, strided='stepped')

case('dropout', 'seed 7', [r(4, 5)], seed=7)
case('dropout', 'p 0.2, seed 8', [r(4, 5)], {'p': 0.2}, seed=8)
case('dropout', 'p 0.9, seed 9', [r(20)], {'p': 0.9}, seed=9)
case('dropout', 'p 0', [r(2, 3)], {'p': 0.0}, seed=1)
case('dropout', 'p 1', [r(2, 3)], {'p': 1.0}, seed=1)
case('dropout', 'not training', [r(2, 3)], {'training': False}, seed=1)
case('dropout', 'size 0', [r(0, 3)], seed=1)
case('dropout', '0-d', [r()], seed=3)


def rms_norm(x, shape, weight=1.0, eps=None):
    dims = list(range(-len(shape), 0))
    eps = torch.finfo(x.dtype).eps if eps is None else eps
    return x * torch.rsqrt(x.square().mean(dims, keepdim=True) + eps) * weight


case('rmsNorm', 'last dim', [r(2, 4), [4]], ref=rms_norm)
case('rmsNorm', 'weight', [r(2, 2, 3), [2, 3]], {'weight': r(2, 3)}, ref=rms_norm)
case('rmsNorm', 'eps', [r(2, 3), [3]], {'eps': 0.1}, ref=rms_norm)
case('normalize', 'defaults', [r(2, 3)])
case('normalize', 'p 1, dim 0', [r(2, 3)], {'p': 1, 'dim': 0})
case('normalize', 'a row of zeros', [torch.tensor([[0, 0], [3, 4]]).double()], second=False)
case('cosineSimilarity', 'defaults', [r(2, 3), r(2, 3)])
case('cosineSimilarity', 'dim 0, broadcast', [r(3, 1), r(3, 2)], {'dim': 0})
case('pairwiseDistance', 'defaults', [r(2, 3), r(2, 3)])
case('pairwiseDistance', 'p 1, keepdim', [r(2, 3), r(3)], {'p': 1, 'keepdim': True})
