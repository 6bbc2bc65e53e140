"""Comparisons, logic and where."""

import math

import torch

from golden_case import b, c, case, f, i, ints, r

inf, nan = math.inf, math.nan

for fn in ('eq', 'ne', 'lt', 'le', 'gt', 'ge'):
    case(fn, 'ties, NaN and infinities', [c(f(1, 2, nan, inf, -inf, 0.0, nan)), c(f(1, 1, nan, inf, inf, -0.0, 0))])
    case(fn, 'broadcast', [c(r(2, 1)), c(r(3))])
    case(fn, 'a number', [ints(0, 4, 6), 2])
    case(fn, 'integers and a fraction', [i(0, 1, 2), 1.5])
    case(fn, '0-d and size 0', [c(r()), c(r(0, 2))])
    case(fn, 'bools', [b(0, 0, 1, 1), b(0, 1, 0, 1)])
for fn in ('logicalAnd', 'logicalOr', 'logicalXor'):
    case(fn, 'bools', [b(0, 0, 1, 1), b(0, 1, 0, 1)])
    case(fn, 'numbers and integers', [c(f(0.0, -0.0, 2, nan)), i(1, 0, 0, 3)])
    case(fn, 'broadcast', [b([[0], [1]]), b(0, 1, 1)])
case('isclose', 'defaults', [c(f(1, 1, 0, inf, nan, inf)), c(f(1.000001, 1.0001, 1e-9, inf, nan, -inf))])
case('isclose', 'options', [c(f(1, 1, nan)), c(f(1.05, 1.2, nan))], {'rtol': 0.1, 'atol': 0, 'equalNan': True})
case('isclose', 'integers', [i(1, 2), i(1, 3)])

case('where', 'same shape', [b([[1, 0, 1], [0, 1, 0]]), r(2, 3), r(2, 3)])
case('where', 'broadcast all three', [b([[1], [0]]), r(3), r(2, 2, 1)])
case('where', '0-d condition', [torch.tensor(True), r(2), r(2)])
case('where', 'numbers', [b(1, 0), r(2), 2.0])
case('where', 'a number first', [b(1, 0), 0, r(2)])
case('where', 'size 0', [torch.zeros(0, dtype=torch.bool), r(0), r(1)])
case('where', 'NaN not taken', [b(1, 0), f(1, nan), f(nan, 2)])
case('where', 'integers', [b(1, 0, 1), ints(0, 9, 3), ints(0, 9, 3)])
same = r(3)
case('where', 'the same tensor twice', [b(1, 0, 1), same, same])
case('where', 'non-contiguous', [b([[1, 0, 1], [0, 1, 0]]), r(2, 3), r(2, 3)], strided='transposed')
