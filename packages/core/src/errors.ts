/** Shapes, dims, sizes or indices that do not fit the operation. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** A dtype the operation is not defined for. */
export class DTypeError extends Error {
  override readonly name = 'DTypeError';
}

/** A rule of automatic differentiation was broken: recording, backward, in-place modification, hooks. */
export class AutogradError extends Error {
  override readonly name = 'AutogradError';
}

/** A matrix without what was asked for: an inverse, a Cholesky factor, singular values (torch.linalg.LinAlgError). */
export class LinAlgError extends Error {
  override readonly name = 'LinAlgError';
}
