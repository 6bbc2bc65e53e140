"""torch.linalg. Factors that are determined only up to signs are compared by absolute values."""

import torch

from golden_case import c, case, f, i, r, rounded


def square(n, *batch):
    """Matrices far from singular."""
    return rounded(r(*batch, n, n) + 3 * torch.eye(n, dtype=torch.float64))


def dominant(m, n):
    """Full rank, and no row exchange within reach of a rounding."""
    return rounded(r(m, n) + 4 * torch.eye(m, n, dtype=torch.float64))


def positive(n, *batch):
    x = r(*batch, n, n)
    return rounded(x @ x.mT + torch.eye(n, dtype=torch.float64))


def symmetric(n, *batch):
    x = r(*batch, n, n)
    return rounded(x + x.mT + torch.diag(torch.arange(n, dtype=torch.float64) * 4))


def lu_factor(a):
    lu, pivots = torch.linalg.lu_factor(a)
    return lu, pivots.long()


def eigh(a, UPLO):
    return torch.linalg.eigh(a, UPLO)


def eigvalsh(a, UPLO):
    return torch.linalg.eigvalsh(a, UPLO)


def cond(a, p):
    # PyTorch 1.13's own cannot be differentiated.
    return torch.linalg.norm(a, p) * torch.linalg.norm(torch.linalg.inv(a), p)


SQUARE = [('1 × 1', (1,)), ('3 × 3', (3,)), ('a batch', (2, 2)), ('two batch dims', (2, 2, 1)), ('no elements', (0,)), ('no matrices', (3, 0))]

for note, (n, *batch) in SQUARE:
    for fn in ('linalg.det', 'linalg.inv', 'logdet'):
        case(fn, note, [positive(n, *batch)], zeros=True)
    case('linalg.slogdet', note, [square(n, *batch)], names=['sign', 'logabsdet'])
    case('linalg.matrixPower', f'{note}, 3', [square(n, *batch), 3])
    case('linalg.matrixPower', f'{note}, -2', [square(n, *batch), -2])
    case('linalg.matrixExp', note, [r(*batch, n, n)])
    case('linalg.cholesky', note, [positive(n, *batch)])
    case('linalg.eigvalsh', note, [symmetric(n, *batch)])
    case('linalg.eigh', note, [symmetric(n, *batch)], names=['eigenvalues', 'eigenvectors'], through='abs')
    case('linalg.qr', note, [square(n, *batch)], names=['Q', 'R'])
    case('linalg.luFactor', note, [square(n, *batch)], ref=lu_factor, names=['LU', 'pivots'])
    case('linalg.pinv', note, [square(n, *batch)])
    case('linalg.svdvals', note, [square(n, *batch)])
    case('linalg.svd', note, [square(n, *batch)], {'fullMatrices': False}, names=['U', 'S', 'Vh'], through='abs')
case('linalg.det', 'negative', [f(0, 2, 1, 3).reshape(2, 2)])
case('linalg.det', 'singular', [f(1, 2, 2, 4).reshape(2, 2)])
case('linalg.det', 'singular, rank 2 of 3', [f(1, 2, 3, 0.5, -1, 1, 1.5, 1, 4).reshape(3, 3)])
case('linalg.det', '7 × 7', [square(7)])
case('linalg.slogdet', 'negative', [f(0, 2, 1, 3).reshape(2, 2)], names=['sign', 'logabsdet'])
case('linalg.slogdet', 'singular', [c(f(1, 2, 2, 4).reshape(2, 2))], names=['sign', 'logabsdet'])
case('logdet', 'negative', [c(f(0, 2, 1, 3).reshape(2, 2))])
case('logdet', 'singular', [c(f(1, 2, 2, 4).reshape(2, 2))])
case('linalg.inv', '6 × 6', [square(6)])
case('linalg.inv', 'float32', [square(3).float()])
case('linalg.det', 'float32', [square(3).float()])
case('linalg.matrixPower', '0', [square(2), 0], zeros=True)
case('linalg.matrixPower', '1', [square(2), 1])
case('linalg.matrixPower', '6', [rounded(square(2) / 3), 6])
case('linalg.matrixExp', 'a large norm', [rounded(r(2, 3, 3) * 4)])
case('linalg.matrixExp', 'zeros', [torch.zeros(2, 2, dtype=torch.float64)])
case('linalg.cholesky', 'upper', [positive(3)], {'upper': True})
case('linalg.cholesky', 'float32', [positive(3).float()])
case('linalg.eigh', 'upper', [symmetric(3)], {'UPLO': 'U'}, ref=eigh, names=['eigenvalues', 'eigenvectors'], through='abs')
case('linalg.eigh', '7 × 7', [symmetric(7)], names=['eigenvalues', 'eigenvectors'], through='abs')
case('linalg.eigvalsh', 'upper', [symmetric(2)], {'UPLO': 'U'}, ref=eigvalsh)
case('linalg.eigvalsh', 'multiple', [c(torch.eye(3, dtype=torch.float64))])

# Rectangular

for note, shape in (('tall', (4, 2)), ('wide', (2, 4)), ('a tall batch', (2, 3, 2)), ('a wide batch', (2, 2, 3)), ('no columns', (3, 0)), ('no rows', (0, 3))):
    case('linalg.qr', note, [r(*shape)], names=['Q', 'R'])
    case('linalg.svd', note, [r(*shape)], {'fullMatrices': False}, names=['U', 'S', 'Vh'], through='abs')
    case('linalg.svdvals', note, [r(*shape)])
    case('linalg.pinv', note, [r(*shape)])
    x = r(*shape) if 0 in shape or len(shape) > 2 else dominant(*shape)
    case('linalg.luFactor', note, [x], ref=lu_factor, names=['LU', 'pivots'])
    case('linalg.lu', note, [x], names=['P', 'L', 'U'])
case('linalg.qr', 'complete, wide', [r(2, 4)], {'mode': 'complete'}, names=['Q', 'R'])
case('linalg.qr', 'complete, tall', [c(r(4, 2))], {'mode': 'complete'}, names=['Q', 'R'])
case('linalg.qr', 'only R', [c(r(4, 2))], {'mode': 'r'}, names=['Q', 'R'])
case('linalg.svdvals', 'float32', [r(3, 2).float()])
case('linalg.svd', 'full, square', [square(3)], names=['U', 'S', 'Vh'], through='abs')
case('linalg.pinv', 'rank 1', [c(f(1, 2, 2, 4, 3, 6).reshape(3, 2))])
case('linalg.pinv', 'tolerances', [c(dominant(3, 3)), ], {'atol': 3.0, 'rtol': 0.0})
case('linalg.pinv', 'symmetric', [symmetric(3)], {'hermitian': True})
case('linalg.matrixRank', 'full', [c(r(3, 2))])
case('linalg.matrixRank', 'a batch of deficient ones', [c(torch.stack([torch.eye(3), torch.ones(3, 3), torch.zeros(3, 3)]).double())])
case('linalg.matrixRank', 'symmetric', [c(symmetric(3))], {'hermitian': True})
case('linalg.matrixRank', 'tolerances', [c(dominant(3, 3))], {'atol': 3.5})
case('linalg.householderProduct', 'square', [r(3, 3), r(3)])
case('linalg.householderProduct', 'tall', [r(4, 2), r(2)])
case('linalg.householderProduct', 'fewer reflections', [r(4, 3), r(2)])
case('linalg.householderProduct', 'a batch', [r(2, 3, 2), r(2, 2)])

# Systems

for note, a, b in (('a matrix', (3,), (3, 2)), ('a vector', (3,), (3,)), ('vectors', (2, 2), (2, 2)), ('a batch', (2, 2), (2, 2, 3)), ('broadcast', (2, 2), (1, 2, 1)), ('no unknowns', (0,), (0, 2)), ('no columns', (2,), (2, 0))):
    n, batch = a[-1], a[:-1]
    case('linalg.solve', note, [square(n, *batch), r(*b)])
case('linalg.solve', 'from the right', [square(3), r(2, 3)], {'left': False})
case('linalg.solve', 'float32', [square(3).float(), r(3, 2).float()])
for upper in (True, False):
    for left in (True, False):
        for unit in (True, False):
            options = {'upper': upper, 'left': left, 'unitriangular': unit}
            case('linalg.solveTriangular', f'upper {upper}, left {left}, unit {unit}', [square(3), r(3, 2) if left else r(2, 3)], options)
case('linalg.solveTriangular', 'a batch', [square(2, 2), r(2, 2, 1)], {'upper': True})
case('linalg.solveTriangular', 'broadcast', [square(2), r(3, 2, 1)], {'upper': False})
case('linalg.solveTriangular', 'no unknowns', [square(0), r(0, 2)], {'upper': False})
lu, pivots = torch.linalg.lu_factor(f(1, 4, 2, 3, 1, 5, 6, 2, 1).reshape(3, 3))
for left in (True, False):
    for adjoint in (True, False):
        case('linalg.luSolve', f'left {left}, adjoint {adjoint}', [rounded(lu), i(pivots.tolist()), r(3, 2) if left else r(2, 3)], {'left': left, 'adjoint': adjoint},
             ref=lambda lu, pivots, b, **o: torch.linalg.lu_solve(lu, pivots.int(), b, **o))


for note, x, batch in (('plain', (3, 2), ()), ('a batch', (2, 2, 1), (2,)), ('no unknowns', (0, 2), ())):
    lower = rounded(torch.linalg.cholesky(positive(x[-2], *batch)))
    case('choleskySolve', note, [r(*x), lower])
    case('choleskyInverse', note, [lower])
lower = rounded(torch.linalg.cholesky(positive(3)))
case('choleskySolve', 'upper', [r(3, 2), lower.mT.contiguous()], {'upper': True})
case('choleskyInverse', 'upper', [lower.mT.contiguous()], {'upper': True})
for note, (m, n) in (('square', (3, 3)), ('tall', (4, 2)), ('wide', (2, 4))):
    lu, pivots = torch.linalg.lu_factor(r(m, n))
    case('luUnpack', note, [rounded(lu), i(pivots.tolist())], ref=lambda lu, pivots: torch.lu_unpack(lu, pivots.int()), names=['P', 'L', 'U'])


def least_squares(a, b, **options):
    return torch.linalg.lstsq(a, b, **options)[0]


for note, a, b in (('tall', (4, 2), (4, 3)), ('square', (3, 3), (3, 1)), ('wide', (2, 4), (2, 1)), ('a batch', (2, 3, 2), (2, 3, 1))):
    case('linalg.lstsq', note, [r(*a), r(*b)], ref=lambda a, b: [least_squares(a, b)], names=['solution'])
case('linalg.lstsq', 'a vector', [r(4, 2), r(4)], ref=lambda a, b: [least_squares(a, b[:, None])[:, 0]], names=['solution'])
case('linalg.lstsq', 'everything', [c(r(4, 2)), c(r(4, 2))], {'driver': 'gelsd'}, names=['solution', 'residuals', 'rank', 'singularValues'])
case('linalg.lstsq', 'deficient', [c(f(1, 2, 2, 4, 3, 6).reshape(3, 2)), c(r(3, 1))], {'driver': 'gelsd'}, names=['solution', 'residuals', 'rank', 'singularValues'])
case('linalg.tensorinv', 'ind 2', [rounded(r(2, 3, 6) + 3 * torch.eye(6).double().reshape(2, 3, 6))])
case('linalg.tensorinv', 'ind 1', [rounded(r(4, 2, 2) + 3 * torch.eye(4).double().reshape(4, 2, 2))], {'ind': 1})
case('linalg.tensorsolve', 'plain', [rounded(r(2, 2, 4) + 3 * torch.eye(4).double().reshape(2, 2, 4)), r(2, 2)])
case('linalg.tensorsolve', 'dims', [rounded(r(2, 4, 2) + 3 * torch.eye(4).double().reshape(2, 4, 2)), r(4)], {'dims': [0, 2]})

# Norms

inf = float('inf')
for order in (None, 2.0, 1.0, inf, -inf, 0.0, 0.5, 3.0, -1.0, -2.0):
    case('linalg.vectorNorm', f'{order}', [r(2, 3)] + ([] if order is None else [order]), zeros=True)
    case('linalg.norm', f'{order} of a vector', [r(4), order], zeros=True)
    case('linalg.norm', f'{order} along a dim', [r(2, 3), order, 1], {'keepdim': True}, zeros=True)
case('linalg.vectorNorm', 'dims', [r(2, 3, 2)], {'ord': 3, 'dim': [0, 2], 'keepdim': True}, ref=lambda x, **o: torch.linalg.vector_norm(x, **o))
case('linalg.vectorNorm', '0-d', [r()])
case('linalg.vectorNorm', 'no elements', [r(0, 2), 2.0, 0])
case('linalg.vectorNorm', 'zeros', [torch.zeros(3).double()], second=False)
for order in ('fro', 'nuc', inf, -inf, 1, -1, 2, -2):
    case('linalg.matrixNorm', f'{order}', [r(3, 2), order])
    case('linalg.matrixNorm', f'{order} of a batch', [r(2, 2, 3), order, [0, 2]], {'keepdim': True}, ref=lambda x, o, d, keepdim: torch.linalg.matrix_norm(x, o, d, keepdim))
    case('linalg.norm', f'{order} of a matrix', [r(2, 3), order])
    case('linalg.norm', f'{order} of dims', [r(2, 2, 3), order, [2, 0]])
    case('linalg.cond', f'{order}', [square(3), order], ref=None if order in (2, -2, 'nuc') else cond)
case('linalg.matrixNorm', 'default', [r(2, 2, 3)])
case('linalg.norm', 'default', [r(2, 2, 3)])
case('norm', 'nuclear', [r(3, 2), 'nuc'], ref=torch.norm)
case('norm', 'nuclear, dims', [r(2, 3, 2), 'nuc', [0, 2]], {'keepdim': True}, ref=torch.norm)
case('linalg.norm', 'default of dims', [r(2, 2, 3)], {'dim': [0, 1]})
case('linalg.cond', 'default, tall', [r(2, 3, 2)])
case('linalg.cond', 'singular', [c(f(1, 2, 2, 4).reshape(2, 2)), 1])

# Products

case('linalg.multiDot', 'matrices', [[r(2, 4), r(4, 3), r(3, 5), r(5, 1)]])
case('linalg.multiDot', 'vectors at the ends', [[r(3), r(3, 2), r(2)]])
case('linalg.multiDot', 'two', [[r(2, 3), r(3)]])
case('linalg.multiDot', 'no elements', [[r(2, 0), r(0, 3), r(3, 2)]])
case('linalg.vecdot', 'the last dim', [r(2, 3), r(2, 3)])
case('linalg.vecdot', 'dim 0, broadcast', [r(3, 1), r(3, 2)], {'dim': 0})
case('linalg.cross', 'the last dim', [r(2, 3), r(2, 3)])
case('linalg.cross', 'dim 0, broadcast', [r(3, 1), r(3, 2)], {'dim': 0})
case('linalg.vander', 'plain', [r(3)])
case('linalg.vander', 'a batch, N', [r(2, 3)], {'N': 4}, ref=lambda x, N: torch.linalg.vander(x, N=N))
case('linalg.vander', 'integers', [i(1, 2, 3)])
