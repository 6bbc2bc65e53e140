"""Activations: on both sides of their kinks, at them, and far out."""

import math

import torch.nn.functional as F

from golden_case import c, case, f, ints, r

inf, nan = math.inf, math.nan

FUNCTIONS = {
    'relu': ([0.0, -0.0, 1, -1], [{}]),
    'relu6': ([0.0, 6, 7, -1, 3], [{}]),
    'leakyRelu': ([0.0, 1, -1], [{}, {'negativeSlope': 0.3}]),
    'elu': ([0.0, 1, -1, -50], [{}, {'alpha': 1.7}]),
    'selu': ([0.0, 1, -1, -50], [{}]),
    'celu': ([0.0, 1, -1, -50], [{}, {'alpha': 2}]),
    'gelu': ([0.0, 6, -6, 30, -30], [{}, {'approximate': 'tanh'}, {'approximate': 'none'}]),
    'silu': ([0.0, 40, -40, -700], [{}]),
    'mish': ([0.0, 40, -40, -700], [{}]),
    'softplus': ([0.0, 19, 21, -40, -700], [{}, {'beta': 2}, {'beta': 0.5, 'threshold': 1}]),
    'softsign': ([0.0, 1e6, -1e6], [{}]),
    'logSigmoid': ([0.0, 40, -40, -800, 800], [{}]),
    'hardtanh': ([-1, 1, 0, -2, 2], [{}, {'minVal': -0.5, 'maxVal': 2}]),
    'hardsigmoid': ([-3, 3, 0, -4, 4], [{}]),
    'hardswish': ([-3, 3, 0, -4, 4], [{}]),
    'softshrink': ([-0.5, 0.5, 0, -2, 2], [{}, {'lambd': 1.2}]),
    'hardshrink': ([-0.5, 0.5, 0, -2, 2], [{}, {'lambd': 1.2}]),
    'tanhshrink': ([0.0, 1e-3, 20], [{}]),
}
# PyTorch's own hardsigmoid takes 1/6 in float32, and its celu 1/alpha (so alpha is a power of two).
REFERENCES = {'logSigmoid': F.logsigmoid, 'hardsigmoid': lambda x: F.relu6(x + 3) / 6}
for fn, (edges, settings) in FUNCTIONS.items():
    ref = REFERENCES.get(fn)
    for options in settings:
        note = ', '.join(f'{k} {v}' for k, v in options.items()) or 'defaults'
        case(fn, note, [r(2, 3, scale=1.7)], options, ref=ref)
        case(fn, f'{note}, at kinks and far out', [f(*edges)], options, ref=ref, second=False)
    case(fn, '0-d', [r()], ref=ref, second=False)
    case(fn, 'size 0', [r(0, 2)], ref=ref, second=False)
    # PyTorch 1.13's softshrink makes zero of NaN; later ones keep it.
    case(fn, 'extremes', [c(f(inf, 1e300) if fn == 'softshrink' else f(inf, 1e300, nan))], ref=ref)
    case(fn, 'non-contiguous', [r(3, 2)], ref=ref, strided='transposed')
case('relu', 'integers', [ints(-5, 5, 6)])
case('relu', 'minus infinity', [c(f(-inf))])
case('threshold', 'below and above', [r(2, 3), 0.1, -7])
case('threshold', 'at the threshold', [f(0.5, 0.6, 0.4), 0.5, 20])
case('prelu', 'one weight', [r(2, 3, 2), f(0.25)])
case('prelu', 'a weight per channel', [r(2, 3, 2), r(3)])
for dim in (0, 1, -1):
    case('glu', f'dim {dim}', [r(4, 2, 6), dim])
case('glu', 'default dim', [r(3, 4)], ref=F.glu)
case('rrelu', 'evaluating', [r(2, 3)])
case('rrelu', 'training', [r(3, 4)], {'training': True}, seed=3)
case('rrelu', 'training, other slopes', [r(3, 4)], {'training': True, 'lower': 0.5, 'upper': 0.7}, seed=4)
