"""Writes packages/core/test/golden/ops/*.json: what PyTorch's ops compute, and their gradients of two orders.

    /usr/bin/python3 scripts/golden/ops.py [family …]

Each module of families/ is one file; golden_case.py says what a case is.
"""

import importlib
import pathlib
import sys
import warnings
import zlib

import torch

sys.dont_write_bytecode = True
import golden_case  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parents[1] / 'packages/core/test/golden/ops'

warnings.filterwarnings('ignore')
torch.set_num_threads(1)
OUT.mkdir(parents=True, exist_ok=True)
families = sys.argv[1:] or sorted(path.stem for path in (HERE / 'families').glob('[a-z]*.py'))
total = 0
for family in families:
    golden_case.recorded.clear()
    golden_case.constants.clear()
    torch.manual_seed(zlib.crc32(family.encode()))
    importlib.import_module(f'families.{family}')
    text = golden_case.written(golden_case.recorded)
    (OUT / f'{family}.json').write_text(text)
    seconds = sum('secondOrder' in case for case in golden_case.recorded)
    print(f'{family:14} {len(golden_case.recorded):4} cases {seconds:4} of second order {len(text) / 1024:7.0f} KiB')
    total += len(golden_case.recorded)
print(f'{total} cases')
if golden_case.failed:
    sys.exit('\n'.join(golden_case.failed))
