"""Writes packages/core/test/golden/opinfo/: PyTorch's own samples of its differentiable ops, and what it makes of them.

    /usr/bin/python3 scripts/golden/opinfo.py [--seed N] [--all] [--out DIRECTORY] [variant …]

The samples are those of OpInfo, the database PyTorch tests itself with (torch.testing._internal). A variant is an op's
name and the name of its test variant: `div`, `div floor_rounding`. For each that takes float64 and supports autograd
there is a line in index.json, and, unless that line says why there is nothing to compare with, a file of samples, as
opinfo_call.py records them.

Few samples of a variant are kept: the ones that show most of its arguments, keywords, shapes and dtypes within a budget
of numbers. --all keeps every sample, --seed draws others: for checking that nothing depends on the choice.
"""

import argparse
import contextlib
import gzip
import io
import json
import os
import pathlib
import random
import sys
import types
import unittest
import warnings
import zlib

import numpy as np
import torch

# Some samples are drawn in the order of a set of strings.
if os.environ.get('PYTHONHASHSEED') != '0':
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, 'PYTHONHASHSEED': '0'})

sys.dont_write_bytecode = True
import golden_case  # noqa: E402

# OpInfo imports PyTorch's test tools, which import this package; nothing of it is used here.
stub = types.ModuleType('expecttest')
stub.ACCEPT = False
stub.TestCase = type('TestCase', (unittest.TestCase,), {})
sys.modules.setdefault('expecttest', stub)

warnings.filterwarnings('ignore')
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402
from opinfo_call import SEED, OutOfReach, encoded_call, record, tensors_in  # noqa: E402

OUT = pathlib.Path(__file__).resolve().parents[2] / 'packages/core/test/golden/opinfo'
NUMBERS_PER_SAMPLE = 3000
NUMBERS_PER_VARIANT = 9000
SAMPLES_PER_VARIANT = 40

# What PyTorch 1.13 itself gets wrong.
WRONG = {'as_strided_scatter': 'its gradient in PyTorch 1.13 is read from uninitialised memory'}


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
    """What distinguishes one call from another: arguments, pairs of keywords, shapes, the kinds of numbers."""
    args = json.dumps(sample['args'])
    options = [f'{key}={json.dumps(value)}' for key, value in sample.get('options', {}).items()]
    shapes = [f"{at}:{x['shape']}{x['dtype']}" for at, x in enumerate(sample['inputs'])]
    ranks = ','.join(str(len(x['shape'])) for x in sample['inputs'])
    pairs = [a + b for a in options for b in options if a < b]
    odd = [f'{at}:{v}' for at, x in enumerate(sample['inputs']) for v in x['data'] if isinstance(v, str)]
    return {args, ' '.join(shapes), ranks, sample.get('gauge'), *options, *pairs, *shapes, *odd}


def numbers_in(value):
    if isinstance(value, (list, tuple)):
        return sum(1 if isinstance(v, (int, float, str)) else numbers_in(v) for v in value)
    if isinstance(value, dict):
        return sum(numbers_in(v) for v in value.values())
    return 0


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


main()
