"""Convolutions and transposed convolutions."""

from module_cases import D, real


def cases(add):
    image = real(2, 4, 6, 5)
    add("Conv2d", [4, 3, 3, D], image)
    add("Conv2d", [4, 2, 3, {"padding": 1, **D}], real(4, 6, 5))
    add("Conv2d", [4, 6, [3, 2], {"stride": [2, 1], "padding": [1, 0], "groups": 2, "bias": False, **D}], image)
    add("Conv2d", [4, 2, 3, {"padding": "same", "dilation": 2, **D}], image)
    add("Conv2d", [4, 2, 2, {"padding": "valid", **D}], image)
    add("Conv2d", [4, 2, 3, 2, D], image)
    for mode in ("reflect", "replicate", "circular"):
        add("Conv2d", [4, 2, [3, 2], {"padding": [1, 2], "paddingMode": mode, "stride": 2, **D}], image)
    add("Conv2d", [4, 2, [2, 3], {"padding": "same", "paddingMode": "circular", **D}], image)
    add("Conv2d", [4, 2, 3, {"padding": "valid", "paddingMode": "reflect", **D}], image)
    line, volume = real(2, 4, 9), real(2, 2, 3, 4, 3)
    add("Conv1d", [4, 2, 3, D], line)
    add("Conv1d", [4, 6, 3, {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "bias": False, **D}], line)
    add("Conv1d", [4, 2, [2], {"padding": "same", "paddingMode": "reflect", **D}], real(4, 9))
    add("Conv1d", [4, 2, 3, 2, {"padding": [1], **D}], line)
    add("Conv3d", [2, 3, 2, D], volume)
    add("Conv3d", [2, 4, [1, 2, 3], {"stride": [1, 2, 1], "padding": [0, 1, 1], "groups": 2, "bias": False, **D}], volume)
    add("Conv3d", [2, 1, 3, {"padding": 1, "paddingMode": "replicate", **D}], real(2, 2, 3, 2))
    add("ConvTranspose1d", [4, 2, 3, D], real(2, 4, 5))
    add("ConvTranspose1d", [4, 6, 3, 2, {"padding": 1, "outputPadding": 1, "groups": 2, "bias": False, "dilation": 2, **D}], real(4, 5))
    add("ConvTranspose2d", [4, 2, 3, D], real(2, 4, 3, 2))
    add("ConvTranspose2d", [4, 2, 3, {"stride": 2, "padding": 1, "outputPadding": 1, **D}], real(2, 4, 3, 2))
    add("ConvTranspose2d", [4, 6, [3, 2], {"stride": [2, 1], "dilation": [1, 2], "groups": 2, **D}], real(2, 4, 3, 2))
    add("ConvTranspose3d", [2, 3, 2, D], real(1, 2, 2, 3, 2))
    add("ConvTranspose3d", [2, 2, [1, 2, 3], {"stride": [1, 2, 2], "padding": [0, 1, 1], "outputPadding": [0, 1, 0], "groups": 2, **D}], real(2, 2, 3, 2))
