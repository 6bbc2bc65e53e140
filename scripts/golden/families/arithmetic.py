"""Operations of two and more operands: values, broadcasting, ties and poles."""

import math

from golden_case import b, c, case, f, i, ints, r, u

inf, nan = math.inf, math.nan

SHAPES = [
    ('same shape', (2, 3), (2, 3)),
    ('broadcast [2, 1, 3] with [4, 1]', (2, 1, 3), (4, 1)),
    ('0-d and 2-d', (), (2, 3)),
    ('size 0 broadcast', (0, 3), (1, 3)),
    ('both 0-d', (), ()),
]
for fn in ('add', 'sub', 'rsub', 'mul', 'div'):
    for note, x, y in SHAPES:
        case(fn, note, [r(*x), r(*y, shift=0.3)])
    same = r(3)
    case(fn, 'the same tensor twice', [same, same])
    case(fn, 'a number', [r(2, 2), 2.5])
    case(fn, 'non-contiguous', [r(3, 4), r(3, 1)], strided='transposed')
    case(fn, 'integers', [ints(-9, 9, 2, 3), ints(1, 9, 3)])
    case(fn, 'infinities and NaN', [f(inf, -inf, nan, 1e308, 0.0, -0.0), f(1, inf, 1, 1e308, 0.0, 3)], second=False)
for fn in ('add', 'sub', 'rsub'):
    case(fn, 'alpha', [r(2, 3), r(3)], {'alpha': 2.5})
    case(fn, 'alpha, a number', [r(2, 3), 3], {'alpha': -2})
    case(fn, 'alpha on integers', [ints(-9, 9, 4), ints(-9, 9, 4)], {'alpha': 3})
case('sub', 'a number first', [3.5, r(2, 2)], ref=lambda a, x: a - x)
case('div', 'a number first', [3.5, r(2, 2, shift=2)], ref=lambda a, x: a / x)
case('div', 'by zero', [f(1, -1, 0, 2, -3), f(0.0, 0.0, 0.0, -0.0, -0.0)], second=False)

for mode in ('floor', 'trunc'):
    case('div', f'roundingMode {mode}', [r(2, 4, scale=5), f(1.5, -1.5, 0.7, -2)], {'roundingMode': mode})
    case('div', f'roundingMode {mode}, integers', [i(7, -7, 7, -7, 6, 0), i(2, 2, -2, -2, 3, 5)], {'roundingMode': mode})
    case('div', f'roundingMode {mode}, a number', [r(5, scale=9), 2], {'roundingMode': mode})
    case('div', f'roundingMode {mode}, by zero', [f(1, -1, 0, 5), f(0, 0, 0, inf)], {'roundingMode': mode}, second=False)
case('div', 'roundingMode null', [r(3), r(3, shift=3)], {'roundingMode': None})

case('pow', 'positive base', [u(0.2, 3, 2, 3), r(2, 3)])
case('pow', 'broadcast', [u(0.2, 3, 2, 1), r(3)])
case('pow', 'zero base', [f(0, 0, 0, 0), f(0, 1, 2, 3)], second=False)
case('pow', 'zero base, negative exponent', [c(f(0, 0)), c(f(-1, -2))])
case('pow', 'negative base, integer exponent', [f(-2, -1.5, -0.5), c(f(2, 3, -1))])
case('pow', 'negative base, fractional exponent', [c(f(-2, -1)), c(f(0.5, 1.5))])
case('pow', 'NaN and infinities', [c(f(1, nan, inf, -inf, 2, 0.5)), c(f(nan, 0, -1, 3, inf, inf))])
for exponent in (0, 1, 2, 3, 0.5, -1, -0.5, 2.5, -2):
    case('pow', f'exponent {exponent}', [u(0.3, 2, 2, 3), exponent])
for exponent in (0, 1, 2, 3, -2):
    case('pow', f'exponent {exponent} of a negative base', [f(-1.5, -0.25, 2), exponent])
case('pow', 'exponent 2 at zero', [f(0, 1, -1), 2])
case('pow', 'exponent 1 at zero', [f(0, 1, -1), 1], second=False)
case('pow', 'exponent 0 at zero', [f(0, 1, -1), 0], second=False)
case('pow', 'exponent 0.5 at zero', [f(0, 4), 0.5], second=False)
case('pow', 'a number as base', [2.5, r(2, 2)])
case('pow', 'zero as base', [0, f(0, 1, 2)], second=False)
case('pow', 'one as base', [1, r(3)])
case('pow', 'integers', [i(2, 3, -2, 0, 1), i(3, 2, 3, 0, 9)])
case('pow', 'integers to a number', [i(-3, 0, 2, 5), 2])
case('pow', 'integers to a fraction', [i(0, 1, 4, 9), 0.5])
case('pow', '0-d', [u(1, 2), r()])
case('pow', 'size 0', [r(0, 2), 2])
same = u(0.5, 2, 3)
case('pow', 'the same tensor twice', [same, same])

case('floatPower', 'positive base', [u(0.2, 3, 2, 3), r(3)])
case('floatPower', 'integers', [i(1, 2, 3), i(2, -1, 2)])

for fn in ('maximum', 'minimum', 'fmax', 'fmin'):
    case(fn, 'broadcast', [r(2, 1, 3), r(4, 1)])
    case(fn, 'ties', [f(1, 2, 3, 0), f(1, 3, 2, 0)])
    case(fn, 'NaN', [c(f(1, nan, nan, inf)), c(f(nan, 1, nan, -inf))])
    case(fn, '0-d and 1-d', [r(), r(3)])
    case(fn, 'size 0', [r(0), r(1)])
    case(fn, 'integers', [ints(-5, 5, 6), ints(-5, 5, 6)])
    same = r(3)
    case(fn, 'the same tensor twice', [same, same])

for fn in ('fmod', 'remainder'):
    case(fn, 'every sign', [f(7.5, -7.5, 7.5, -7.5, 0.5), f(2, 2, -2, -2, 3)])
    case(fn, 'broadcast', [r(2, 1, scale=5), u(0.5, 2, 3)])
    case(fn, 'a number', [r(5, scale=5), 1.5])
    case(fn, 'a negative number', [r(5, scale=5), -1.5])
    case(fn, 'integers', [i(7, -7, 7, -7, 6), i(3, 3, -3, -3, 3)])
    case(fn, 'extremes', [c(f(inf, 1, nan, 5, -5)), c(f(2, inf, 2, 0, inf))])

case('atan2', 'every quadrant', [f(1, 1, -1, -1, 0.5), f(2, -2, 2, -2, 0.0)])
case('atan2', 'on the axes', [c(f(0.0, -0.0, 0.0, -0.0, 1, inf, -inf)), c(f(1, 1, -1, -1, 0, inf, -inf))])
case('atan2', 'broadcast', [r(3, 1), r(2)])
case('hypot', 'broadcast', [r(2, 3), r(3)])
case('hypot', 'large', [c(f(3e200, inf, 0)), c(f(4e200, nan, 0))])
case('copysign', 'broadcast', [r(2, 3), r(3)])
case('copysign', 'zeros', [f(1, -1, 0.0, 2), c(f(-0.0, 0.0, -1, -3))], second=False)
case('xlogy', 'x of zero', [f(0, 0, 1.5, 2), f(0.5, 2, 3, 0.7)])
case('xlogy', 'zero times log of zero', [c(f(0, 0, 1)), c(f(0, nan, 0))])
case('logaddexp', 'broadcast', [r(2, 3), r(3)])
case('logaddexp', 'extremes', [c(f(-inf, inf, 800, -800)), c(f(-inf, -inf, 801, -801))])
case('logaddexp2', 'broadcast', [r(2, 3), r(3)])
case('lerp', 'a number', [r(2, 3), r(3), 0.3])
case('lerp', 'a number over one half', [r(2, 3), r(2, 3), 0.8])
case('lerp', 'a tensor', [r(2, 3), r(3), u(0, 1, 2, 1)])
for fn in ('addcmul', 'addcdiv'):
    case(fn, 'broadcast', [r(2, 3), r(3), u(1, 2, 2, 1)])
    case(fn, 'value', [r(2), r(2), u(1, 2, 2)], {'value': -0.5})
    case(fn, '0-d and size 0', [r(0, 2), r(), u(1, 2, 2)])
case('maskedFill', 'a number', [r(2, 3), b([[1, 0, 1], [0, 0, 1]]), 7.5])
case('maskedFill', 'a broadcast mask', [r(2, 3), b(1, 0, 1), -1])
case('maskedFill', 'a tensor', [r(2, 3), b([[1], [0]]), r()])
case('maskedFill', 'infinity', [r(3), b(1, 0, 0), -inf])
case('maskedFill', 'integers', [ints(0, 9, 3), b(1, 0, 1), 4])
