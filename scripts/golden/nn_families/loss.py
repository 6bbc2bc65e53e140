"""Losses."""

import math

from module_cases import given, real


def frames(times):
    """Log-probabilities of 4 classes, all the same: what is not normalised is not what CTCLoss is for."""
    even = -math.log(4)
    return real(times, 2, 4, low=even, high=even)


def cases(add):
    x = real(4, 3)
    scores, classes = real(4, 3), given([2, 0, 1, 0])
    unit = real(4, 3, low=0.05, high=0.95)
    for name in ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"):
        for reduction in ("mean", "sum", "none"):
            add(name, [{"reduction": reduction}], x, x)
    add("SmoothL1Loss", [{"beta": 0.5}], x, x)
    add("HuberLoss", [{"delta": 0.5}], x, x)
    add("KLDivLoss", [{"reduction": "batchmean"}], x, unit)
    add("KLDivLoss", [{"logTarget": True, "reduction": "sum"}], x, x)
    weight = [0.5, 2.0, 1.25]
    for name in ("NLLLoss", "CrossEntropyLoss"):
        for reduction in ("mean", "sum", "none"):
            add(name, [{"reduction": reduction}], scores, classes)
            add(name, [{"reduction": reduction}], scores, classes, tensors={"weight": weight})
        add(name, [{"ignoreIndex": 0}], scores, classes)
        add(name, [], real(2, 3, 2), given([[0, 2], [1, -100]]))
    add("CrossEntropyLoss", [{"labelSmoothing": 0.1}], scores, classes)
    add("CrossEntropyLoss", [{"labelSmoothing": 0.1}], scores, unit, tensors={"weight": weight})
    add("BCELoss", [], unit, real(4, 3, low=0, high=1, grad=False))
    add("BCELoss", [{"reduction": "sum"}], unit, real(4, 3, low=0, high=1, grad=False), tensors={"weight": weight})
    add("BCEWithLogitsLoss", [], x, unit)
    add("BCEWithLogitsLoss", [{"reduction": "none"}], x, unit, tensors={"weight": weight, "posWeight": [3.0]})
    y, z, signs = real(4, 3), real(4, 3), given([[1, -1, 1], [-1, -1, 1], [1, 1, -1], [-1, 1, 1]])
    rows = given([1, -1, -1, 1])
    variance = real(4, 3, low=0.5, high=2.0)
    counts = real(4, 3, low=0, high=4, grad=False)
    for reduction in ("mean", "sum", "none"):
        options = [{"reduction": reduction}]
        add("HingeEmbeddingLoss", options, x, signs)
        add("MarginRankingLoss", options, x, y, signs)
        add("SoftMarginLoss", options, x, signs)
        add("CosineEmbeddingLoss", options, x, y, rows)
        add("MultiMarginLoss", options, scores, classes)
        add("MultiLabelMarginLoss", options, scores, given([[2, 0, -1], [1, -1, 0], [0, 1, 2], [-1, 0, 0]]))
        add("MultiLabelSoftMarginLoss", options, scores, unit)
        add("TripletMarginLoss", options, x, y, z)
        add("TripletMarginWithDistanceLoss", options, x, y, z)
        add("PoissonNLLLoss", options, x, counts)
        add("GaussianNLLLoss", options, x, y, variance)
        add("CTCLoss", options, frames(5), given([[1, 3, 2], [2, 2, 1]]), given([5, 4]), given([3, 2]))
    add("HingeEmbeddingLoss", [{"margin": 0.5}], x, signs)
    add("MarginRankingLoss", [{"margin": 0.5}], x, y, signs)
    add("CosineEmbeddingLoss", [{"margin": 0.25}], x, y, rows)
    add("MultiMarginLoss", [{"p": 2, "margin": 0.5}], scores, classes)
    add("MultiMarginLoss", [{"p": 1}], scores, classes, tensors={"weight": weight})
    add("MultiLabelSoftMarginLoss", [], scores, unit, tensors={"weight": weight})
    add("TripletMarginLoss", [{"margin": 0.5, "p": 3, "swap": True}], x, y, z)
    add("TripletMarginWithDistanceLoss", [{"margin": 0.5, "swap": True}], x, y, z)
    add("PoissonNLLLoss", [{"logInput": False, "full": True, "eps": 0.01}], real(4, 3, low=0.1, high=2), counts)
    add("GaussianNLLLoss", [{"full": True, "eps": 0.75}], x, y, variance)
    add("CTCLoss", [{"blank": 3, "zeroInfinity": True}], frames(3), given([[1, 0, 2], [2, 2, 1]]), given([3, 3]), given([2, 3]))
