import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, copyIn, copyOut, isFloat32, room } from './transfer.ts';

const { min, pow, sqrt } = Math;

/** The optimisers' steps of float32 on a machine. */
export function trainingOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<Kernels, 'sgdStep' | 'adamStep'> {
  const sgdStep: StructuredKernels['sgdStep'] = (
    n, step, param, paramOffset, grad, gradOffset, buffer, bufferOffset,
  ) => {
    const single = areFloat32(param, grad) && (buffer === null || isFloat32(buffer));
    if (n === 0 || n < limits.plain || !single || !machine.ready()) {
      fallback.sgdStep(n, step, param, paramOffset, grad, gradOffset, buffer, bufferOffset);
      return;
    }
    const { lr, momentum, dampening, nesterov, weightDecay, maximize, first } = step;
    const bytes = room(min(n, PIECE), 4);
    machine.begin(3 * bytes);
    const [p, g, b] = [machine.place(bytes - 64), machine.place(bytes - 64), machine.place(bytes - 64)];
    const run = machine.function('sgd_f32');
    for (let i = 0; i < n; i += PIECE) {
      const count = min(PIECE, n - i);
      copyIn(machine, param, paramOffset + i, count, p);
      copyIn(machine, grad, gradOffset + i, count, g);
      if (buffer !== null && !first) copyIn(machine, buffer, bufferOffset + i, count, b);
      run(
        count, p, g, buffer === null ? 0 : b, lr, momentum, 1 - dampening, nesterov ? 1 : 0, weightDecay,
        maximize ? -1 : 1, first ? 1 : 0,
      );
      copyOut(machine, p, param, paramOffset + i, count);
      if (buffer !== null) copyOut(machine, b, buffer, bufferOffset + i, count);
    }
  }; // prettier-ignore

  const adamStep: StructuredKernels['adamStep'] = (
    n, options, param, paramOffset, grad, gradOffset, mean, meanOffset, sq, sqOffset, maxSq, maxSqOffset,
  ) => {
    const single =
      areFloat32(param, grad) && areFloat32(mean, sq) && (maxSq === null || isFloat32(maxSq));
    if (n === 0 || n < limits.plain || !single || !machine.ready()) {
      fallback.adamStep(
        n, options, param, paramOffset, grad, gradOffset, mean, meanOffset, sq, sqOffset, maxSq, maxSqOffset,
      );
      return;
    }
    const { lr, beta1, beta2, eps, weightDecay, decoupled, maximize, step } = options;
    const bytes = room(min(n, PIECE), 4);
    machine.begin(5 * bytes);
    const place = (): number => machine.place(bytes - 64);
    const [p, g, m, v, greatest] = [place(), place(), place(), place(), place()];
    const run = machine.function('adam_f32');
    for (let i = 0; i < n; i += PIECE) {
      const count = min(PIECE, n - i);
      copyIn(machine, param, paramOffset + i, count, p);
      copyIn(machine, grad, gradOffset + i, count, g);
      copyIn(machine, mean, meanOffset + i, count, m);
      copyIn(machine, sq, sqOffset + i, count, v);
      if (maxSq !== null) copyIn(machine, maxSq, maxSqOffset + i, count, greatest);
      run(
        count, p, g, m, v, maxSq === null ? 0 : greatest, decoupled ? 1 - lr * weightDecay : 1,
        decoupled ? 0 : weightDecay, maximize ? -1 : 1, beta1, 1 - beta1, beta2, 1 - beta2,
        lr / (1 - pow(beta1, step)), sqrt(1 - pow(beta2, step)), eps,
      );
      copyOut(machine, p, param, paramOffset + i, count);
      copyOut(machine, m, mean, meanOffset + i, count);
      copyOut(machine, v, sq, sqOffset + i, count);
      if (maxSq !== null) copyOut(machine, greatest, maxSq, maxSqOffset + i, count);
    }
  }; // prettier-ignore

  return { sgdStep, adamStep };
}
