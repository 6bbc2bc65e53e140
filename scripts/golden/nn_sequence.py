"""Writes packages/nn/test/golden/{modules,init}.sequence.json: what PyTorch's recurrent layers, attention and transformers
print, compute and start with.

    /usr/bin/python3 scripts/golden/nn_sequence.py
"""

from module_cases import D, Cases, many, mask, options, real, write_initial

cases = Cases(5000)
add = cases.add

# Recurrent layers: [L, N, features] and states [layers * directions, N, hidden].
sequence = real(4, 2, 3)
for name in ("RNN", "GRU", "LSTM"):
    pair = (lambda *shape: many(real(*shape), real(*shape))) if name == "LSTM" else real
    add(name, [3, 2, D], sequence)
    add(name, [3, 2, D], sequence, pair(1, 2, 2))
    add(name, [3, 2, 2, {"batchFirst": True, **D}], real(2, 3, 3), pair(2, 2, 2))
    add(name, [3, 2, {"numLayers": 2, "bidirectional": True, **D}], real(3, 2, 3), pair(4, 2, 2))
    add(name, [3, 2, {"bias": False, **D}], real(3, 2, 3))
    add(name, [3, 2, D], real(3, 3))
    add(name, [3, 2, {"bidirectional": True, **D}], real(3, 3), pair(2, 2))
    # Dropping all keeps PyTorch's and our streams of random numbers apart.
    add(name, [3, 2, {"numLayers": 2, "dropout": 1, **D}], real(3, 2, 3))
    add(name, [3, 2, {"numLayers": 2, "dropout": 0.5, **D}], real(3, 2, 3), evaluate=True)
add("RNN", [3, 2, {"nonlinearity": "relu", "numLayers": 2, **D}], sequence)
add("LSTM", [3, 4, {"projSize": 2, **D}], real(3, 2, 3))
add("LSTM", [3, 3, 2, {"projSize": 2, "bidirectional": True, "bias": False, **D}], real(2, 2, 3), many(real(4, 2, 2), real(4, 2, 3)))
for name in ("RNNCell", "GRUCell", "LSTMCell"):
    pair = (lambda *shape: many(real(*shape), real(*shape))) if name == "LSTMCell" else real
    add(name, [3, 2, D], real(2, 3), pair(2, 2))
    add(name, [3, 2, {"bias": False, **D}], real(2, 3))
    add(name, [3, 2, D], real(3), pair(2))
add("RNNCell", [3, 2, {"nonlinearity": "relu", **D}], real(2, 3), real(2, 2))

# Attention: queries [L, N, E], keys and values [S, N, E].
query, memory = real(3, 2, 4), real(2, 2, 4)
causal = [[j > i for j in range(3)] for i in range(3)]
partly = [[False, True], [False, False]]
floats = real(3, 2, low=-1.0, high=1.0)
add("MultiheadAttention", [4, 2, D], query, memory, memory)
add("MultiheadAttention", [4, 2, {"batchFirst": True, **D}], real(2, 3, 4), real(2, 2, 4), real(2, 2, 4))
add("MultiheadAttention", [4, 2, {"bias": False, **D}], query, memory, memory, options(needWeights=False))
add("MultiheadAttention", [4, 1, D], query, memory, memory, options(averageAttnWeights=False))
add("MultiheadAttention", [4, 2, {"kdim": 3, "vdim": 5, **D}], query, real(2, 2, 3), real(2, 2, 5), options(averageAttnWeights=False))
add("MultiheadAttention", [4, 2, {"kdim": 3, "bias": False, **D}], query, real(2, 2, 3), memory)
add("MultiheadAttention", [4, 2, D], query, memory, memory, options(attnMask=floats))
add("MultiheadAttention", [4, 2, D], query, query, query, options(attnMask=mask(causal)))
add("MultiheadAttention", [4, 2, D], query, memory, memory, options(attnMask=real(4, 3, 2)))
add("MultiheadAttention", [4, 2, D], query, memory, memory, options(keyPaddingMask=mask(partly)))
add("MultiheadAttention", [4, 2, D], query, memory, memory, options(keyPaddingMask=mask(partly), attnMask=floats))
add("MultiheadAttention", [4, 2, D], query, memory, memory, options(keyPaddingMask=mask(partly), attnMask=mask([[False, False], [False, True], [False, False]]), averageAttnWeights=False))
add("MultiheadAttention", [4, 2, D], query, memory, memory, options(keyPaddingMask=real(2, 2)))
add("MultiheadAttention", [4, 2, {"addBiasKv": True, "addZeroAttn": True, **D}], query, memory, memory)
add("MultiheadAttention", [4, 2, {"addBiasKv": True, "addZeroAttn": True, **D}], query, memory, memory, options(keyPaddingMask=mask(partly), attnMask=floats))
add("MultiheadAttention", [4, 2, D], real(3, 4), real(2, 4), real(2, 4), options(keyPaddingMask=mask([True, False]), attnMask=floats))
add("MultiheadAttention", [4, 2, D], real(3, 4), real(2, 4), real(2, 4), options(attnMask=mask([[[False, True]] * 3, [[False, False]] * 3]), averageAttnWeights=False))
add("MultiheadAttention", [4, 2, {"dropout": 0.5, **D}], query, memory, memory, evaluate=True)

# Transformers.
small = {"dimFeedforward": 3, "dropout": 0, **D}
add("TransformerEncoderLayer", [4, 2, small], query)
add("TransformerEncoderLayer", [4, 2, {"activation": "gelu", "normFirst": True, "layerNormEps": 0.001, **small}], query, options(srcMask=mask(causal)))
add("TransformerEncoderLayer", [4, 2, {"batchFirst": True, **small}], real(2, 3, 4), options(srcKeyPaddingMask=mask([[False, False, True], [False, False, False]])))
add("TransformerEncoderLayer", [4, 2, {**small, "dropout": 0.1}], real(3, 4), evaluate=True)
add("TransformerDecoderLayer", [4, 2, small], query, memory)
add("TransformerDecoderLayer", [4, 2, {"normFirst": True, "activation": "gelu", **small}], query, memory,
    options(tgtMask=mask(causal), memoryMask=floats, memoryKeyPaddingMask=mask([[False, False], [True, False]])))
add("TransformerDecoderLayer", [4, 2, {"batchFirst": True, **small}], real(2, 3, 4), real(2, 2, 4),
    options(tgtKeyPaddingMask=mask([[False, False, True], [False, False, False]])))
encoder = {"$module": ["TransformerEncoderLayer", 4, 2, small]}
decoder = {"$module": ["TransformerDecoderLayer", 4, 2, small]}
add("TransformerEncoder", [encoder, 2], query, options(mask=mask(causal)))
add("TransformerEncoder", [encoder, 1, {"$module": ["LayerNorm", 4, D]}], query)
add("TransformerDecoder", [decoder, 2, {"$module": ["LayerNorm", 4, D]}], query, memory, options(tgtMask=mask(causal)))
add("Transformer", [4, 2, {"numEncoderLayers": 1, "numDecoderLayers": 2, **small}], memory, query, options(tgtMask=mask(causal), srcKeyPaddingMask=mask(partly)))
cases.write("sequence")

write_initial("sequence", [
    ("recurrent layers", 11, [
        ["RNN", 3, 4], ["LSTM", 3, 5, 2, {"bidirectional": True}], ["GRU", 2, 3, {"bias": False}], ["LSTM", 2, 4, {"projSize": 3}],
        ["RNNCell", 2, 3], ["LSTMCell", 2, 3, {"bias": False}], ["GRUCell", 2, 3, {"dtype": "float64"}],
    ]),
    ("attention", 12, [
        ["MultiheadAttention", 4, 2], ["MultiheadAttention", 4, 2, {"kdim": 3, "vdim": 2}],
        ["MultiheadAttention", 4, 1, {"addBiasKv": True}], ["MultiheadAttention", 6, 3, {"bias": False}],
    ]),
    ("transformers", 13, [
        ["TransformerEncoderLayer", 4, 2, {"dimFeedforward": 3}], ["TransformerDecoderLayer", 4, 2, {"dimFeedforward": 3}],
        ["TransformerEncoder", {"$module": ["TransformerEncoderLayer", 4, 2, {"dimFeedforward": 3}]}, 2],
        ["Transformer", 4, 2, {"numEncoderLayers": 1, "numDecoderLayers": 1, "dimFeedforward": 3}],
    ]),
])
