"""conv3d and the transposed convolutions."""

from golden_case import case, r

VOLUMES = [
    ('defaults', (2, 2, 3, 3, 2), (2, 2, 2, 2, 1), {}),
    ('stride 2, padding 1', (1, 2, 3, 4, 3), (2, 2, 2, 2, 2), {'stride': 2, 'padding': 1}),
    ('all options', (1, 2, 4, 3, 4), (2, 1, 2, 2, 2), {'stride': [2, 1, 2], 'padding': [0, 1, 1], 'dilation': [2, 1, 2], 'groups': 2}),
    ("padding 'same'", (1, 1, 3, 2, 3), (1, 1, 2, 3, 2), {'padding': 'same'}),
    ("padding 'same', dilation 2", (1, 1, 3, 2, 3), (1, 1, 2, 1, 2), {'padding': 'same', 'dilation': 2}),
    ('stride that leaves a rest', (1, 1, 6, 2, 2), (1, 1, 3, 1, 1), {'stride': 2}),
    ('without batch dim', (2, 3, 3, 2), (1, 2, 2, 2, 1), {}),
    ('an empty batch', (0, 2, 3, 3, 2), (1, 2, 2, 2, 1), {}),
]
for note, volume, kernel, options in VOLUMES:
    case('conv3d', note, [r(*volume), r(*kernel), r(kernel[0])], options)
    case('conv3d', f'{note}, no bias', [r(*volume), r(*kernel), None], options)

TRANSPOSED = [
    ('defaults', {}),
    ('stride 2, padding 1', {'stride': 2, 'padding': 1}),
    ('stride 2, outputPadding 1', {'stride': 2, 'outputPadding': 1}),
    ('dilation 2', {'dilation': 2}),
    ('groups 2', {'groups': 2}),
    ('all options', {'stride': 2, 'padding': 1, 'outputPadding': 1, 'dilation': 2, 'groups': 2}),
    ('outputPadding above the stride', {'stride': 1, 'outputPadding': 1, 'dilation': 2}),
]
for fn, spatial, kernel in (('convTranspose1d', (4,), (3,)), ('convTranspose2d', (3, 2), (3, 2)), ('convTranspose3d', (2, 2, 3), (2, 2, 2))):
    for note, options in TRANSPOSED:
        groups = options.get('groups', 1)
        case(fn, note, [r(1, 2, *spatial), r(2, 2, *kernel), r(2 * groups)], options)
    case(fn, 'no bias', [r(2, 2, *spatial), r(2, 1, *kernel), None])
    case(fn, 'without batch dim', [r(2, *spatial), r(2, 3, *kernel), r(3)], {'stride': 2})
    case(fn, 'non-contiguous', [r(1, 2, *spatial), r(2, 1, *kernel), r(1)], strided='transposed')
case('convTranspose2d', 'options per dim', [r(2, 2, 3, 2), r(2, 1, 2, 3), None], {'stride': [2, 1], 'padding': [0, 1], 'outputPadding': [1, 0]})
case('convTranspose3d', 'options per dim', [r(1, 1, 2, 3, 2), r(1, 1, 3, 2, 2), None], {'stride': [3, 1, 2], 'padding': [1, 0, 1], 'outputPadding': [2, 0, 1]})
