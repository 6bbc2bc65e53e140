"""Records one call of a PyTorch function as a golden case: inputs, outputs, gradients, gradients of gradients.

A case is replayed by packages/core/test/goldenCase.ts; the two describe one format:

    fn, note       our function's name and what is special about the call
    seed           manualSeed before the call
    args, options  JSON, where {"t": i} is input i, {"slice": [a, b, c]} a slice, {"number": "Infinity"} that number
    inputs         {shape, dtype, data, requiresGrad?, strided?: how the elements are to lie in memory}
    through        'abs' if outputs are compared by their absolute values, being determined only up to signs
    outputs        {name?, shape, dtype, data}; `name` if the function returns an object; `list`: true if it returns an array
    cotangents     one per output, null where the output has no gradient
    grads          one per input, null where there is none
    secondOrder    {directions, inputs, cotangents}: the gradients of sum_i <grad_i, direction_i> with respect to the
                   inputs and the cotangents; null counts as zero

torch.int64 stands for int32, our only wide integer. Numbers JSON has not are strings.
"""

import json
import math
import re

import torch
import torch.nn.functional as F

DTYPES = {
    torch.float32: 'float32',
    torch.float64: 'float64',
    torch.int64: 'int32',
    torch.uint8: 'uint8',
    torch.bool: 'bool',
}
LAYOUTS = [None, None, None, 'transposed', None, None, None, 'stepped']

recorded = []
failed = []
constants = {}


# Inputs


def r(*shape, scale=1.0, shift=0.0):
    """Normal float64 numbers with three decimals: short in the file, exact in both libraries."""
    return rounded(torch.randn(shape, dtype=torch.float64) * scale + shift)


def u(lo, hi, *shape):
    """Uniform float64 numbers with three decimals."""
    return rounded(torch.rand(shape, dtype=torch.float64) * (hi - lo) + lo)


def e(extent, *shape):
    """The same numbers at each position of the first dim: what an expanded tensor holds."""
    return r(1, *shape).repeat(extent, *[1 for _ in shape])


def f(*values):
    """A 1-d float64 tensor of these values."""
    return torch.tensor(values, dtype=torch.float64)


def i(*values):
    """A 1-d integer tensor of these values; nested lists give more dims."""
    return torch.tensor(values[0] if len(values) == 1 and isinstance(values[0], list) else values, dtype=torch.int64)


def n(value):
    """A 0-d integer tensor."""
    return torch.tensor(value, dtype=torch.int64)


def ints(lo, hi, *shape):
    """Random integers in [lo, hi)."""
    return torch.randint(lo, hi, shape, dtype=torch.int64)


def b(*values):
    """A bool tensor of these values."""
    return torch.tensor(values[0] if len(values) == 1 and isinstance(values[0], list) else values, dtype=torch.bool)


def c(x):
    """Marks a floating input that requires no gradient."""
    constants[id(x)] = x
    return x


def rounded(x):
    return torch.tensor([round(v, 3) for v in x.flatten().tolist()], dtype=torch.float64).reshape(x.shape)


# The call


def snake(name):
    return re.sub(r'([A-Z])', lambda m: '_' + m.group(1).lower(), name)


def function(name):
    if '.' in name:
        space, name = name.split('.')
        return getattr(getattr(torch, space), snake(name))
    snaked = snake(name)
    return getattr(F, snaked, None) or getattr(torch, snaked, None) or getattr(torch.Tensor, snaked)


def case(fn, note, args, options=None, ref=None, grad=True, second=True, seed=None, names=None, strided=None, zeros=False, through=None):
    """Records fn(*args, **options).

    ref: the same call in PyTorch, where the name in snake_case with the same arguments is not it; gets args and
    options. grad=False, second=False: values only, first order only. names: of the fields of a result object.
    zeros: where PyTorch has no gradient, expect zeros. through='abs': compare absolute values.
    """
    try:
        recorded.append(record(fn, note, args, options, ref, grad, second, seed, names, strided, zeros, through))
    except Exception as error:
        failed.append(f'{fn}: {note}: {error}')


def record(fn, note, args, options, ref, grad, second, seed, names, strided, zeros, through):
    inputs = []
    encoded_args = encode(args, inputs)
    encoded_options = encode(options or {}, inputs)
    grads_wanted = [grad and x.is_floating_point() and id(x) not in constants for x in inputs]
    leaves = {id(x): x.detach().clone().requires_grad_(w) for x, w in zip(inputs, grads_wanted)}
    if seed is not None:
        torch.manual_seed(seed)
    call = ref or (lambda *a, **o: function(fn)(*a, **{snake(k): v for k, v in o.items()}))
    result = call(*replace(args, leaves), **replace(options or {}, leaves))
    if strided is None:
        strided = LAYOUTS[len(recorded) % len(LAYOUTS)]

    out = {'fn': fn, 'note': note}
    if seed is not None:
        out['seed'] = seed
    out['args'] = encoded_args
    if encoded_options:
        out['options'] = encoded_options
    out['inputs'] = []
    for x, wanted in zip(inputs, grads_wanted):
        spec = described(x)
        if wanted:
            spec['requiresGrad'] = True
        if strided and x.dim() > 0 and (strided != 'expanded' or (x == x[:1]).all()):
            spec['strided'] = strided
        out['inputs'].append(spec)
    if isinstance(result, torch.Tensor):
        outputs = [result]
    else:
        outputs = list(result)
        if not names:
            out['list'] = True
    if through:
        out['through'] = through
        outputs = [x.abs() for x in outputs]
    out['outputs'] = [described(x) for x in outputs]
    for spec, name in zip(out['outputs'], names or []):
        spec['name'] = name

    differentiable = [x for x in outputs if x.requires_grad]
    if differentiable:
        state = torch.get_rng_state()
        differentiate(out, outputs, [leaves[id(x)] for x in inputs], second, zeros)
        torch.set_rng_state(state)
        torch.randn(3)
    return out


def differentiate(out, outputs, leaves, second, zeros):
    cotangents = [seed_like(x) if x.requires_grad else None for x in outputs]
    roots = [x for x in outputs if x.requires_grad]
    seeds = [x for x in cotangents if x is not None]
    wanted = [x for x in leaves if x.requires_grad]
    found = torch.autograd.grad(roots, wanted, seeds, create_graph=second, allow_unused=True)
    if zeros:
        found = [torch.zeros_like(x) if g is None else g for g, x in zip(found, wanted)]
    grads = spread(found, leaves)
    out['cotangents'] = [numbers(x) for x in cotangents]
    out['grads'] = [numbers(g) for g in grads]
    if not second:
        return
    directions = [None if g is None else seed_like(g).detach() for g in grads]
    total = sum((g * v).sum().double() for g, v in zip(grads, directions) if g is not None)
    if not isinstance(total, torch.Tensor) or not total.requires_grad:
        doubled = [None] * (len(wanted) + len(seeds))
    else:
        doubled = list(torch.autograd.grad(total, wanted + seeds, allow_unused=True))
    out['secondOrder'] = {
        'directions': [numbers(v) for v in directions],
        'inputs': [numbers(g) for g in spread(doubled, leaves)],
        'cotangents': [numbers(g) for g in spread(doubled[len(wanted):], cotangents)],
    }


def spread(found, tensors):
    """One entry per tensor: the next gradient found if it requires one, else None."""
    rest = iter(found)
    return [next(rest) if x is not None and x.requires_grad else None for x in tensors]


def seed_like(x):
    return rounded(torch.randn(x.shape, dtype=torch.float64)).to(x.dtype).requires_grad_()


# Encoding


def encode(value, inputs):
    if isinstance(value, torch.Tensor):
        for at, x in enumerate(inputs):
            if x is value:
                return {'t': at}
        inputs.append(value)
        return {'t': len(inputs) - 1}
    if isinstance(value, dict):
        return {k: encode(v, inputs) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(v, inputs) for v in value]
    if isinstance(value, slice):
        return {'slice': [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return '...'
    if isinstance(value, float):
        spelled = number(value)
        return {'number': spelled} if isinstance(spelled, str) else spelled
    assert value is None or isinstance(value, (bool, int, str)), value
    return value


def replace(value, leaves):
    if isinstance(value, torch.Tensor):
        return leaves[id(value)]
    if isinstance(value, dict):
        return {k: replace(v, leaves) for k, v in value.items()}
    if isinstance(value, list):
        return [replace(v, leaves) for v in value]
    return value


def described(x):
    return {'shape': list(x.shape), 'dtype': DTYPES[x.dtype], 'data': numbers(x)}


def numbers(x):
    if x is None:
        return None
    # A zero tensor without storage is how autograd passes some zeros on.
    x = torch.zeros(x.shape, dtype=x.dtype) if x._is_zerotensor() else x.detach()
    if x.dtype == torch.float32:
        return [number(float(str(v))) for v in x.flatten().numpy()]
    return [number(v) for v in x.flatten().tolist()]


def number(v):
    if isinstance(v, bool):
        return int(v)
    if math.isnan(v):
        return 'NaN'
    if math.isinf(v):
        return 'Infinity' if v > 0 else '-Infinity'
    if isinstance(v, float) and v == int(v) and abs(v) < 1e15 and math.copysign(1, v) == (1 if v >= 0 else -1):
        return int(v)
    return v


def written(cases):
    """One case per line, so that a diff shows which case changed."""
    lines = [json.dumps(x, separators=(',', ':'), allow_nan=False) for x in cases]
    return '[\n' + ',\n'.join(lines) + '\n]\n'
