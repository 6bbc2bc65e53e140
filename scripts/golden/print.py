"""Writes packages/core/test/golden/print.json: how PyTorch prints tensors, in our spellings.

    /usr/bin/python3 scripts/golden/print.py

The elements are PyTorch's public repr. The notes after them (dtype, size) are respelled, so their wrapping
is asked of PyTorch anew, at our lengths. Cases named "verbatim" are PyTorch's repr, unaltered.
"""

import json
import math
import pathlib
import random
import re

import torch

OUT = pathlib.Path(__file__).resolve().parents[2] / 'packages/core/test/golden/print.json'
# Our default integer dtype is int32, PyTorch's is int64: both print without a dtype.
TORCH = {
    'float32': torch.float32,
    'float64': torch.float64,
    'int32': torch.int64,
    'uint8': torch.uint8,
    'bool': torch.bool,
}
PYTHON_OPTIONS = {'sciMode': 'sci_mode'}

rng = random.Random(20221128)
cases = []


def encode(value):
    if isinstance(value, float):
        if math.isnan(value):
            return 'nan'
        if math.isinf(value) or (value == 0 and math.copysign(1, value) < 0):
            return {math.inf: 'inf', -math.inf: '-inf', 0: '-0'}[value]
    return int(value) if isinstance(value, bool) else value


def contiguous(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= max(size, 1)
    return strides


def view(storage, dtype, shape, strides, offset):
    return torch.tensor(storage, dtype=TORCH[dtype]).as_strided(shape, strides, offset)


def set_options(options):
    torch.set_printoptions(profile='default', sci_mode=None)
    torch.set_printoptions(**{PYTHON_OPTIONS.get(k, k): v for k, v in options.items()})


def respelled(t, dtype, suffixes):
    text = repr(t)
    notes = []
    while True:
        note = re.search(r',\s+(dtype=torch\.\w+|size=\([\d, ]*\))\)$', text)
        if note is None:
            break
        found = note.group(1)
        if found.startswith('dtype'):
            notes.insert(0, f'dtype={dtype}')
        else:
            sizes = [s.strip() for s in found[6:-1].split(',') if s.strip()]
            notes.insert(0, f'size=[{", ".join(sizes)}]')
        text = text[: note.start()] + ')'
    if dtype == 'bool':
        text = text.replace('True', 'true').replace('False', 'false')
    return torch._tensor_str._add_suffixes(text[:-1], notes + list(suffixes), 7, False)


def add(name, dtype, storage, shape=None, strides=None, offset=0, suffixes=(), options=None):
    shape = [len(storage)] if shape is None else list(shape)
    strides = contiguous(shape) if strides is None else list(strides)
    options = options or {}
    t = view(storage, dtype, shape, strides, offset)
    set_options(options)
    record(name, dtype, shape, strides, offset, storage, suffixes, options, respelled(t, dtype, suffixes))


def verbatim(name, storage, shape, suffixes, options=None):
    """A float32 tensor with PyTorch's own suffixes."""
    options = options or {}
    t = view(storage, 'float32', shape, contiguous(shape), 0)
    shown = t.clone().requires_grad_()
    if suffixes != ['requires_grad=True']:
        shown = shown * 1
    set_options(options)
    text = repr(shown)
    assert text == respelled(t, 'float32', suffixes), (text, suffixes)
    record(f'verbatim: {name}', 'float32', shape, contiguous(shape), 0, storage, suffixes, options, text)


def record(name, dtype, shape, strides, offset, storage, suffixes, options, expected):
    case = {'name': name, 'dtype': dtype, 'shape': shape, 'strides': strides, 'offset': offset}
    case['array'] = [encode(v) for v in storage]
    if suffixes:
        case['suffixes'] = list(suffixes)
    if options:
        case['options'] = options
    case['expected'] = expected
    cases.append(case)


def short(value):
    """Few digits, for a small file; a typed array and PyTorch round them to float32 alike."""
    return float(f'{value:.6g}')


def normal(n, scale=1.0):
    return [short(rng.gauss(0, scale)) for _ in range(n)]


def magnitudes(n, low, high):
    return [short(rng.choice([-1, 1]) * 10 ** rng.uniform(low, high)) for _ in range(n)]


nan, inf = math.nan, math.inf
FLOATS = ('float32', 'float64')

# Few elements, chosen.
for dtype in FLOATS:
    for values in (
        [3.0], [0.0], [-0.0], [nan], [inf], [-inf], [1.5], [-1.5], [1e-4], [1e-5], [0.1], [1e5], [1e8],
        [99999999.0], [1e9], [123456.789], [-1e30], [1e-30], [0.03125], [-0.09375],
    ):
        add(f'0-d {dtype} {values[0]}', dtype, values, [])
    for values in (
        [1.0, 2.0], [0.0, -0.0], [1.0, -0.0], [-0.5, -0.0], [nan, inf], [nan, 1.0, 2.0], [-inf, 1.0], [inf, 1.5],
        [nan, 1e5, 1.0], [-inf, 1.5, 1e-6], [1.0, 1000.0], [1.0, 1001.0], [1.5, 1500.0], [1.5, 1501.5],
        [1e8, 1e6], [1e8 + 16, 1e6], [1e-4, 1e-4], [2e-4, 0.1], [1e-40, 1.0], [1e30, 1e35], [0.0, 1e-5],
        [0.03125, 0.09375, -0.03125, 0.15625], [100005.0, 1.5, 100015.0, -100025.0], [9.99995, 0.99995],
        [-1.0, -20.0, 300.0], [16777216.0, 16777215.0], [0.99999, 0.5], [0.0, 0.0, nan],
    ):
        add(f'{dtype} {values}', dtype, values)
add('largest and smallest doubles', 'float64', [1.7976931348623157e308, 5e-324, -2.2250738585072014e-308])
add('largest and smallest singles', 'float32', [3.4028234663852886e38, 1.401298464324817e-45])
add('integers to 2**53', 'float64', [2.0**53, 2.0**53 - 1, -(2.0**52)])
for dtype in ('int32', 'uint8'):
    for values in ([7], [0, 1, 10, 100], [255, 0, 3]):
        add(f'{dtype} {values}', dtype, values)
        add(f'0-d {dtype} {values[0]}', dtype, values[:1], [])
add('int32 extremes', 'int32', [2**31 - 1, -(2**31), 0, -1])
add('int32 negative', 'int32', [-1, -2, -3])
for values in ([1], [0], [1, 1], [0, 0], [1, 0], [0, 1, 1, 0]):
    add(f'bool {values}', 'bool', values)
add('0-d bool true', 'bool', [1], [])
add('0-d bool false', 'bool', [0], [])

# No elements.
for shape in ([0], [0, 3], [3, 0], [2, 0, 4], [0, 0], [2000, 0], [1, 2, 3, 0]):
    for dtype in TORCH:
        add(f'size-0 {dtype} {shape}', dtype, [], shape)
add('size-0 with a suffix', 'float64', [], [0, 3], suffixes=['requiresGrad=true'])

# Wrapping.
for n in (10, 11, 12, 13, 25, 60):
    add(f'{n} normals wrap', 'float32', normal(n))
    add(f'{n} integral floats wrap', 'float64', [float(rng.randint(-9, 999)) for _ in range(n)])
    add(f'{n} tiny floats wrap', 'float32', magnitudes(n, -12, -6))
    add(f'{n} ints wrap', 'int32', [rng.randint(-10**6, 10**6) for _ in range(n)])
    add(f'{n} bytes wrap', 'uint8', [rng.randint(0, 255) for _ in range(n)])
    add(f'{n} bools wrap', 'bool', [rng.randint(0, 1) for _ in range(n)])
add('rows that wrap, three dims', 'float32', normal(2 * 2 * 14), [2, 2, 14])
for linewidth in (1, 9, 20, 21, 22, 33, 40, 79, 81, 120, 1000):
    add(f'linewidth {linewidth}', 'float64', normal(24), [2, 12], options={'linewidth': linewidth})
for linewidth in range(28, 62):
    add(
        f'suffixes at linewidth {linewidth}', 'float64', [1.0, 2.0], suffixes=['requiresGrad=true', 'x=1'],
        options={'linewidth': linewidth},
    )
    verbatim(f'leaf at linewidth {linewidth}', normal(4), [2, 2], ['requires_grad=True'], {'linewidth': linewidth})
for n in range(6, 13):
    suffixes = [f'gradFn=<{rng.choice(["mul", "logSoftmax", "conv2dWeightGrad"])}>']
    add(f'{n} normals with gradFn', 'float32', normal(n), suffixes=suffixes)
    add(f'{n} float64 normals with gradFn', 'float64', normal(2 * n), [2, n], suffixes=suffixes)
    verbatim(f'{n} normals, not a leaf', normal(n), [n], ['grad_fn=<MulBackward0>'])

# Random shapes and magnitudes.
for i in range(60):
    dtype = rng.choice(FLOATS)
    shape = [rng.randint(1, 5) for _ in range(rng.randint(0, 4))]
    n = math.prod(shape)
    low = rng.uniform(-8, 8)
    storage = magnitudes(n, low, low + rng.choice([0.5, 2, 4, 8]))
    if rng.random() < 0.3:
        storage = [float(round(v)) for v in storage]
    for special in (nan, inf, -inf, 0.0, -0.0):
        if rng.random() < 0.15:
            storage[rng.randrange(n)] = special
    add(f'random floats {i}', dtype, storage, shape)
for i in range(20):
    dtype = rng.choice(['int32', 'uint8', 'bool'])
    low, high = {'int32': (-(2**31), 2**31 - 1), 'uint8': (0, 255), 'bool': (0, 1)}[dtype]
    shape = [rng.randint(1, 6) for _ in range(rng.randint(0, 4))]
    shift = rng.choice([0, 12, 24]) if dtype == 'int32' else 0
    add(f'random {dtype} {i}', dtype, [rng.randint(low, high) >> shift for _ in range(math.prod(shape))], shape)

# Strided views.
add('transpose', 'float32', normal(12), [4, 3], [1, 4])
add('transpose of integers', 'int32', list(range(6)), [3, 2], [1, 3])
add('every second', 'float64', normal(20), [10], [2])
add('every second of a row, from an offset', 'float32', normal(40), [4, 3], [10, 2], 3)
add('expanded row', 'float32', normal(3), [4, 3], [0, 1])
add('permuted cube', 'float32', normal(24), [4, 2, 3], [1, 12, 4])
add('0-d from an offset', 'float32', [1.0, 2.5], [], [], 1)

# Summaries: overlapping views keep the file small.
summaries = (
    ([1001], [1], 1001), ([1000], [1], 1000), ([4000], [0], 1), ([40, 40], [3, 1], 157), ([7, 200], [1, 2], 405),
    ([6, 200], [5, 1], 225), ([200, 6], [1, 40], 400), ([2, 600], [7, 1], 607), ([1001, 1], [1, 1], 1001),
    ([11, 12, 13], [5, 3, 1], 96), ([3, 20, 40], [30, 2, 1], 138), ([9, 9, 9, 9], [13, 7, 3, 1], 193),
    ([2, 3, 20, 20], [50, 20, 2, 1], 148), ([100000000], [0], 1), ([10000, 10000], [0, 0], 1),
    ([4, 4, 4, 4, 5], [1, 2, 3, 4, 5], 51),
)
for shape, strides, n in summaries:
    add(f'summary of normals {shape}', 'float32', normal(n), shape, strides)
    add(f'summary of integers {shape}', 'int32', [rng.randint(-50, 10**5) for _ in range(n)], shape, strides)
add('summary of integral floats', 'float64', [float(v) for v in range(1001)], suffixes=['requiresGrad=true'])
add('summary of bools', 'bool', [v % 3 == 0 for v in range(1100)])
add('summary of wide doubles', 'float64', magnitudes(1001, -200, 200))
add('hidden elements decide nothing', 'float32', [1.0] * 500 + [1e9, nan, 0.5] + [2.0] * 500)
for edgeitems in (1, 2, 10):
    add(f'edgeitems {edgeitems}', 'float32', normal(200), [40, 40], [4, 1], options={'edgeitems': edgeitems})
for threshold in (0, 5, 16, 17):
    options = {'threshold': threshold, 'edgeitems': 1}
    add(f'threshold {threshold}', 'float32', normal(16), [4, 4], options=options)
    add(f'threshold {threshold} of 0-d', 'float32', [2.5], [], options=options)
    add(f'threshold {threshold} of two', 'float32', [2.5, 1.0], options=options)

# Precision and notation.
ties = [0.5, 1.5, 2.5, -0.5, 0.25, 0.125, 0.375, 0.0625, 1.0]
for precision in (0, 1, 2, 3, 8, 17, 30):
    add(f'precision {precision} with ties', 'float64', ties, options={'precision': precision})
    add(f'precision {precision}', 'float64', normal(5, 100), options={'precision': precision})
    add(f'precision {precision} in powers', 'float64', [2.5, 3.5e9, 25e7, 1e-9], options={'precision': precision})
for sci in (True, False):
    for values in (
        [1.0, 20.0], [1e5, 1e9], [0.0, -0.0], [1.5, 1e-7], [nan, 1.0], [nan, 1e5, 1.0], [-1e5], [-1.5, 1e-7, 3e8],
        [1e-7, -1e-7, 0.5], [1e22, 1.5, -1e25], [1e21, 123456789012345680000.0, 1e23], [inf, 2.5], [nan, -inf],
    ):
        add(f'sciMode {sci} {values}', 'float64', values, options={'sciMode': sci})
    add(f'sciMode {sci} 0-d', 'float32', [1e-6], [], options={'sciMode': sci})
    add(f'sciMode {sci} of ints', 'int32', [1, 10**6], options={'sciMode': sci})

OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text('[\n' + ',\n'.join(json.dumps(case, allow_nan=False) for case in cases) + '\n]\n')
print(f'{len(cases)} cases, {OUT.stat().st_size} bytes')
