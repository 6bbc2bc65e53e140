"""Norms over channels, dropout's variants, attention."""

import math

import torch

from golden_case import b, c, case, r, u

TRAINING = {'training': True}
case('batchNorm', 'images', [r(2, 3, 2, 2), None, None], {**TRAINING, 'weight': r(3), 'bias': r(3)})
case('batchNorm', 'vectors', [r(4, 3), None, None], TRAINING)
case('batchNorm', 'sequences, weight', [r(2, 3, 4), None, None], {**TRAINING, 'weight': r(3)})
case('batchNorm', 'volumes, eps', [r(2, 2, 2, 1, 2), None, None], {**TRAINING, 'weight': r(2), 'bias': r(2), 'eps': 0.1})
case('batchNorm', 'non-contiguous', [r(3, 2, 2, 3), None, None], TRAINING, strided='transposed')
case('batchNorm', 'evaluating', [r(2, 3, 2, 2), c(r(3)), c(u(0.5, 2, 3))], {'weight': r(3), 'bias': r(3)})
case('batchNorm', 'evaluating, vectors', [r(4, 3), c(r(3)), c(u(0.5, 2, 3))])
case('batchNorm', 'evaluating, one sample', [r(1, 3), c(r(3)), c(u(0.5, 2, 3))], {'eps': 0.1, 'weight': r(3)})
case('groupNorm', '2 groups', [r(2, 4, 3), 2], {'weight': r(4), 'bias': r(4)})
case('groupNorm', '1 group', [r(2, 4, 2, 2), 1], {'weight': r(4), 'bias': r(4)})
case('groupNorm', 'a group per channel', [r(2, 3, 4), 3])
case('groupNorm', 'vectors', [r(3, 4), 2], {'weight': r(4), 'bias': r(4), 'eps': 0.1})
case('groupNorm', 'non-contiguous', [r(2, 4, 3), 2], strided='transposed')
case('instanceNorm', 'images', [r(2, 3, 2, 2)], {'weight': r(3), 'bias': r(3)})
case('instanceNorm', 'sequences', [r(2, 3, 4)])
case('instanceNorm', 'eps', [r(1, 2, 5)], {'eps': 0.1})
case(
    'instanceNorm', 'running statistics', [r(2, 3, 4)],
    {'runningMean': c(r(3)), 'runningVar': c(u(0.5, 2, 3)), 'useInputStats': False},
)
case('localResponseNorm', 'size 3', [r(2, 5, 3), 3])
case('localResponseNorm', 'size 2, images', [r(2, 4, 2, 2), 2], {'alpha': 0.5, 'beta': 0.5, 'k': 2.0})
case('localResponseNorm', 'volumes', [r(1, 3, 2, 1, 2), 5], {'alpha': 1.0})

for fn, shape in (('dropout1d', (2, 3, 4)), ('dropout2d', (2, 3, 2, 2)), ('dropout3d', (2, 3, 2, 1, 2))):
    case(fn, 'seed 1', [r(*shape)], seed=1)
    case(fn, 'p 0.2, seed 2', [r(*shape)], {'p': 0.2}, seed=2)
    case(fn, 'p 0', [r(*shape)], {'p': 0.0}, seed=1)
    case(fn, 'p 1', [r(*shape)], {'p': 1.0}, seed=1)
    case(fn, 'not training', [r(*shape)], {'training': False}, seed=1)
case('dropout1d', 'without batch dim', [r(5, 2)], seed=3)
case('dropout2d', 'three dims', [r(2, 3, 2)], seed=3)
case('dropout3d', 'without batch dim', [r(5, 2, 1, 2)], seed=3)
for fn in ('alphaDropout', 'featureAlphaDropout'):
    case(fn, 'seed 4', [r(3, 4, 2)], {'training': True}, seed=4)
    case(fn, 'p 0.2', [r(3, 4, 2)], {'p': 0.2, 'training': True}, seed=5)
    case(fn, 'p 1', [r(3, 4)], {'p': 1.0, 'training': True}, seed=5)
    case(fn, 'by default', [r(3, 4)], seed=4)


def attention(q, k, v, attnMask=None, isCausal=False, scale=None):
    scores = q @ k.transpose(-2, -1) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if isCausal:
        attnMask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    if attnMask is not None and attnMask.dtype == torch.bool:
        scores = scores.masked_fill(~attnMask, -math.inf)
    elif attnMask is not None:
        scores = scores + attnMask
    return scores.softmax(-1) @ v


fn = 'scaledDotProductAttention'
case(fn, 'one head', [r(3, 4), r(2, 4), r(2, 3)], ref=attention)
case(fn, 'batch and heads', [r(2, 2, 3, 2), r(2, 2, 4, 2), r(2, 2, 4, 3)], ref=attention)
case(fn, 'causal', [r(2, 3, 2), r(2, 3, 2), r(2, 3, 2)], {'isCausal': True}, ref=attention)
case(fn, 'bool mask', [r(2, 3), r(3, 3), r(3, 2)], {'attnMask': b([[True, False, True], [False, True, True]])}, ref=attention)
case(fn, 'additive mask', [r(2, 2, 3), r(2, 3, 3), r(2, 3, 2)], {'attnMask': r(2, 3)}, ref=attention)
case(fn, 'scale', [r(3, 4), r(2, 4), r(2, 3)], {'scale': 0.3}, ref=attention)
