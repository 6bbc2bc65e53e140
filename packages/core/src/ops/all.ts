/* Every op there is: the generic op test runs over this list, and fails for an op without cases. */
/* eslint-disable @typescript-eslint/no-explicit-any */
import type { Op } from '../tape/record.ts';
import { addOp, divOp, mulOp, negOp, roundedDivOp, subOp } from './arithmetic.ts';
import { expandOp, sumToOp } from './broadcast.ts';
import { castOp, cloneOp, toBoolOp } from './copy.ts';
import { copyOp } from './inplace.ts';

export const allOps: readonly Op<any, any, any>[] = [
  // arithmetic
  addOp, subOp, mulOp, divOp, roundedDivOp, negOp,
  // broadcast
  expandOp, sumToOp,
  // copy
  castOp, cloneOp, toBoolOp,
  // inplace
  copyOp,
]; // prettier-ignore
