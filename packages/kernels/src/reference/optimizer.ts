import type { StructuredKernels } from '../kernels.ts';

const { max, pow, sqrt } = Math;

// Both follow torch.optim's order of operations, so that float64 traces agree to the last few bits.

/** torch.optim.SGD: b ← μ·b + (1 − d)·g; p ← p − lr·b, or p ← p − lr·(g + μ·b) with Nesterov momentum. */
export const sgdStep: StructuredKernels['sgdStep'] = (
  n,
  step,
  param,
  paramOffset,
  grad,
  gradOffset,
  buffer,
  bufferOffset,
) => {
  const { lr, momentum, dampening, nesterov, weightDecay, maximize, first } = step;
  for (let i = 0; i < n; i++) {
    const p = param[paramOffset + i];
    let d = grad[gradOffset + i];
    if (maximize) d = -d;
    if (weightDecay !== 0) d += weightDecay * p;
    if (buffer !== null) {
      const b = first ? d : momentum * buffer[bufferOffset + i] + (1 - dampening) * d;
      buffer[bufferOffset + i] = b;
      d = nesterov ? d + momentum * b : b;
    }
    param[paramOffset + i] = p - lr * d;
  }
};

/** torch.optim.Adam and AdamW: m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; p ← p − lr·m̂ / (√v̂ + ε). */
export const adamStep: StructuredKernels['adamStep'] = (
  n,
  options,
  param,
  paramOffset,
  grad,
  gradOffset,
  mean,
  meanOffset,
  sq,
  sqOffset,
  maxSq,
  maxSqOffset,
) => {
  const { lr, beta1, beta2, eps, weightDecay, decoupled, maximize, step } = options;
  const stepSize = lr / (1 - pow(beta1, step));
  const sqrtCorrection2 = sqrt(1 - pow(beta2, step));
  const keep = decoupled ? 1 - lr * weightDecay : 1;
  const decay = decoupled ? 0 : weightDecay;
  for (let i = 0; i < n; i++) {
    const p = param[paramOffset + i] * keep;
    let g = grad[gradOffset + i];
    if (maximize) g = -g;
    if (decay !== 0) g += decay * p;
    const m = mean[meanOffset + i] * beta1 + (1 - beta1) * g;
    mean[meanOffset + i] = m;
    let v = sq[sqOffset + i] * beta2 + (1 - beta2) * g * g;
    sq[sqOffset + i] = v;
    if (maxSq !== null) {
      v = max(maxSq[maxSqOffset + i], v);
      maxSq[maxSqOffset + i] = v;
    }
    param[paramOffset + i] = p - (stepSize * m) / (sqrt(v) / sqrtCorrection2 + eps);
  }
};
