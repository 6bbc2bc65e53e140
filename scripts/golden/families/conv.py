"""conv2d with all its options, im2col and col2im."""

import torch
import torch.nn.functional as F

from golden_case import c, case, r

x = (2, 2, 5, 4)
SETTINGS = [
    ('defaults', x, (3, 2, 3, 2), {}),
    ('1 × 1 kernel', x, (3, 2, 1, 1), {}),
    ('stride 2', x, (2, 2, 2, 2), {'stride': 2}),
    ('stride [2, 1]', x, (2, 2, 2, 2), {'stride': [2, 1]}),
    ('stride larger than the kernel', x, (2, 2, 1, 1), {'stride': 3}),
    ('padding 1', x, (2, 2, 3, 3), {'padding': 1}),
    ('padding [0, 2]', x, (2, 2, 3, 3), {'padding': [0, 2]}),
    ('padding wider than the kernel', (1, 1, 2, 2), (1, 1, 1, 1), {'padding': 2}),
    ("padding 'same'", x, (2, 2, 3, 3), {'padding': 'same'}),
    ("padding 'same', even kernel", x, (2, 2, 2, 4), {'padding': 'same'}),
    ("padding 'same', dilation [2, 1]", x, (2, 2, 2, 2), {'padding': 'same', 'dilation': [2, 1]}),
    ("padding 'valid'", x, (2, 2, 3, 3), {'padding': 'valid'}),
    ("padding 'valid', stride 2", x, (2, 2, 2, 2), {'padding': 'valid', 'stride': 2}),
    ('dilation 2', x, (2, 2, 2, 2), {'dilation': 2}),
    ('dilation [1, 3], padding 1', x, (2, 2, 2, 2), {'dilation': [1, 3], 'padding': 1}),
    ('groups 2', (2, 4, 4, 3), (4, 2, 2, 2), {'groups': 2}),
    ('depthwise', (2, 3, 4, 3), (3, 1, 2, 2), {'groups': 3}),
    ('depthwise, two outputs per channel', (1, 2, 3, 3), (4, 1, 2, 2), {'groups': 2}),
    ('stride 2, groups 2', (2, 4, 5, 4), (2, 2, 3, 2), {'stride': 2, 'groups': 2}),
    ('all options', (2, 4, 6, 5), (2, 2, 2, 3), {'stride': [1, 2], 'padding': [2, 1], 'dilation': [2, 1], 'groups': 2}),
    ('stride that leaves a rest', (1, 1, 6, 5), (1, 1, 3, 2), {'stride': [2, 2], 'padding': 0}),
    ('kernel as large as the image', (2, 2, 3, 3), (2, 2, 3, 3), {}),
    ('without batch dim', (2, 5, 4), (3, 2, 3, 2), {'stride': 2, 'padding': 1}),
    ("without batch dim, 'same'", (2, 4, 4), (3, 2, 2, 3), {'padding': 'same'}),
    ('an empty batch', (0, 2, 4, 4), (3, 2, 3, 3), {'padding': 1}),
]
for note, image, kernel, options in SETTINGS:
    case('conv2d', note, [r(*image), r(*kernel), r(kernel[0])], options)
for note, image, kernel, options in SETTINGS[:20:3]:
    case('conv2d', f'{note}, no bias', [r(*image), r(*kernel), None], options)
    case('conv2d', f'{note}, transposed views', [r(*image), r(*kernel), r(kernel[0])], options, strided='transposed')
case('conv2d', 'null bias', [r(1, 1, 3, 3), r(1, 1, 2, 2), None], {'padding': 1})
case('conv2d', 'every other element', [r(1, 2, 4, 4), r(2, 2, 2, 2), r(2)], {'stride': 2}, strided='stepped')
case('conv2d', 'frozen image', [c(r(2, 2, 4, 4)), r(2, 2, 2, 2), r(2)])
case('conv2d', 'frozen weight', [r(2, 2, 4, 4), c(r(2, 2, 2, 2)), r(2)])
case('conv2d', 'larger image', [r(1, 3, 9, 8), r(4, 3, 3, 3), r(4)], {'padding': 1, 'stride': 2}, second=False)


def im2col(x, size, **options):
    return F.unfold(x, size, **options)


def col2im(x, output, kernel, **options):
    return F.fold(x, output, kernel, **options)


FOLDS = [
    ('defaults', (4, 3), [2, 2], {}),
    ('a number as kernel size', (4, 3), 2, {}),
    ('stride 2', (5, 4), [2, 2], {'stride': 2}),
    ('padding 1', (3, 3), [3, 2], {'padding': 1}),
    ('dilation [2, 1]', (5, 3), [2, 2], {'dilation': [2, 1]}),
    ('all options', (5, 4), [2, 3], {'stride': [1, 2], 'padding': [1, 2], 'dilation': [2, 1]}),
]
for note, (h, w), kernel, options in FOLDS:
    case('im2col', note, [r(2, 2, h, w), kernel], options, ref=im2col)
    columns = F.unfold(torch.zeros(1, 2, h, w), kernel, **options).shape[1:]
    case('col2im', note, [r(2, *columns), [h, w], kernel], options, ref=col2im)
case('im2col', 'without batch dim', [r(2, 4, 3), [2, 2]], ref=im2col)
case('col2im', 'without batch dim', [r(8, 6), [4, 3], [2, 2]], ref=col2im)
case('im2col', 'non-contiguous', [r(2, 2, 4, 3), [2, 2]], ref=im2col, strided='transposed')
case('col2im', 'non-contiguous', [r(2, 8, 6), [4, 3], [2, 2]], ref=col2im, strided='transposed')

for note, options in (
    ('defaults', {}),
    ('stride 2, padding 1', {'stride': 2, 'padding': 1}),
    ("padding 'same', dilation 2", {'padding': 'same', 'dilation': 2}),
    ('groups 2', {'groups': 2}),
):
    groups = options.get('groups', 1)
    case('conv1d', note, [r(2, 4, 6), r(2, 4 // groups, 3), r(2)], options)
case('conv1d', 'without batch dim', [r(2, 5), r(3, 2, 2)])
