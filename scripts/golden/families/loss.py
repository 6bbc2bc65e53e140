"""Losses in each reduction."""

import math

import torch
import torch.nn.functional as F

from golden_case import c, case, f, i, ints, n, r, snake, u

inf, nan = math.inf, math.nan
REDUCTIONS = ('mean', 'sum', 'none')


def mse(x, y, **options):
    return F.mse_loss(x, y, **options)


def l1(x, y, **options):
    return F.l1_loss(x, y, **options)


for fn, ref in (('squaredError', mse), ('mseLoss', mse), ('l1Loss', l1)):
    for reduction in REDUCTIONS:
        case(fn, reduction, [r(2, 3), r(2, 3)], {'reduction': reduction}, ref=ref)
    case(fn, 'constant target', [r(2, 3), c(r(2, 3))], ref=ref)
    case(fn, 'broadcast', [r(2, 3), r(3)], ref=ref)
    case(fn, 'broadcast, none', [r(2, 1), r(3)], {'reduction': 'none'}, ref=ref)
    case(fn, 'equal elements', [f(1, 2, 3), f(1, 2.5, 3)], ref=ref)
    case(fn, '0-d', [r(), r()], ref=ref)
    case(fn, 'size 0, sum', [r(0, 2), r(0, 2)], {'reduction': 'sum'}, ref=ref)
    case(fn, 'size 0, mean', [r(0, 2), r(0, 2)], ref=ref, second=False)
    case(fn, 'non-contiguous', [r(3, 4), r(3, 4)], ref=ref, strided='transposed')
    same = r(3)
    case(fn, 'the same tensor twice', [same, same], ref=ref, second=False)


def nll(x, y, **options):
    return F.nll_loss(x, y, **{snake(k): v for k, v in options.items()})


def cross_entropy(x, y, **options):
    return F.cross_entropy(x, y, **{snake(k): v for k, v in options.items()})


for fn, ref in (('nllLoss', nll), ('crossEntropy', cross_entropy)):
    for reduction in REDUCTIONS:
        o = {'reduction': reduction}
        case(fn, reduction, [r(4, 3), ints(0, 3, 4)], o, ref=ref)
        case(fn, f'{reduction}, weight', [r(4, 3), i(0, 2, 2, 1)], {**o, 'weight': c(u(0.2, 2, 3))}, ref=ref)
        case(fn, f'{reduction}, ignoreIndex', [r(4, 3), i(0, 1, 2, 1)], {**o, 'ignoreIndex': 1}, ref=ref)
        case(
            fn, f'{reduction}, weight and negative ignoreIndex', [r(4, 3), i(0, -100, 2, 1)],
            {**o, 'weight': c(u(0.2, 2, 3))}, ref=ref,
        )
        case(fn, f'{reduction}, images', [r(2, 3, 2, 2), ints(0, 3, 2, 2, 2)], o, ref=ref)
        case(
            fn, f'{reduction}, images, weight and ignoreIndex', [r(2, 3, 2, 2), ints(0, 3, 2, 2, 2)],
            {**o, 'weight': c(u(0.2, 2, 3)), 'ignoreIndex': 0}, ref=ref,
        )
        case(fn, f'{reduction}, one sample', [r(3), n(2)], o, ref=ref)
        case(fn, f'{reduction}, sequences', [r(2, 3, 4), ints(0, 3, 2, 4)], o, ref=ref)
    case(fn, 'one sample, weight', [r(3), n(1)], {'weight': c(u(0.2, 2, 3))}, ref=ref)
    case(fn, 'all ignored, sum', [r(2, 3), i(1, 1)], {'ignoreIndex': 1, 'reduction': 'sum'}, ref=ref)
    case(fn, 'all ignored, none', [r(2, 3), i(1, 1)], {'ignoreIndex': 1, 'reduction': 'none'}, ref=ref)
    case(fn, 'all ignored, mean', [r(2, 3), i(1, 1)], {'ignoreIndex': 1}, ref=ref, grad=False)
    case(fn, 'an empty batch, mean', [r(0, 3), torch.zeros(0, dtype=torch.int64)], ref=ref, grad=False)
    case(fn, 'an empty batch, sum', [r(0, 3), torch.zeros(0, dtype=torch.int64)], {'reduction': 'sum'}, ref=ref)
    case(fn, 'one class', [r(2, 1), i(0, 0)], ref=ref)
    case(fn, 'non-contiguous', [r(4, 3), i(2, 0, 1, 1)], ref=ref, strided='transposed')

for reduction in REDUCTIONS:
    o = {'reduction': reduction}
    smooth = {**o, 'labelSmoothing': 0.1}
    case('crossEntropy', f'{reduction}, labelSmoothing', [r(4, 3), i(0, 2, 2, 1)], smooth, ref=cross_entropy)
    case(
        'crossEntropy', f'{reduction}, labelSmoothing, weight', [r(4, 3), i(0, 2, 2, 1)],
        {**smooth, 'weight': c(u(0.2, 2, 3))}, ref=cross_entropy,
    )
    case(
        'crossEntropy', f'{reduction}, labelSmoothing, weight, ignoreIndex', [r(4, 3), i(0, 2, 2, 1)],
        {**smooth, 'weight': c(u(0.2, 2, 3)), 'ignoreIndex': 2}, ref=cross_entropy,
    )
    case(
        'crossEntropy', f'{reduction}, labelSmoothing, images', [r(2, 3, 2, 2), ints(0, 3, 2, 2, 2)],
        smooth, ref=cross_entropy,
    )
    case('crossEntropy', f'{reduction}, probabilities', [r(4, 3), u(0, 1, 4, 3)], o, ref=cross_entropy)
    case('crossEntropy', f'{reduction}, constant probabilities', [r(4, 3), c(u(0, 1, 4, 3))], o, ref=cross_entropy)
    case(
        'crossEntropy', f'{reduction}, probabilities, weight', [r(4, 3), u(0, 1, 4, 3)],
        {**o, 'weight': c(u(0.2, 2, 3))}, ref=cross_entropy,
    )
    case(
        'crossEntropy', f'{reduction}, probabilities, labelSmoothing', [r(4, 3), u(0, 1, 4, 3)],
        smooth, ref=cross_entropy,
    )
    case(
        'crossEntropy', f'{reduction}, probabilities, labelSmoothing, weight, images',
        [r(2, 3, 2, 2), u(0, 1, 2, 3, 2, 2)],
        {**smooth, 'weight': c(u(0.2, 2, 3))}, ref=cross_entropy,
    )
    case('crossEntropy', f'{reduction}, probabilities, one sample', [r(3), u(0, 1, 3)], o, ref=cross_entropy)
case('crossEntropy', 'one sample, labelSmoothing', [r(3), n(1)], {'labelSmoothing': 0.3}, ref=cross_entropy)
case('crossEntropy', 'labelSmoothing 1', [r(2, 3), i(1, 0)], {'labelSmoothing': 1.0}, ref=cross_entropy)
case(
    'crossEntropy', 'large logits', [torch.tensor([[1000.0, 0, -1000], [0, 900, 901]]).double(), i(0, 1)],
    ref=cross_entropy,
)
case('crossEntropy', 'a class of weight 0', [r(3, 3), i(0, 2, 1)], {'weight': c(f(0, 1, 2))}, ref=cross_entropy)
case('nllLoss', 'minus infinity elsewhere', [torch.tensor([[-0.5, -inf], [-1, -2.0]]).double(), i(0, 1)], ref=nll)


def bce(x, y, **options):
    return F.binary_cross_entropy_with_logits(x, y, **{snake(k): v for k, v in options.items()})


fn = 'binaryCrossEntropyWithLogits'
for reduction in REDUCTIONS:
    o = {'reduction': reduction}
    case(fn, reduction, [r(2, 3), u(0, 1, 2, 3)], o, ref=bce)
    case(fn, f'{reduction}, labels', [r(4), c(f(0, 1, 1, 0))], o, ref=bce)
    case(fn, f'{reduction}, weight', [r(2, 3), c(u(0, 1, 2, 3))], {**o, 'weight': c(u(0.2, 2, 2, 3))}, ref=bce)
    case(fn, f'{reduction}, broadcast weight', [r(2, 3), c(u(0, 1, 2, 3))], {**o, 'weight': c(u(0.2, 2, 3))}, ref=bce)
    case(fn, f'{reduction}, posWeight', [r(2, 3), c(u(0, 1, 2, 3))], {**o, 'posWeight': c(u(0.2, 2, 3))}, ref=bce)
    case(
        fn, f'{reduction}, weight and posWeight', [r(2, 3), u(0, 1, 2, 3)],
        {**o, 'weight': c(u(0.2, 2, 2, 1)), 'posWeight': c(u(0.2, 2, 3))}, ref=bce,
    )
case(fn, 'large logits', [f(800, -800, 50, -50), c(f(1, 1, 0, 0))], {'reduction': 'none'}, ref=bce, second=False)
case(
    fn, 'large logits, posWeight', [f(800, -800, 50, -50), c(f(1, 1, 0, 0))],
    {'reduction': 'none', 'posWeight': c(f(2))}, ref=bce, second=False,
)
case(fn, 'logits of zero', [f(0, 0, 0), c(f(0, 1, 0.5))], {'reduction': 'none'}, ref=bce, second=False)
case(fn, '0-d', [r(), c(u(0, 1))], ref=bce)
case(fn, 'size 0, sum', [r(0, 2), c(r(0, 2))], {'reduction': 'sum'}, ref=bce)
case(fn, 'non-contiguous', [r(3, 4), u(0, 1, 3, 4)], ref=bce, strided='transposed')

for reduction in REDUCTIONS:
    o = {'reduction': reduction}
    case('binaryCrossEntropy', reduction, [u(0.1, 0.9, 2, 3), u(0, 1, 2, 3)], o)
    case('binaryCrossEntropy', f'{reduction}, weight', [u(0.1, 0.9, 2, 3), c(u(0, 1, 2, 3))], {**o, 'weight': c(u(0.2, 2, 3))})
    case('klDiv', reduction, [r(2, 3), u(0.1, 1, 2, 3)], o)
    case('klDiv', f'{reduction}, logTarget', [r(2, 3), r(2, 3)], {**o, 'logTarget': True})
    for fn in ('smoothL1Loss', 'huberLoss'):
        case(fn, reduction, [r(2, 3, scale=2), r(2, 3)], o)
        case(fn, f'{reduction}, another width', [r(2, 3), c(r(2, 3))], {**o, ('beta' if fn == 'smoothL1Loss' else 'delta'): 0.5})
# The gradient where they are wrong has PyTorch's float32 epsilon in it.
case('binaryCrossEntropy', 'sure predictions', [f(0, 1), c(f(0, 1))], {'reduction': 'none'}, second=False)
case('binaryCrossEntropy', 'sure and wrong', [c(f(0, 1)), c(f(1, 0))], {'reduction': 'none'})
case('klDiv', 'target of zero', [r(3), c(f(0, 0.4, 0.6))], {'reduction': 'sum'})
case('smoothL1Loss', 'at the kinks', [f(1, -1, 0, 2), c(f(0, 0, 0, 0))], {'reduction': 'none'}, second=False)
case('huberLoss', 'at the kinks', [f(1, -1, 0, 2), c(f(0, 0, 0, 0))], {'reduction': 'none'}, second=False)
