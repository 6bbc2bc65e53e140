"""interpolate in all modes, pixelShuffle, gridSample and affineGrid."""

from golden_case import case, r, u

SHAPES = {1: (1, 2, 5), 2: (1, 2, 4, 5), 3: (1, 1, 3, 4, 2)}
for mode, dims in (
    ('nearest', (1, 2, 3)), ('nearest-exact', (1, 2, 3)), ('area', (1, 2, 3)),
    ('linear', (1,)), ('bilinear', (2,)), ('trilinear', (3,)), ('bicubic', (2,)),
):
    for ndim in dims:
        shape = SHAPES[ndim]
        for note, options in (
            ('size 3', {'size': 3}),
            ('size 7', {'size': 7}),
            ('sizes per dim', {'size': [6, 3, 1][:ndim]}),
            ('scaleFactor 2', {'scaleFactor': 2.0}),
            ('scaleFactor 1.7', {'scaleFactor': 1.7}),
            ('scaleFactor 0.6', {'scaleFactor': 0.6}),
            ('scaleFactors per dim', {'scaleFactor': [1.3, 2.0, 0.5][:ndim]}),
        ):
            second = 'size' in note
            case('interpolate', f'{mode}, {ndim}-d, {note}', [r(*shape)], {**options, 'mode': mode}, second=second)
            if mode in ('linear', 'bilinear', 'trilinear', 'bicubic'):
                case(
                    'interpolate', f'{mode}, {note}, alignCorners', [r(*shape)],
                    {**options, 'mode': mode, 'alignCorners': True}, second=second,
                )
case('interpolate', 'recomputeScaleFactor', [r(1, 1, 5)], {'scaleFactor': 1.7, 'mode': 'linear', 'recomputeScaleFactor': True})
case('interpolate', 'to one element', [r(1, 1, 5, 4)], {'size': 1, 'mode': 'bilinear', 'alignCorners': True})
case('interpolate', 'non-contiguous', [r(2, 2, 3, 4)], {'size': 5, 'mode': 'bilinear'}, strided='transposed')

case('pixelShuffle', 'factor 2', [r(2, 8, 2, 3), 2])
case('pixelShuffle', 'factor 3, no batch dim', [r(9, 1, 2), 3])
case('pixelShuffle', 'two batch dims', [r(2, 1, 4, 2, 1), 2])
case('pixelUnshuffle', 'factor 2', [r(2, 2, 4, 2), 2])
case('pixelUnshuffle', 'factor 3, no batch dim', [r(1, 3, 6), 3])

for padding in ('zeros', 'border', 'reflection'):
    for corners in (False, True):
        for mode in ('bilinear', 'nearest', 'bicubic'):
            options = {'mode': mode, 'paddingMode': padding, 'alignCorners': corners}
            note = f'{mode}, {padding}, alignCorners {corners}'
            # PyTorch 1.13 has no second order of its own.
            case('gridSample', note, [r(2, 2, 3, 4), u(-1.6, 1.6, 2, 3, 2, 2)], options, second=False)
            if mode != 'bicubic':
                case('gridSample', f'{note}, volume', [r(1, 2, 3, 2, 3), u(-1.6, 1.6, 1, 2, 2, 1, 3)], options, second=False)
case('gridSample', 'far outside', [r(1, 1, 3, 3), u(-9, 9, 1, 3, 3, 2)], {'paddingMode': 'reflection', 'alignCorners': False}, second=False)
case('gridSample', 'one element, reflection', [r(1, 1, 1, 1), u(-2, 2, 1, 2, 2, 2)], {'paddingMode': 'reflection', 'alignCorners': True}, second=False)
for corners in (False, True):
    options = {'alignCorners': corners}
    case('affineGrid', f'images, alignCorners {corners}', [r(2, 2, 3), [2, 1, 3, 2]], options)
    case('affineGrid', f'volumes, alignCorners {corners}', [r(1, 3, 4), [1, 1, 2, 1, 3]], options)
