"""Pooling: windows, padding, ceilMode, ties, indices."""

import math

import torch

from golden_case import c, case, r

x = (2, 2, 6, 5)
MAX = [
    ('defaults', x, 2, {}),
    ('a rectangle', x, [3, 2], {}),
    ('stride 1', x, 2, {'stride': 1}),
    ('stride [1, 2]', x, [2, 3], {'stride': [1, 2]}),
    ('stride larger than the window', x, 2, {'stride': 3}),
    ('padding 1', x, 3, {'padding': 1}),
    ('padding [1, 0], stride 2', x, [2, 3], {'padding': [1, 0], 'stride': 2}),
    ('dilation 2', x, 2, {'dilation': 2}),
    ('dilation [2, 1], stride 1, padding 1', x, 2, {'dilation': [2, 1], 'stride': 1, 'padding': 1}),
    ('ceilMode', (1, 2, 5, 5), 2, {'ceilMode': True}),
    ('ceilMode, padding 1', (1, 2, 5, 6), 3, {'ceilMode': True, 'padding': 1, 'stride': 2}),
    ('ceilMode, last window outside', (1, 1, 4, 4), 1, {'ceilMode': True, 'stride': 2}),
    ('without batch dim', (2, 4, 5), 2, {}),
    ('window of 1', (1, 2, 3, 2), 1, {}),
    ('an empty batch', (0, 2, 4, 4), 2, {}),
]
for note, shape, kernel, options in MAX:
    case('maxPool2d', note, [r(*shape), kernel], options)
    case(
        'maxPool2d', f'{note}, with indices', [r(*shape), kernel],
        {**options, 'returnIndices': True}, names=['values', 'indices'],
    )
case(
    'maxPool2d', 'ties', [torch.ones(1, 1, 3, 4).double(), 2],
    {'stride': 1, 'returnIndices': True}, names=['values', 'indices'],
)
case('maxPool2d', 'all below zero, padded', [r(1, 1, 4, 4, shift=-9), 2], {'padding': 1})
case(
    'maxPool2d', 'NaN', [c(torch.tensor([[[[1, math.nan], [3, 4.0]]]]).double()), 2],
    {'returnIndices': True}, names=['values', 'indices'],
)
case(
    'maxPool2d', 'minus infinity', [c(torch.full((1, 1, 2, 2), -math.inf).double()), 2],
    {'returnIndices': True}, names=['values', 'indices'],
)
case('maxPool2d', 'non-contiguous', [r(2, 2, 4, 4), 2], strided='transposed')
case('maxPool2d', 'every other element', [r(2, 2, 4, 4), 3], {'stride': 1}, strided='stepped')

AVERAGE = [
    ('defaults', x, 2, {}),
    ('a rectangle', x, [3, 2], {}),
    ('stride 1', x, 2, {'stride': 1}),
    ('stride [1, 2]', x, [2, 3], {'stride': [1, 2]}),
    ('stride larger than the window', x, 2, {'stride': 3}),
    ('padding 1', x, 3, {'padding': 1}),
    ('padding 1, not counted', x, 3, {'padding': 1, 'countIncludePad': False}),
    ('padding [1, 0], stride 2, not counted', x, [2, 3], {'padding': [1, 0], 'stride': 2, 'countIncludePad': False}),
    ('ceilMode', (1, 2, 5, 5), 2, {'ceilMode': True}),
    ('ceilMode, padding 1', (1, 2, 5, 6), 3, {'ceilMode': True, 'padding': 1, 'stride': 2}),
    ('ceilMode, padding 1, not counted', (1, 2, 5, 6), 3, {'ceilMode': True, 'padding': 1, 'stride': 2, 'countIncludePad': False}),
    ('ceilMode, last window outside', (1, 1, 4, 4), 1, {'ceilMode': True, 'stride': 2}),
    ('divisorOverride 3', x, 2, {'divisorOverride': 3}),
    ('divisorOverride 2, padding 1, ceilMode', (1, 1, 5, 4), 3, {'divisorOverride': 2, 'padding': 1, 'ceilMode': True}),
    ('without batch dim', (2, 4, 5), 2, {}),
    ('without batch dim, padding 1', (2, 4, 5), 3, {'padding': 1, 'stride': 2}),
    ('window of 1', (1, 2, 3, 2), 1, {}),
    ('an empty batch', (0, 2, 4, 4), 2, {}),
]
for note, shape, kernel, options in AVERAGE:
    case('avgPool2d', note, [r(*shape), kernel], options)
case('avgPool2d', 'non-contiguous', [r(2, 2, 4, 4), 2], strided='transposed')
case('avgPool2d', 'every other element', [r(2, 2, 4, 4), 3], {'stride': 1}, strided='stepped')
