"""Writes packages/nn/test/golden/{modules,init}.norms.json: what PyTorch's normalising layers print and compute.

    /usr/bin/python3 scripts/golden/nn_norms.py
"""

import torch
from torch import nn

from module_cases import D, Cases, real, write_initial


class RMSNorm(nn.Module):
    """PyTorch has it from 2.4 on; this follows its documentation."""

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, dtype=None):
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = nn.Parameter(torch.ones(self.normalized_shape, dtype=dtype)) if elementwise_affine else None

    def forward(self, x):
        dims = tuple(range(-len(self.normalized_shape), 0))
        eps = torch.finfo(x.dtype).eps if self.eps is None else self.eps
        y = x / (x.square().mean(dims, keepdim=True) + eps).sqrt()
        return y if self.weight is None else y * self.weight

    def extra_repr(self):
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


cases = Cases(4000, {"RMSNorm": RMSNorm})
add = cases.add
planes = real(3, 2, 3, 2)
for name, x in (("BatchNorm1d", real(4, 3)), ("BatchNorm1d", real(3, 2, 4)), ("BatchNorm2d", planes), ("BatchNorm3d", real(2, 2, 2, 1, 3))):
    channels = x["shape"][1]
    add(name, [channels, D], x)
    add(name, [channels, D], x, warmup=3, evaluate=True)
add("BatchNorm2d", [2, {"eps": 0.001, "momentum": 0.3, "affine": False, **D}], planes, warmup=2)
add("BatchNorm2d", [2, {"momentum": None, **D}], planes, warmup=4)
add("BatchNorm2d", [2, {"momentum": None, **D}], planes, warmup=4, evaluate=True)
add("BatchNorm2d", [2, {"trackRunningStats": False, **D}], planes)
add("BatchNorm2d", [2, {"trackRunningStats": False, **D}], planes, warmup=1, evaluate=True)
for name, x in (("InstanceNorm1d", real(2, 3, 4)), ("InstanceNorm2d", planes), ("InstanceNorm3d", real(2, 2, 2, 1, 3))):
    channels = x["shape"][1]
    add(name, [channels], x)
    add(name, [channels], real(*x["shape"][1:]))
    add(name, [channels, {"affine": True, "eps": 0.01, **D}], x)
    add(name, [channels, {"affine": True, "trackRunningStats": True, **D}], x, warmup=2)
    add(name, [channels, {"affine": True, "trackRunningStats": True, "momentum": 0.5, **D}], x, warmup=2, evaluate=True)
    add(name, [channels, {"trackRunningStats": True, **D}], real(*x["shape"][1:]), warmup=1, evaluate=True)
add("GroupNorm", [2, 4, D], real(2, 4, 3))
add("GroupNorm", [1, 4, {"eps": 0.001, **D}], real(2, 4, 2, 2))
add("GroupNorm", [4, 4, {"affine": False}], real(2, 4, 3))
add("GroupNorm", [3, 6, D], real(2, 6))
add("LocalResponseNorm", [2], real(2, 4, 3))
add("LocalResponseNorm", [3, {"alpha": 0.3, "beta": 0.5, "k": 2.0}], real(2, 5, 2, 2))
add("LocalResponseNorm", [5, {"alpha": 1.0}], real(1, 3, 2, 1, 2))
add("RMSNorm", [3, D], real(4, 3))
add("RMSNorm", [[2, 3], {"eps": 0.01, **D}], real(2, 2, 3))
add("RMSNorm", [[3], {"elementwiseAffine": False}], real(4, 3))
cases.write("norms")

write_initial("norms", [
    ("norms", 3, [["BatchNorm2d", 3], ["GroupNorm", 2, 4], ["InstanceNorm1d", 2], ["InstanceNorm2d", 2, {"affine": True, "trackRunningStats": True}], ["Linear", 2, 2]]),
])
