"""Pooling and unpooling."""

from module_cases import given, real


def cases(add):
    image = real(2, 4, 6, 5)
    add("MaxPool2d", [2], image)
    add("MaxPool2d", [2, 1], image)
    add("MaxPool2d", [[3, 2], {"stride": 2, "padding": [1, 0], "ceilMode": True}], image)
    add("MaxPool2d", [2, {"dilation": 2, "stride": [1, 2]}], image)
    add("AvgPool2d", [2], image)
    add("AvgPool2d", [[2, 3], 2], image)
    add("AvgPool2d", [3, {"stride": 2, "padding": 1, "ceilMode": True, "countIncludePad": False}], image)
    add("AvgPool2d", [2, {"divisorOverride": 3}], image)
    line, volume = real(2, 3, 8), real(2, 2, 4, 5, 4)
    add("MaxPool1d", [2], line)
    add("MaxPool1d", [3, 2, {"padding": 1, "ceilMode": True}], line)
    add("MaxPool1d", [3, {"dilation": 2, "stride": 1}], real(3, 8))
    add("MaxPool3d", [2], volume)
    add("MaxPool3d", [[2, 3, 2], {"stride": [1, 2, 2], "padding": [1, 1, 0], "ceilMode": True}], volume)
    add("AvgPool1d", [2], line)
    add("AvgPool1d", [3, 2, {"padding": 1, "ceilMode": True, "countIncludePad": False}], real(3, 8))
    add("AvgPool3d", [2], volume)
    add("AvgPool3d", [[2, 3, 2], {"stride": 2, "padding": [1, 1, 0], "divisorOverride": 5}], volume)
    for kind in ("Avg", "Max"):
        for dims, x, several in [(1, line, [5]), (2, image, [None, 3]), (3, volume, [3, None, 2])]:
            name = f"Adaptive{kind}Pool{dims}d"
            add(name, [2], x)
            add(name, [several], x)
    add("AdaptiveAvgPool2d", [1], real(4, 3, 5))
    add("MaxUnpool1d", [2], real(1, 2, 3), given([[[1, 2, 4], [0, 3, 5]]]))
    add("MaxUnpool1d", [3, 2, {"padding": 1}], real(2, 3), given([[1, 2, 4], [0, 3, 4]]))
    add("MaxUnpool2d", [[2, 1]], real(1, 1, 2, 3), given([[[[0, 4, 2], [9, 7, 11]]]]))
    add("MaxUnpool2d", [2, 1], real(1, 2, 2), given([[[0, 4], [8, 7]]]))
    add("MaxUnpool3d", [2], real(1, 1, 1, 2, 1), given([[[[[5], [12]]]]]))
    add("MaxUnpool3d", [[1, 2, 2], {"stride": [1, 2, 1]}], real(1, 2, 1, 2), given([[[[0, 5]], [[7, 8]]]]))
    add("LPPool1d", [2, 3], line)
    add("LPPool1d", [3.5, 2, {"stride": 1}], real(3, 8, low=0.25))
    add("LPPool2d", [2, [3, 2], {"stride": 2, "ceilMode": True}], image)
    add("LPPool2d", [1.5, 2, [1, 2]], real(2, 4, 5, low=0.25))
