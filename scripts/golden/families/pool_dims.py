"""Pooling of lines and volumes, to given sizes, and back."""

import torch
import torch.nn.functional as F

from golden_case import case, r

INDICES = ['values', 'indices']
for fn, kind, shape in (
    ('maxPool1d', 'max', (2, 2, 7)), ('maxPool3d', 'max', (1, 2, 4, 5, 4)),
    ('avgPool1d', 'avg', (2, 2, 7)), ('avgPool3d', 'avg', (1, 2, 4, 5, 4)),
):
    settings = [
        ('defaults', 2, {}),
        ('stride 1', 2, {'stride': 1}),
        ('padding 1', 3, {'padding': 1, 'stride': 2}),
        ('ceilMode', 2, {'ceilMode': True}),
        ('ceilMode, padding 1', 3, {'ceilMode': True, 'padding': 1, 'stride': 2}),
    ]
    if kind == 'max':
        settings.append(('dilation 2', 2, {'dilation': 2, 'stride': 1}))
    else:
        settings.append(('padding not counted', 3, {'padding': 1, 'stride': 2, 'countIncludePad': False, 'ceilMode': True}))
    for note, kernel, options in settings:
        case(fn, note, [r(*shape), kernel], options)
        if kind == 'max':
            case(fn, f'{note}, with indices', [r(*shape), kernel], {**options, 'returnIndices': True}, names=INDICES)
    case(fn, 'without batch dim', [r(*shape[1:]), 2])
    case(fn, 'non-contiguous', [r(*shape), 2], strided='transposed')
case('maxPool3d', 'ties', [torch.ones(1, 1, 3, 2, 3).double(), 2], {'stride': 1, 'returnIndices': True}, names=INDICES)
case('maxPool3d', 'all options', [r(1, 1, 5, 4, 6), [2, 3, 2]], {'stride': [1, 2, 1], 'padding': [1, 1, 0], 'dilation': [2, 1, 3]})
case('avgPool3d', 'divisorOverride', [r(1, 2, 4, 4, 3), [2, 3, 2]], {'divisorOverride': 5, 'stride': [1, 2, 1]})
case('avgPool3d', 'all options', [r(1, 1, 5, 4, 6), [2, 3, 2]], {'stride': [1, 2, 3], 'padding': [1, 1, 0], 'ceilMode': True})

for kind in ('Avg', 'Max'):
    for ndim, shape, sizes in (
        (1, (2, 2, 7), [3, [7], [1], [9]]),
        (2, (1, 2, 5, 6), [3, [2, 3], [None, 4], [1, 1], [7, 2]]),
        (3, (1, 2, 3, 4, 5), [2, [3, 2, 1], [None, 3, None]]),
    ):
        fn = f'adaptive{kind}Pool{ndim}d'
        ref = getattr(F, f'adaptive_{kind.lower()}_pool{ndim}d')
        for size in sizes:
            case(fn, f'size {size}', [r(*shape), size], ref=ref)
            if kind == 'Max':
                case(
                    fn, f'size {size}, with indices', [r(*shape), size], {'returnIndices': True}, names=INDICES,
                    ref=lambda x, size, returnIndices, ref=ref: ref(x, size, return_indices=returnIndices),
                )
        case(fn, 'without batch dim', [r(*shape[1:]), sizes[0]], ref=ref)
case('adaptiveAvgPool2d', 'equal blocks', [r(1, 2, 4, 6), [2, 3]])
case('adaptiveMaxPool2d', 'ties', [torch.ones(1, 1, 3, 4).double(), 2], {'returnIndices': True}, names=INDICES,
     ref=lambda x, size, returnIndices: F.adaptive_max_pool2d(x, size, return_indices=True))

for ndim, shape in ((1, (2, 2, 6)), (2, (2, 2, 4, 6)), (3, (1, 2, 4, 2, 4))):
    fn = f'maxUnpool{ndim}d'
    pool = getattr(F, f'max_pool{ndim}d')
    for note, options in (('defaults', {}), ('padding', {'padding': 1, 'stride': 2})):
        kernel = 3 if options else 2
        values, indices = pool(r(*shape), kernel, **options, return_indices=True)
        if options:
            options = {**options, 'outputSize': list(shape[2:])}
        case(fn, note, [values, indices, kernel], options)
    values, indices = pool(r(*shape[1:]), 2, return_indices=True)
    case(fn, 'without batch dim', [values, indices, 2])

for fn, shape in (('lpPool1d', (2, 2, 7)), ('lpPool2d', (1, 2, 5, 6))):
    ref = getattr(F, {'lpPool1d': 'lp_pool1d', 'lpPool2d': 'lp_pool2d'}[fn])

    def pool(x, norm_type, kernel_size, stride=None, ceilMode=False, ref=ref):
        return ref(x, norm_type, kernel_size, stride, ceilMode)

    for norm_type in (1, 2, 3.5):
        case(fn, f'p = {norm_type}', [r(*shape).abs() + 0.25, norm_type, 2], ref=pool)
    case(fn, 'of negative numbers, too', [r(*shape), 4, 2], {'stride': 1}, ref=pool)
    case(fn, 'ceilMode', [r(*shape), 2, 3], {'stride': 2, 'ceilMode': True}, ref=pool)
    case(fn, 'without batch dim', [r(*shape[1:]), 2, 2], ref=pool)
case('lpPool2d', 'a kernel of two sizes', [r(1, 2, 5, 6), 2, [3, 2]], ref=F.lp_pool2d)
