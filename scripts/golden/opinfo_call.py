"""Records one call of OpInfo's: a sample, with its gradients, or a call that must fail.

    args, options  of the call, as in golden_case.py; inputs are {"t": i}, dtypes {"dtype": name}
    seed           manualSeed before the call
    inputs         {shape, dtype, data, requiresGrad?}
    outputs        {shape, dtype, data}, flattened, after `gauge`
    changed        by the numbers of inputs, what the call made of those it changed (running statistics)
    gauge          what was done with outputs that are determined only up to signs: a name of test/opinfo/gauges.ts
    cotangents     one per output, null where it has no gradient
    grads          one per input: the vector-Jacobian product
    secondOrder    as in golden_case.py; missing where PyTorch has none
    error          in a call that must fail: the pattern of PyTorch's message
"""

import numpy as np
import torch

import golden_case

DTYPES = {**golden_case.DTYPES, torch.int32: 'int32'}
# Before every call; OpInfo's wrappers of random ops use it too.
SEED = 42

# The functions samples bring along for what is determined up to signs only, by the names of packages/core/test/opinfo.
GAUGES = {
    'sample_inputs_svd.<locals>.fn_U': 'absU',
    'sample_inputs_svd.<locals>.fn_S': 'S',
    'sample_inputs_svd.<locals>.fn_Vh': 'SAndAbsVh',
    'sample_inputs_svd.<locals>.fn_UVh': 'UVhAndS',
    'sample_inputs_linalg_eig.<locals>.out_fn': 'firstAndAbsSecond',
    'sample_inputs_linalg_eigh.<locals>.out_fn': 'firstAndAbsSecond',
    'sample_inputs_symeig.<locals>.<lambda>': 'firstAndAbsSecond',
    'sample_inputs_linalg_lu.<locals>.out_fn': 'lastTwo',
    'sample_inputs_lu_unpack.<locals>.out_fn': 'lastTwo',
    'SampleInput.__init__.<locals>.<lambda>': None,
}


class OutOfReach(Exception):
    """Why there is nothing to compare with."""


def record(op, sample):
    gauge = sample.output_process_fn_grad
    if gauge.__qualname__ not in GAUGES:
        if 'to_sparse' in gauge.__qualname__:
            raise OutOfReach('there are no sparse tensors')
        raise OutOfReach(f'outputs are compared through {gauge.__qualname__}')
    out = {'seed': SEED}
    call, leaves = encoded_call(out, sample)
    before = [x.detach().clone() for x in leaves]
    torch.manual_seed(SEED)
    try:
        result = gauge(call(op))
    except Exception as error:
        raise OutOfReach(f'PyTorch refuses its sample: {str(error).splitlines()[0]}')
    pairs = enumerate(zip(leaves, before))
    changed = {at: rounded(x) for at, (x, old) in pairs if not torch.equal(x, old) and (x == x).all()}
    if changed:
        out['changed'] = changed
    if GAUGES[gauge.__qualname__]:
        out['gauge'] = GAUGES[gauge.__qualname__]
    outputs = [result] if isinstance(result, torch.Tensor) else tensors_in(list(result))
    out['outputs'] = [described(x) for x in outputs]
    roots = [x for x in outputs if x.requires_grad]
    if roots:
        differentiate(out, outputs, leaves, op.supports_gradgrad)
    return out


def encoded_call(out, sample):
    inputs = []
    args = [encode(value, inputs) for value in (sample.input, *sample.args)]
    options = {key: encode(value, inputs) for key, value in sample.kwargs.items()}
    leaves = {}
    for x in inputs:
        leaf = x.detach().clone(memory_format=torch.contiguous_format)
        leaves[id(x)] = leaf.requires_grad_(x.requires_grad)
    out['args'] = args
    if options:
        out['options'] = options
    out['inputs'] = []
    for x in inputs:
        spec = described(x, exact=True)
        if x.requires_grad:
            spec['requiresGrad'] = True
        out['inputs'].append(spec)
    given = replaced((sample.input, *sample.args), leaves)
    keywords = replaced(sample.kwargs, leaves)
    return (lambda op: op(*given, **keywords)), [leaves[id(x)] for x in inputs]


def differentiate(out, outputs, leaves, twice):
    cotangents = [golden_case.seed_like(x) if x.requires_grad else None for x in outputs]
    roots = [x for x in outputs if x.requires_grad]
    seeds = [x for x in cotangents if x is not None]
    wanted = [x for x in leaves if x.requires_grad]
    try:
        found = torch.autograd.grad(roots, wanted, seeds, create_graph=twice, allow_unused=True)
    except Exception as error:
        raise OutOfReach(f'PyTorch does not differentiate its sample: {str(error).splitlines()[0]}')
    grads = golden_case.spread(found, leaves)
    out['cotangents'] = [rounded(x, exact=True) for x in cotangents]
    out['grads'] = [rounded(g) for g in grads]
    if not twice:
        return
    directions = [None if g is None else golden_case.seed_like(g).detach() for g in grads]
    total = sum((g * v).sum() for g, v in zip(grads, directions) if g is not None)
    if not isinstance(total, torch.Tensor) or not total.requires_grad:
        doubled = [None] * (len(wanted) + len(seeds))
    else:
        try:
            doubled = list(torch.autograd.grad(total, wanted + seeds, allow_unused=True))
        except Exception:
            return
    out['secondOrder'] = {
        'directions': [rounded(v, exact=True) for v in directions],
        'inputs': [rounded(g) for g in golden_case.spread(doubled, leaves)],
        'cotangents': [rounded(g) for g in golden_case.spread(doubled[len(wanted):], cotangents)],
    }


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [x for item in value for x in tensors_in(item)]
    return []


# Encoding


def encode(value, inputs):
    if isinstance(value, torch.Tensor):
        supported(value)
        for at, x in enumerate(inputs):
            if x is value:
                return {'t': at}
        inputs.append(value)
        return {'t': len(inputs) - 1}
    if isinstance(value, torch.dtype):
        if value not in golden_case.DTYPES:
            raise OutOfReach(f'{value}: not one of our dtypes')
        return {'dtype': golden_case.DTYPES[value]}
    if isinstance(value, dict):
        return {key: encode(item, inputs) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item, inputs) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, slice):
        return {'slice': [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return '...'
    if isinstance(value, float):
        spelled = golden_case.number(value)
        return {'number': spelled} if isinstance(spelled, str) else spelled
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise OutOfReach(f'takes a {type(value).__name__}, which a file cannot hold')


def replaced(value, leaves):
    if isinstance(value, torch.Tensor):
        return leaves[id(value)]
    if isinstance(value, dict):
        return {key: replaced(item, leaves) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([replaced(item, leaves) for item in value])
    return value


def supported(x):
    if x.device.type != 'cpu':
        raise OutOfReach('devices')
    if x.is_complex():
        raise OutOfReach('there are no complex numbers')
    if x.layout != torch.strided:
        raise OutOfReach('there are no sparse tensors')
    if x.dtype not in DTYPES:
        raise OutOfReach(f'{x.dtype}: not one of our dtypes')


def described(x, exact=False):
    supported(x)
    return {'shape': list(x.shape), 'dtype': DTYPES[x.dtype], 'data': rounded(x, exact)}


def rounded(x, exact=False):
    """The numbers of a tensor; results with the twelve digits that the comparison could use."""
    if x is None:
        return None
    supported(x)
    found = golden_case.numbers(x)
    return found if exact else [golden_case.number(float(f'{v:.11e}')) if isinstance(v, float) else v for v in found]
