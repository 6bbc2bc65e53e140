import type { Kernels } from '../kernels.ts';
import * as activations from './activations.ts';
import * as along from './along.ts';
import * as binary from './binary.ts';
import * as conv from './conv.ts';
import * as copying from './copy.ts';
import * as matrix from './gemm.ts';
import { qr } from './householder.ts';
import * as columns from './im2col.ts';
import * as indexing from './indexing.ts';
import * as jacobi from './jacobi.ts';
import * as losses from './losses.ts';
import * as optimizer from './optimizer.ts';
import * as order from './order.ts';
import * as pool from './pool.ts';
import * as reduce from './reduce.ts';
import * as special from './special.ts';
import * as standardizing from './standardize.ts';
import * as triangular from './triangular.ts';
import * as unary from './unary.ts';

/** Every kernel in plain TypeScript: the implementation that runs anywhere, and the oracle for faster ones. */
export const reference: Kernels = {
  ...unary,
  ...binary,
  ...activations,
  ...reduce,
  ...along,
  ...order,
  ...special,
  ...matrix,
  ...triangular,
  qr,
  ...jacobi,
  ...conv,
  ...columns,
  ...pool,
  ...indexing,
  ...copying,
  ...losses,
  ...optimizer,
  ...standardizing,
};
