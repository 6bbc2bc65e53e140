"""Operands of stride 0: every family on what expand returns."""

import torch
import torch.nn.functional as F

from golden_case import b, case, e, i, ints, r

CALLS = [
    ('add', [e(3, 2), r(3, 2)], {}),
    ('mul', [e(3, 2), e(3, 2)], {}),
    ('exp', [e(3, 2)], {}),
    ('relu', [e(3, 2, 2)], {}),
    ('gelu', [e(3, 2)], {}),
    ('clamp', [e(2, 3)], {'min': -0.5}),
    ('where', [b([[1, 0], [0, 1]]), e(2, 2), r(2)], {}),
    ('sum', [e(3, 2), 0], {}),
    ('sum', [e(3, 2), 1], {}),
    ('mean', [e(3, 2)], {}),
    ('prod', [e(3, 2), 0], {}),
    ('var', [e(2, 3), 1], {}),
    ('logsumexp', [e(2, 3), 1], {}),
    ('amax', [e(3, 2), 0], {}),
    ('norm', [e(3, 2), 2, 0], {}),
    ('cumsum', [e(3, 2), 0], {}),
    ('reshape', [e(3, 2), [6]], {}),
    ('flatten', [e(3, 2, 2), 1], {}),
    ('transpose', [e(3, 2), 0, 1], {}),
    ('cat', [[e(3, 2), r(1, 2)], 0], {}),
    ('stack', [[e(3, 2), e(3, 2)], 1], {}),
    ('flip', [e(3, 2), [1]], {}),
    ('pad', [e(2, 2), [1, 0, 0, 1]], {}),
    ('tril', [e(3, 3)], {}),
    ('gather', [e(3, 2), 0, ints(0, 3, 2, 2)], {}),
    ('scatterAdd', [e(3, 2), 0, ints(0, 3, 2, 2), e(2, 2)], {}),
    ('indexSelect', [e(3, 2), 0, i(2, 0)], {}),
    ('matmul', [e(3, 2), r(2, 3)], {}),
    ('matmul', [e(3, 2, 2), r(3, 2, 1)], {}),
    ('matmul', [e(2, 3), e(3, 2)], {}),
    ('addmm', [e(2, 3), e(2, 2), r(2, 3)], {}),
    ('linear', [e(3, 2), r(4, 2), r(4)], {}),
    ('conv2d', [e(2, 2, 3, 3), r(2, 2, 2, 2), e(2)], {'padding': 1}),
    ('conv2d', [r(1, 2, 3, 3), e(3, 2, 2, 2), r(3)], {}),
    ('maxPool2d', [e(2, 1, 4, 4), 2], {}),
    ('avgPool2d', [e(2, 1, 4, 4), 3], {'stride': 1, 'padding': 1}),
    ('softmax', [e(3, 2), 1], {}),
    ('logSoftmax', [e(3, 2), 0], {}),
    ('layerNorm', [e(2, 3), [3]], {}),
    ('mseLoss', [e(3, 2), r(3, 2)], {}),
    ('crossEntropy', [e(2, 3), i(0, 2)], {}),
]
REFERENCES = {'layerNorm': F.layer_norm, 'flip': torch.flip}
for fn, args, options in CALLS:
    case(fn, 'expanded', args, options, ref=REFERENCES.get(fn), strided='expanded')
