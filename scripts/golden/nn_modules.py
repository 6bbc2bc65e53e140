"""Writes packages/nn/test/golden/modules.json and modules.<family>.json: how PyTorch's modules print, and what they compute.

    /usr/bin/python3 scripts/golden/nn_modules.py

The cases are in nn_families/; module_cases.py says what is written of each.
"""

import torch
from torch import nn

from module_cases import Cases
from nn_families import conv, loss, plain, pool, shape

nested = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Sequential(nn.Flatten(), nn.Dropout(0.25), nn.Linear(64, 10)),
    nn.ModuleList([nn.Identity(), nn.ModuleDict({"norm": nn.LayerNorm(3), "out": nn.Sequential()})]),
)

texts = {"nested": repr(nested), "parameter": repr(nn.Parameter(torch.ones(2)))}

cases = Cases(1000)
plain.cases(cases.add)
cases.write_with("modules.json", **texts)
for seed, family in ((1100, conv), (1200, loss), (1300, pool), (1400, shape)):
    cases = Cases(seed)
    family.cases(cases.add)
    cases.write(family.__name__.split(".")[1])
