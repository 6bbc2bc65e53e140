"""Linear layers, activations, embeddings and what has no other family."""

from module_cases import D, given, options, real


def cases(add):
    x = real(4, 3)
    add("Identity", [], x)
    add("Linear", [3, 2, D], x)
    add("Linear", [3, 2, {"bias": False, **D}], real(2, 2, 3))
    add("Linear", [3, 1, D], real(3))
    add("Flatten", [], real(2, 3, 2))
    add("Flatten", [0, 1], real(2, 3, 2))
    for name in ("ReLU", "ReLU6", "Sigmoid", "Tanh", "SiLU", "Mish", "Softsign", "Tanhshrink", "LogSigmoid", "Hardsigmoid", "Hardswish",
                 "SELU", "GELU", "LeakyReLU", "ELU", "CELU", "Softplus", "Hardtanh", "Hardshrink", "Softshrink"):
        add(name, [], real(4, 3, low=-7, high=7))
    add("GLU", [], real(2, 4))
    add("GLU", [0], real(2, 4))
    add("GELU", [{"approximate": "tanh"}], x)
    add("LeakyReLU", [0.2], x)
    add("LeakyReLU", [{"negativeSlope": 1e-5}], x)
    add("ELU", [0.3], x)
    add("CELU", [{"alpha": 2.5}], x)
    add("Softplus", [2, 1.5], x)
    add("Hardtanh", [-0.5, 1.5], x)
    add("Hardshrink", [0.25], x)
    add("Softshrink", [0.25], x)
    add("Threshold", [0.5, 2], x)
    add("PReLU", [1, D], x)
    add("PReLU", [3, {"init": 0.1, **D}], x)
    add("Softmax", [1], x)
    add("Softmax", [{"dim": 0}], x)
    add("LogSoftmax", [-1], x)
    add("Softmin", [1], x)
    add("Dropout", [0], x)
    add("Dropout", [1], x)
    add("LayerNorm", [3, D], x)
    add("LayerNorm", [[2, 3], {"eps": 0.001, **D}], real(4, 2, 3))
    add("LayerNorm", [[3], {"elementwiseAffine": False}], x)
    add("Embedding", [5, 2, D], given([[0, 4, 1], [1, 1, 3]]))
    add("Embedding", [5, 2, {"paddingIdx": 1, **D}], given([[0, 4, 1], [1, 1, 3]]))
    add("Embedding", [5, 2, {"paddingIdx": -2, **D}], given([3, 0]))
    for bias in (True, False):
        add("Bilinear", [2, 3, 4, {"bias": bias, **D}], real(5, 2), real(5, 3))
    add("Softmax2d", [], real(2, 3, 2, 2))
    add("Softmax2d", [], real(3, 2, 2))
    add("RReLU", [], x)
    add("RReLU", [0.1, 0.75], real(5, 5))
    add("RReLU", [0.1], x, evaluate=True)
    rows, flat = given([[0, 4, 1], [1, 1, 3]]), given([3, 0, 1, 1, 4, 1])
    for mode in ("sum", "mean", "max"):
        add("EmbeddingBag", [5, 2, {"mode": mode, **D}], rows)
        add("EmbeddingBag", [5, 2, {"mode": mode, "paddingIdx": 1, **D}], flat, options(offsets=given([0, 2, 2, 3])))
    add("EmbeddingBag", [5, 2, {"includeLastOffset": True, **D}], flat, options(offsets=given([0, 2, 6])))
    add("EmbeddingBag", [5, 2, {"mode": "sum", "paddingIdx": -2, **D}], rows, options(perSampleWeights=real(2, 3)))
    add("EmbeddingBag", [5, 2, {"mode": "sum", **D}], flat, options(offsets=given([0, 5]), perSampleWeights=real(6)))
    for norm in ({"maxNorm": 1}, {"maxNorm": 0.75, "normType": 1.5}, {"maxNorm": 0.5, "normType": 1, "paddingIdx": 1}):
        add("Embedding", [5, 2, {**norm, **D}], rows)
        add("EmbeddingBag", [5, 2, {**norm, "mode": "sum", **D}], flat, options(offsets=given([0, 4])))
