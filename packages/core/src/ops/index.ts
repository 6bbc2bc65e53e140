/* The public functions. Each is also a method of its first argument (methods.ts), unless methods.ts excepts it. */
export { add, div, mul, neg, rsub, sub } from './arithmetic.ts';
export { broadcastTensors, broadcastTo, expand, expandAs, sumToSize } from './broadcast.ts';
export { clone, contiguous, to } from './copy.ts';
