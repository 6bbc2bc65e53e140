"""Writes packages/core/test/golden/opinfo/: PyTorch's own samples of its differentiable ops, and what it makes of them.

    /usr/bin/python3 scripts/golden/opinfo.py [--seed N] [--all] [--out DIRECTORY] [variant …]

The samples are those of OpInfo, the database PyTorch tests itself with (torch.testing._internal). A variant is an op's
name and the name of its test variant: `div`, `div floor_rounding`. For each one that takes float64 and supports autograd
there is a line in index.json, and, unless that line says why there is nothing to compare with, a file of samples:

    args, options  of the call, as in golden_case.py; inputs are {"t": i}, dtypes {"dtype": name}
    seed           manualSeed before the call
    inputs         {shape, dtype, data, requiresGrad?}
    outputs        {shape, dtype, data}, flattened, after `gauge`
    changed        by the numbers of inputs, what the call made of those it changed (running statistics)
    gauge          what was done with the outputs because they are determined only up to signs; packages/core/test/opinfo
    cotangents     one per output, null where it has no gradient
    grads          one per input: the vector-Jacobian product
    secondOrder    as in golden_case.py; missing where PyTorch has none
    error          in a call that must fail: the pattern of PyTorch's message

Few samples of a variant are kept: the ones that show most of its arguments, keywords, shapes and dtypes within a budget
of numbers. --all keeps every sample, --seed draws others: for checking that nothing depends on the choice.
"""

import argparse
import contextlib
import gzip
import io
import json
import pathlib
import random
import sys
import types
import unittest
import warnings
import zlib

import numpy as np
import torch

sys.dont_write_bytecode = True
import golden_case  # noqa: E402

# OpInfo imports PyTorch's test tools, which import this package; nothing of it is used here.
stub = types.ModuleType('expecttest')
stub.ACCEPT = False
stub.TestCase = type('TestCase', (unittest.TestCase,), {})
sys.modules.setdefault('expecttest', stub)

warnings.filterwarnings('ignore')
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402
from torch.testing._internal.opinfo.core import SampleInput  # noqa: E402

OUT = pathlib.Path(__file__).resolve().parents[2] / 'packages/core/test/golden/opinfo'
NUMBERS_PER_SAMPLE = 3000
NUMBERS_PER_VARIANT = 9000
SAMPLES_PER_VARIANT = 40
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


# What PyTorch 1.13 itself gets wrong.
WRONG = {'as_strided_scatter': 'its gradient in PyTorch 1.13 is read from uninitialised memory'}


class OutOfReach(Exception):
    """Why there is nothing to compare with."""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--all', action='store_true')
    parser.add_argument('--out', type=pathlib.Path, default=OUT)
    parser.add_argument('variants', nargs='*')
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)

    index = options.out / 'index.json'
    lines = {line['variant']: line for line in json.loads(index.read_text())} if index.exists() else {}
    differentiable = [op for op in op_db if op.supports_autograd and op.supports_dtype(torch.float64, 'cpu')]
    if not options.variants:
        lines = {}
        for path in options.out.glob('*.json.gz'):
            path.unlink()
    for op in sorted(differentiable, key=variant_of):
        variant = variant_of(op)
        if not options.variants or variant in options.variants:
            with contextlib.redirect_stderr(io.StringIO()):
                lines[variant] = write(op, variant, options)
    ordered = [json.dumps(lines[variant], separators=(',', ':')) for variant in sorted(lines)]
    index.write_text('[\n' + ',\n'.join(ordered) + '\n]\n')
    files = list(options.out.glob('*.json.gz'))
    print(f'{len(ordered)} variants, {len(files)} files, {sum(f.stat().st_size for f in files) / 2**20:.1f} MiB')


def variant_of(op):
    return f'{op.name} {op.variant_test_name}'.strip()


def write(op, variant, options):
    line = {'variant': variant}
    if variant in WRONG:
        line['outOfReach'] = WRONG[variant]
        return line
    try:
        samples, available = samples_of(op, options)
    except OutOfReach as reason:
        line['outOfReach'] = str(reason)
        return line
    errors = errors_of(op, options.seed)
    line.update(file=variant.replace(' ', '-') + '.json.gz', samples=len(samples), available=available)
    if errors:
        line['errors'] = len(errors)
    if not any('secondOrder' in sample for sample in samples):
        line['onceDifferentiable'] = True
    text = golden_case.written(samples + errors)
    (options.out / line['file']).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return line


# Samples


def seed_all(text, seed):
    number = zlib.crc32(text.encode()) + seed
    torch.manual_seed(number)
    np.random.seed(number % 2**32)
    random.seed(number)
    return number


def samples_of(op, options):
    seed_all(variant_of(op), options.seed)
    try:
        drawn = list(op.sample_inputs('cpu', torch.float64, requires_grad=True))
    except Exception as error:
        raise OutOfReach(f'PyTorch cannot draw its samples: {str(error).splitlines()[0]}')
    recorded = []
    reasons = []
    for at, sample in enumerate(drawn):
        if not options.all and size_of(sample) > 25 * NUMBERS_PER_SAMPLE:
            continue
        try:
            recorded.append(record(op, sample))
        except OutOfReach as reason:
            reasons.append(str(reason))
    if not recorded:
        raise OutOfReach(reasons[0])
    return (recorded if options.all else chosen(recorded)), len(recorded)


def size_of(sample):
    return sum(x.numel() for x in tensors_in([sample.input, *sample.args, *sample.kwargs.values()]))


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [x for item in value for x in tensors_in(item)]
    return []


def chosen(samples):
    """The samples that add most to what is seen, within the budget; at least one."""
    features = [features_of(sample) for sample in samples]
    sizes = [numbers_in(sample) for sample in samples]
    taken, seen, spent = [], set(), 0
    left = [at for at in range(len(samples)) if sizes[at] <= NUMBERS_PER_SAMPLE]
    if not left:
        left = [min(range(len(samples)), key=lambda at: sizes[at])]
    while left and len(taken) < SAMPLES_PER_VARIANT:
        best = max(left, key=lambda at: (len(features[at] - seen), -sizes[at], -at))
        left.remove(best)
        if taken and spent + sizes[best] > NUMBERS_PER_VARIANT:
            continue
        taken.append(best)
        seen |= features[best]
        spent += sizes[best]
    return [samples[at] for at in sorted(taken)]


def features_of(sample):
    """What distinguishes one call from another: each argument, each pair of keywords, each shape, the kinds of numbers."""
    args = json.dumps(sample['args'])
    options = [f'{key}={json.dumps(value)}' for key, value in sample.get('options', {}).items()]
    shapes = [f"{at}:{x['shape']}{x['dtype']}" for at, x in enumerate(sample['inputs'])]
    ranks = ','.join(str(len(x['shape'])) for x in sample['inputs'])
    pairs = [a + b for a in options for b in options if a < b]
    odd = [f'{at}:{v}' for at, x in enumerate(sample['inputs']) for v in x['data'] if v in ('NaN', 'Infinity', '-Infinity')]
    return {args, ' '.join(shapes), ranks, sample.get('gauge'), *options, *pairs, *shapes, *odd}


def numbers_in(value):
    if isinstance(value, (list, tuple)):
        return sum(1 if isinstance(v, (int, float, str)) else numbers_in(v) for v in value)
    if isinstance(value, dict):
        return sum(numbers_in(v) for v in value.values())
    return 0


# One call


def record(op, sample):
    gauge = sample.output_process_fn_grad
    if gauge.__qualname__ not in GAUGES:
        raise OutOfReach(f'outputs are compared through {gauge.__qualname__}')
    out = {'seed': SEED}
    call, leaves = encoded_call(out, sample)
    before = [x.detach().clone() for x in leaves]
    torch.manual_seed(SEED)
    try:
        result = gauge(call(op))
    except Exception as error:
        raise OutOfReach(f'PyTorch refuses its sample: {str(error).splitlines()[0]}')
    changed = {at: rounded(x) for at, (x, old) in enumerate(zip(leaves, before)) if not torch.equal(x, old) and (x == x).all()}
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


# Calls that must fail


def errors_of(op, seed):
    if op.error_inputs_func is None:
        return []
    seed_all(variant_of(op), seed)
    errors = []
    try:
        drawn = list(op.error_inputs('cpu'))
    except Exception:
        return []
    for error in drawn:
        sample = error.sample_input
        given = tensors_in([sample.input, *sample.args, *sample.kwargs.values()])
        # There is no `out`, and int32 is the wide integer. A pattern that matches everything is of a refusal of plain
        # numbers, which are taken here.
        if 'out' in sample.kwargs or not error.error_regex or any(x.dtype == torch.int32 for x in given):
            continue
        out = {'error': error.error_regex}
        try:
            call, _ = encoded_call(out, sample)
            torch.manual_seed(SEED)
            call(op)
        except OutOfReach:
            continue
        except Exception:
            errors.append(out)
    return errors


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
    raise OutOfReach(f'takes a {type(value).__name__}')


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
        raise OutOfReach('complex numbers')
    if x.layout != torch.strided:
        raise OutOfReach('sparse tensors')
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


DTYPES = {**golden_case.DTYPES, torch.int32: 'int32'}

main()
