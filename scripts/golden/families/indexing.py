"""Indexing in all its kinds, gathering and scattering, embedding and oneHot."""

import torch
import torch.nn.functional as F

from golden_case import b, c, case, i, ints, n, r

ellipsis, none = Ellipsis, None


def at(x, indices):
    return x[tuple(indices)]


def put(x, indices, values, accumulate=False):
    y = x.clone()
    if accumulate:
        full = [torch.tensor(k) if isinstance(k, int) else k for k in indices]
        return torch.index_put(x, tuple(full), values, accumulate=True)
    y[tuple(indices)] = values
    return y


KINDS = [
    ('a number', (3, 4), [1]),
    ('negative numbers', (3, 4), [-1, -2]),
    ('a slice', (5, 2), [slice(1, 4)]),
    ('a slice with step', (7, 2), [slice(1, None, 2)]),
    ('a slice from the end', (5, 2), [slice(-3, -1)]),
    ('an empty slice', (5, 2), [slice(3, 1)]),
    ('slices in two dims', (4, 5), [slice(None, 2), slice(1, None)]),
    ('the whole', (2, 3), [slice(None)]),
    ('an ellipsis', (2, 3, 4), [ellipsis, 1]),
    ('an ellipsis in the middle', (2, 3, 2, 2), [0, ellipsis, slice(0, 1)]),
    ('new dims', (2, 3), [none, slice(None), none]),
    ('a new dim and a number', (2, 3), [1, none]),
    ('no index', (2, 3), []),
    ('an index vector', (4, 3), [i(2, 0, 2)]),
    ('negative entries', (4, 3), [i(-1, 1)]),
    ('an index matrix', (4, 2), [i([[0, 1], [3, 3]])]),
    ('a 0-d index tensor', (4, 3), [n(2)]),
    ('an empty index tensor', (4, 3), [torch.zeros(0, dtype=torch.int64)]),
    ('index vectors in two dims', (3, 4), [i(0, 2, 1), i(3, 1, 1)]),
    ('index vectors broadcast', (3, 4), [i([[0], [2]]), i(1, 3, 0)]),
    ('an index vector in the second dim', (3, 4), [slice(None), i(3, 0)]),
    ('index vectors apart from each other', (2, 3, 4), [i(0, 1), slice(None), i(3, 0)]),
    ('index vectors side by side in the middle', (2, 3, 4, 2), [slice(None), i(0, 2), i(1, 3)]),
    ('a number beside an index vector', (2, 3, 4), [1, slice(None), i(3, 0)]),
    ('an index vector and a slice', (4, 5), [i(1, 3), slice(1, 4, 2)]),
    ('an index vector after an ellipsis', (2, 3, 4), [ellipsis, i(0, 0, 2)]),
    ('an index vector and a new dim', (3, 4), [none, i(0, 2)]),
    ('a mask', (2, 3), [b([[1, 0, 1], [0, 0, 1]])]),
    ('a mask of rows', (3, 2), [b(1, 0, 1)]),
    ('a mask of columns', (2, 3), [slice(None), b(0, 1, 1)]),
    ('a mask that takes nothing', (3, 2), [b(0, 0, 0)]),
    ('a mask of two of three dims', (2, 2, 3), [b([[1, 0], [1, 1]])]),
    ('a mask and an index vector', (3, 4), [b(1, 0, 1), i(1, 2)]),
    ('a mask and a number', (3, 2), [b(1, 0, 1), 1]),
]
KINDS += [
    ('true', (2, 3), [True]),
    ('false', (2, 3), [False]),
    ('an array of numbers', (4, 3), [[2, 0, -1]]),
    ('an array of numbers in the second dim', (2, 3), [slice(None), [2, 0]]),
]
for note, shape, indices in KINDS:
    case('index', note, [r(*shape), indices], ref=at)
for note, shape, indices in KINDS:
    if note in ('an index vector', 'an index matrix', 'index vectors in two dims'):
        continue
    extent = torch.zeros(shape)[tuple(indices)].shape
    case('indexPut', note, [r(*shape), indices, r(*extent)], ref=put)
case('index', 'of a transposed view', [r(3, 4), [i(2, 0), slice(1, 3)]], ref=at, strided='transposed')
case('index', 'of a stepped view', [r(3, 4), [slice(None), i(2, 0)]], ref=at, strided='stepped')
case('index', 'integers', [ints(0, 9, 4), [i(3, 3, 1)]], ref=at)
case('index', 'size 0 elsewhere', [r(3, 0), [i(0, 2)]], ref=at)
case('indexPut', 'a broadcast value', [r(3, 4), [i(0, 2)], r(4)], ref=put)
case('indexPut', 'a 0-d value', [r(3, 4), [slice(None), i(0, 2)], r()], ref=put)
case('indexPut', 'a broadcast column', [r(3, 4), [i(0, 2), slice(1, 3)], r(2, 1)], ref=put)
case('indexPut', 'distinct entries', [r(4, 3), [i(2, 0, 3)], r(3, 3)], ref=put)
case('indexPut', 'accumulate', [r(4), [i(2, 0, 2)], r(3)], {'accumulate': True}, ref=put)
case('indexPut', 'accumulate in two dims', [r(3, 3), [i(0, 0, 2), i(1, 1, 2)], r(3)], {'accumulate': True}, ref=put)
case('indexPut', 'accumulate rows, broadcast', [r(3, 2), [i(1, 1, 0)], r(2)], {'accumulate': True}, ref=put)
case('indexPut', 'accumulate by a mask', [r(3), [b(1, 0, 1)], r(2)], {'accumulate': True}, ref=put)
case('indexPut', 'integers', [ints(0, 9, 4), [i(3, 1)], i(100, 200)], ref=put)

case('gather', 'dim 0', [r(3, 4), 0, ints(0, 3, 2, 4)])
case('gather', 'dim 1', [r(3, 4), 1, ints(0, 4, 3, 5)])
case('gather', 'dim -1, smaller index', [r(3, 2, 4), -1, ints(0, 4, 2, 1, 3)])
case('gather', 'repeated entries', [r(4), 0, i(1, 1, 1, 3)])
case('gather', '0-d', [r(), 0, n(0)])
case('gather', 'an empty index', [r(3, 4), 1, torch.zeros(3, 0, dtype=torch.int64)])
case('gather', 'non-contiguous', [r(3, 4), 0, ints(0, 3, 2, 4)], strided='transposed')
case('scatterAdd', 'dim 0', [r(3, 4), 0, ints(0, 3, 2, 4), r(2, 4)])
case('scatterAdd', 'dim 1, repeated entries', [r(2, 3), 1, ints(0, 3, 2, 6), r(2, 6)])
case('scatterAdd', 'dim -1', [r(2, 2, 3), -1, ints(0, 3, 2, 2, 2), r(2, 2, 2)])
case('scatterAdd', 'src larger than index', [r(3, 4), 0, ints(0, 3, 2, 3), c(r(3, 4))])
case('scatterAdd', '0-d', [r(), 0, n(0), r()])
case('scatterAdd', 'an empty index', [r(3), 0, torch.zeros(0, dtype=torch.int64), r(0)])
case('scatterAdd', 'integers', [ints(0, 5, 4), 0, i(1, 1, 3), i(10, 20, 30)])
case('scatterAdd', 'non-contiguous', [r(3, 4), 1, ints(0, 4, 3, 2), r(3, 2)], strided='transposed')
case('indexSelect', 'dim 0', [r(4, 3), 0, i(2, 0, 2)])
case('indexSelect', 'dim -1', [r(2, 3, 4), -1, i(3, 3)])
case('indexSelect', 'middle dim', [r(2, 3, 2), 1, i(0, 2)])
case('indexSelect', 'an empty index', [r(4, 3), 0, torch.zeros(0, dtype=torch.int64)])
case('indexSelect', 'a 0-d index', [r(4, 3), 1, n(2)])
case('indexSelect', '0-d', [r(), 0, i(0)])
case('indexSelect', 'non-contiguous', [r(4, 3), 1, i(1, 0, 1)], strided='transposed')
case('maskedSelect', 'a mask', [r(2, 3), b([[1, 0, 1], [0, 1, 1]])])
case('maskedSelect', 'broadcast', [r(2, 3), b(1, 0, 1)])
case('take', 'a matrix of indices', [r(2, 3), i([[0, 5], [2, 2]])])
case('indexAdd', 'dim 0', [r(3, 2), 0, i(0, 2, 0), r(3, 2)])
case('scatter', 'dim 1', [r(2, 4), 1, i([[0, 2], [3, 1]]), r(2, 2)])

case('indexAdd', 'dim 1, alpha', [r(2, 3), 1, i(2, 2), r(2, 2)], {'alpha': -1.5})
case('indexCopy', 'dim 0', [r(4, 2), 0, i(3, 1), r(2, 2)])
case('indexFill', 'dim 1', [r(2, 4), 1, i(3, 1), -2.5])
case('maskedScatter', 'a mask', [r(2, 3), b([[1, 0, 1], [0, 1, 1]]), r(5)])
case('put', 'positions', [r(2, 3), i(5, 0), r(2)])
case('put', 'accumulate', [r(2, 3), i(5, 0, 5), r(3)], {'accumulate': True})
case('takeAlongDim', 'dim 1', [r(2, 3), i([[0, 2], [1, 1]]), 1])
case('takeAlongDim', 'flattened', [r(2, 3), i(5, 0, 5)])


def embedding(x, weight, **options):
    return F.embedding(x, weight, **{{'paddingIdx': 'padding_idx'}[k]: v for k, v in options.items()})


case('embedding', 'a row of indices', [i(1, 0, 3), r(4, 3)], ref=embedding)
case('embedding', 'a matrix of indices, repeated', [ints(0, 4, 2, 3), r(4, 2)], ref=embedding)
case('embedding', 'a single index', [n(2), r(4, 3)], ref=embedding)
# PyTorch 1.13 fails in the gradient of its own embedding here.
case('embedding', 'no indices', [torch.zeros(0, dtype=torch.int64), r(4, 3)], ref=lambda x, weight: weight[x])
case('embedding', 'paddingIdx', [i(0, 2, 2, 1), r(4, 3)], {'paddingIdx': 2}, ref=embedding)
case('embedding', 'negative paddingIdx', [i(3, 2, 3, 1), r(4, 3)], {'paddingIdx': -1}, ref=embedding)
case('embedding', 'a transposed weight', [i(0, 2), r(4, 3)], ref=embedding, strided='transposed')
case('oneHot', 'given classes', [i(0, 2, 1), 4])
case('oneHot', 'inferred classes', [i([[0, 2], [3, 1]])])
case('oneHot', '0-d', [n(1), 3])
case('oneHot', 'no indices', [torch.zeros(0, dtype=torch.int64), 3])
for reduce in ('prod', 'mean', 'amax', 'amin'):
    for include in (True, False):
        note = f'{reduce}, includeSelf {include}'
        case('indexReduce', note, [r(3, 4), 1, i(0, 2, 0), r(3, 3), reduce], {'includeSelf': include}, second=reduce != 'prod')


def bag(input, weight, **options):
    return F.embedding_bag(input, weight, **{NAMES.get(k, k): v for k, v in options.items()})


NAMES = {'paddingIdx': 'padding_idx', 'perSampleWeights': 'per_sample_weights', 'includeLastOffset': 'include_last_offset'}
for mode in ('sum', 'mean', 'max'):
    note = f'{mode} of'
    case('embeddingBag', f'{note} rows', [ints(0, 5, 2, 3), r(5, 2)], {'mode': mode}, ref=bag, second=False)
    case('embeddingBag', f'{note} bags, one empty', [i(0, 2, 1, 4), r(5, 2)], {'mode': mode, 'offsets': i(0, 3, 3)}, ref=bag, second=False)
    case('embeddingBag', f'{note} all but a row', [i([[0, 1], [1, 1]]), r(3, 2)], {'mode': mode, 'paddingIdx': 1}, ref=bag, second=False)
case('embeddingBag', 'weighted', [i([[0, 2], [1, 1]]), r(3, 2)], {'mode': 'sum', 'perSampleWeights': r(2, 2)}, ref=bag, second=False)
case('embeddingBag', 'the last offset', [i(0, 2, 1), r(3, 2)], {'mode': 'sum', 'offsets': i(0, 1, 3), 'includeLastOffset': True}, ref=bag, second=False)
