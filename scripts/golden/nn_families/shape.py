"""Layers that add, move, resize or drop elements."""

from module_cases import real


def cases(add):
    line, image, volume = real(2, 3, 5), real(2, 4, 4, 4), real(1, 1, 3, 4, 3)
    add("Unflatten", [1, [2, 3]], real(2, 6, 2))
    add("Unflatten", [-1, [3, -1]], real(2, 6))
    for name, x, several in [
        ("ConstantPad1d", line, [1, 2]), ("ConstantPad2d", image, [1, 2, 0, -1]), ("ConstantPad3d", volume, [1, 0, 2, 1, 0, 1]),
    ]:
        add(name, [1, 0.5], x)
        add(name, [several, 3], x)
    for name, x, several in [
        ("ZeroPad2d", image, [1, 2, 0, 3]),
        ("ReflectionPad1d", line, [1, 3]), ("ReflectionPad2d", image, [1, 2, 0, 3]), ("ReflectionPad3d", volume, [1, 2, 0, 3, 2, 1]),
        ("ReplicationPad1d", line, [1, 3]), ("ReplicationPad2d", image, [1, 2, 0, 3]), ("ReplicationPad3d", volume, [1, 2, 0, 3, 2, 1]),
    ]:
        add(name, [1], x)
        add(name, [several], x)
    add("ReflectionPad1d", [2], real(3, 5))
    add("Upsample", [{"scaleFactor": 2}], image)
    add("Upsample", [{"scaleFactor": [2, 1.5]}], image)
    add("Upsample", [{"size": 7, "mode": "linear"}], line)
    add("Upsample", [{"size": [3, 7], "mode": "bilinear"}], image)
    add("Upsample", [{"scaleFactor": 1.5, "mode": "bilinear", "recomputeScaleFactor": True}], real(1, 2, 3, 5))
    add("Upsample", [{"size": [5, 5], "mode": "bicubic", "alignCorners": True}], real(1, 2, 4, 3))
    add("Upsample", [{"scaleFactor": 2, "mode": "trilinear"}], real(1, 1, 2, 3, 2))
    add("UpsamplingNearest2d", [{"scaleFactor": 2}], image)
    add("UpsamplingNearest2d", [{"size": [5, 3]}], image)
    add("UpsamplingBilinear2d", [{"scaleFactor": 2}], image)
    add("UpsamplingBilinear2d", [{"size": 3}], image)
    add("PixelShuffle", [2], image)
    add("PixelUnshuffle", [2], image)
    add("Unfold", [[2, 3]], image)
    add("Unfold", [2, {"dilation": 2, "padding": 1, "stride": [2, 1]}], image)
    add("Fold", [[3, 4], 2], real(2, 8, 6))
    add("Fold", [5, [2, 3], {"padding": [0, 1], "stride": 2}], real(2, 6, 6))
    for name, x in [("Dropout", line), ("Dropout1d", line), ("Dropout2d", image), ("Dropout3d", volume), ("AlphaDropout", line),
                    ("FeatureAlphaDropout", image)]:
        add(name, [], x, evaluate=True)
        add(name, [0.3], x, evaluate=True)
        add(name, [1], x)
    for name, x in [("Dropout1d", real(3, 5, 4)), ("Dropout2d", real(3, 5, 2, 3)), ("Dropout3d", real(2, 3, 2, 1, 2)), ("FeatureAlphaDropout", real(3, 5, 2))]:
        add(name, [0.4], x)
    a, b = real(4, 3), real(4, 3)
    add("CosineSimilarity", [], a, b)
    add("CosineSimilarity", [{"dim": 0, "eps": 0.001}], a, b)
    add("PairwiseDistance", [], a, b)
    add("PairwiseDistance", [{"p": 3, "eps": 0.1, "keepdim": True}], a, b)
    add("CosineSimilarity", [0, {"eps": 0.001}], a, b)
    add("PairwiseDistance", [1], a, b)
