"""Einstein sums, contractions, distances, cross products, reductions through an index."""

import torch
import torch.nn.functional as F

from golden_case import b, c, case, f, i, ints, r, u

EQUATIONS = [
    ('ij,jk->ik', [(2, 3), (3, 4)]),
    ('ij,jk', [(2, 3), (3, 4)]),
    ('ba', [(2, 3)]),
    ('ii', [(3, 3)]),
    ('ii->i', [(3, 3)]),
    ('iij->ji', [(2, 2, 3)]),
    ('ij->', [(2, 3)]),
    ('i,j->ij', [(2,), (3,)]),
    ('ij,ij->ij', [(2, 3), (2, 3)]),
    ('bij,bjk->bik', [(2, 3, 2), (2, 2, 4)]),
    ('bn,anm,bm->ba', [(2, 3), (4, 3, 2), (2, 2)]),
    ('ij,k->i', [(2, 3), (2,)]),
    ('...ij->...ji', [(2, 3, 4)]),
    ('...ij,...jk->...ik', [(2, 1, 2, 3), (4, 3, 2)]),
    ('i...,i...->...', [(2, 3), (2, 3)]),
    ('ij,jk->ik', [(2, 1), (3, 4)]),
    ('i,i->', [(3,), (3,)]),
    (',->', [(), ()]),
    ('Ab,bA', [(2, 3), (3, 2)]),
    ('ij, jk -> ki', [(0, 3), (3, 2)]),
    ('ij,jk->ik', [(2, 0), (0, 2)]),
    ('ijk,jil->kl', [(2, 3, 2), (3, 2, 4)]),
]
for equation, shapes in EQUATIONS:
    case('einsum', f'{equation} {shapes}', [equation, [r(*s) for s in shapes]], ref=lambda e, ts: torch.einsum(e, *ts))
case('tensordot', 'two dims', [r(2, 3, 4), r(3, 4, 2)])
case('tensordot', 'one dim', [r(2, 3), r(3, 2)], {'dims': 1})
case('tensordot', 'none', [r(2), r(3)], {'dims': 0})
case('tensordot', 'listed', [r(3, 4, 2), r(4, 3, 2)], {'dims': [[1, 0], [0, 1]]})
case('tensordot', 'negative', [r(3, 4), r(2, 4)], {'dims': [[-1], [-1]]})
case('tensordot', 'an extent of 1', [r(2, 1), r(3, 2)], {'dims': 1})
case('tensordot', 'size 0', [r(2, 0), r(0, 3)], {'dims': 1})
case('tensordot', 'integers', [ints(0, 5, 2, 3), ints(0, 5, 3, 2)], {'dims': 1})
case('bilinear', 'bias', [r(2, 3), r(2, 4), r(5, 3, 4), r(5)])
case('bilinear', 'without bias, more dims', [r(2, 2, 3), r(2, 2, 1), r(2, 3, 1)])
case('bilinear', 'one vector', [r(3), r(2), r(2, 3, 2), r(2)])
case('kron', 'matrices', [r(2, 3), r(3, 2)])
case('kron', 'different dims', [r(2), r(2, 1, 2)])
case('kron', '0-d', [r(), r(2)])
case('kron', 'integers', [i(1, 2), i(3, 4)])
case('addr', 'defaults', [r(2, 3), r(2), r(3)])
case('addr', 'beta and alpha', [r(3), r(2), r(3)], {'beta': 0.5, 'alpha': 2.0})
case('addr', 'beta 0', [c(f(float('nan'), 1)), r(2), r(2)], {'beta': 0})
case('addr', 'integers', [ints(0, 5, 2, 2), i(1, 2), i(3, 4)], {'alpha': 2})
case('cross', 'vectors', [r(3), r(3)])
case('cross', 'the first dim of three', [r(2, 3, 3), r(2, 3, 3)])
case('cross', 'a dim', [r(3, 3), r(3, 3)], {'dim': 1})
case('cross', 'broadcast', [r(2, 3), r(1, 3)], {'dim': -1})
case('cross', 'integers', [i(1, 2, 3), i(4, 5, 6)], ref=lambda a, b: torch.cross(a, b))
for p in (2.0, 1.0, 3.0, 0.5, float('inf')):
    # PyTorch has no second derivatives of distances.
    case('cdist', f'p = {p}', [r(3, 4), r(2, 4)], {'p': p}, second=False)
    case('pdist', f'p = {p}', [r(4, 3)], {'p': p}, ref=lambda x, p: F.pdist(x, p), second=False)
case('cdist', 'p = 0', [c(r(3, 2)), c(r(2, 2))], {'p': 0.0})
case('cdist', 'batches that broadcast', [r(2, 1, 2, 3), r(3, 1, 3)], second=False)
case('cdist', 'no rows', [c(r(0, 3)), c(r(2, 3))])
case('cdist', 'no columns', [c(r(2, 0)), c(r(2, 0))])
case('pdist', 'one row', [r(1, 3)], ref=lambda x: F.pdist(x), second=False)
for p in (1.0, 2.0, 3.0):
    case('renorm', f'p = {p}', [r(3, 4, scale=2), p, 0, 2.0])
    case('renorm', f'p = {p}, dim -1', [r(2, 3, 2, scale=2), p, -1, 1.5])

index = i([[0, 1, 2], [0, 0, 1]])
for reduce in ('sum', 'mean', 'prod', 'amax', 'amin'):
    for include in (True, False):
        note = f'{reduce}, includeSelf {include}'
        case('scatterReduce', f'{note}, dim 0', [r(3, 4), 0, index.clone(), r(2, 3), reduce], {'includeSelf': include})
        case('scatterReduce', f'{note}, dim 1', [r(2, 3), 1, index.clone(), r(2, 3), reduce], {'includeSelf': include})
        case('scatterReduce', f'{note}, a larger src', [r(4), 0, i(0, 0, 3), r(5), reduce], {'includeSelf': include}, grad=False)
        case('scatterReduce', f'{note}, integers', [ints(1, 9, 3), 0, i(0, 0, 2), ints(1, 9, 3), reduce], {'includeSelf': include})
case('scatterReduce', 'ties', [f(1, 2), 0, i(0, 0, 1), f(1, 1, 0), 'amax'], second=False)
case('scatterReduce', 'zeros', [f(0, 2, 3), 0, i(0, 1, 2, 2), f(5, 0, 0, 0), 'prod'], second=False)
