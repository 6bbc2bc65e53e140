"""Losses with margins, likelihoods of distributions, ctcLoss, in each reduction."""

import torch
import torch.nn.functional as F

from golden_case import c, case, f, i, n, r, u

REDUCTIONS = ('mean', 'sum', 'none')


def s(*shape):
    """Signs as float64."""
    return torch.randint(0, 2, shape).double() * 2 - 1


for reduction in REDUCTIONS:
    o = {'reduction': reduction}
    case('hingeEmbeddingLoss', reduction, [r(3, 4), c(s(3, 4))], o)
    case('marginRankingLoss', reduction, [r(5), r(5), c(s(5))], o)
    case('softMarginLoss', reduction, [r(3, 4), c(s(3, 4))], o)
    case('tripletMarginLoss', reduction, [r(4, 3), r(4, 3), r(4, 3)], o)
    case('cosineEmbeddingLoss', reduction, [r(4, 3), r(4, 3), c(s(4))], o)
    case('multiMarginLoss', reduction, [r(4, 3), i(0, 2, 1, 1)], o, second=False)
    case('multilabelMarginLoss', reduction, [r(3, 4), i([[3, 0, -1, 1], [-1, 1, 0, 2], [2, 1, 0, 3]])], o, second=False)
    case('multilabelSoftMarginLoss', reduction, [r(3, 4), c(u(0, 1, 3, 4))], o)
    case('poissonNllLoss', reduction, [r(3, 4), c(u(0, 4, 3, 4))], o)
    case('gaussianNllLoss', reduction, [r(3, 4), r(3, 4), u(0.1, 2, 3, 4)], o)

case('hingeEmbeddingLoss', 'margin', [r(4), c(s(4))], {'margin': 0.3})
case('hingeEmbeddingLoss', 'integer targets', [r(4), i(1, -1, -1, 1)])
case('hingeEmbeddingLoss', 'at the kink', [f(1, 0), c(f(-1, 1))], {'reduction': 'none'})
case('hingeEmbeddingLoss', 'other targets', [f(0.5, 2), c(f(0, 3))], {'reduction': 'none'})
case('marginRankingLoss', 'margin', [r(2, 3), r(2, 3), c(s(2, 3))], {'margin': 0.5})
case('marginRankingLoss', 'equal', [f(1, 2), f(1, 2), c(f(1, -1))], {'reduction': 'none'})
case('tripletMarginLoss', 'margin, p 1', [r(4, 3), r(4, 3), r(4, 3)], {'margin': 0.5, 'p': 1.0})
case('tripletMarginLoss', 'swap', [r(4, 3), r(4, 3), r(4, 3)], {'swap': True})
case('tripletMarginLoss', 'vectors', [r(3), r(3), r(3)])
case('tripletMarginLoss', 'eps', [r(2, 3), r(2, 3), r(2, 3)], {'eps': 0.1})
case('cosineEmbeddingLoss', 'margin', [r(4, 3), r(4, 3), c(s(4))], {'margin': 0.2})
case('cosineEmbeddingLoss', 'vectors', [r(3), r(3), n(-1)])
case('multiMarginLoss', 'p 2', [r(4, 3), i(0, 2, 1, 1)], {'p': 2}, second=False)
case('multiMarginLoss', 'margin and weight', [r(4, 3), i(0, 2, 1, 1)], {'margin': 0.5, 'weight': c(u(0.5, 2, 3))}, second=False)
case('multiMarginLoss', 'a vector', [r(3), i(1)], second=False)
case('multiMarginLoss', 'a vector, none', [r(3), i(1)], {'reduction': 'none'}, second=False)
case('multiMarginLoss', 'at the kink', [torch.tensor([[1.0, 0, 2]]).double(), i(0)], second=False)
case('multilabelMarginLoss', 'a vector', [r(4), i(3, 0, -1, 1)], second=False)
case('multilabelMarginLoss', 'a label twice', [r(4), i(2, 2, -1, 1)], second=False)
case('multilabelSoftMarginLoss', 'weight', [r(3, 4), c(u(0, 1, 3, 4))], {'weight': c(u(0.5, 2, 4))})
case('multilabelSoftMarginLoss', 'a vector', [r(4), c(u(0, 1, 4))])
case('poissonNllLoss', 'rates', [u(0.1, 3, 3, 4), c(u(0, 4, 3, 4))], {'logInput': False})
case('poissonNllLoss', 'rates, eps', [u(0.1, 3, 4), c(u(0, 4, 4))], {'logInput': False, 'eps': 0.1})
case('poissonNllLoss', 'full', [r(3, 4), c(u(0, 4, 3, 4))], {'full': True})
case('poissonNllLoss', 'gradient of the target', [r(3, 4), u(1.5, 4, 3, 4)], {'full': True})
case('gaussianNllLoss', 'full', [r(3, 4), r(3, 4), u(0.1, 2, 3, 4)], {'full': True})
case('gaussianNllLoss', 'one variance per row', [r(3, 4), r(3, 4), u(0.1, 2, 3)])
case('gaussianNllLoss', 'one variance per row, kept dim', [r(3, 4), r(3, 4), u(0.1, 2, 3, 1)])
case('gaussianNllLoss', 'eps', [r(4), r(4), f(0, 0.1, 0.2, 1)], {'eps': 0.5})

for reduction in REDUCTIONS:
    logs = F.log_softmax(r(5, 3, 4), 2)
    case(
        'ctcLoss', reduction, [logs, i([[1, 1, 2], [3, 0, 0], [2, 3, 1]]), i(5, 4, 3), i(3, 1, 2)],
        {'reduction': reduction}, second=False,
    )
logs = F.log_softmax(r(6, 2, 4), 2)
case('ctcLoss', 'one after the other', [logs, i(1, 2, 3, 1), i(6, 6), i(3, 1)], second=False)
case('ctcLoss', 'lengths as lists', [logs, i(1, 2, 3, 1), [6, 5], [3, 1]], second=False)
case('ctcLoss', 'another blank', [logs, i([[0, 1], [3, 3]]), [6, 5], [2, 2]], {'blank': 2}, second=False)
case('ctcLoss', 'an empty target', [logs, i([[0, 1], [3, 3]]), i(6, 5), i(0, 2)], {'blank': 2}, second=False)
case('ctcLoss', 'infinite, as zero', [logs, i([[1, 1], [3, 2]]), i(2, 5), i(2, 2)], {'zeroInfinity': True}, second=False)
case('ctcLoss', 'infinite', [c(logs), i([[1, 1], [3, 2]]), i(2, 5), i(2, 2)], {'reduction': 'none'})
case('ctcLoss', 'without batch dim', [F.log_softmax(r(5, 4), 1), i(1, 2), n(5), n(2)], second=False)
