import { AutogradError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import type { Cotangents, Entry } from './entry.ts';
import { refusePromise, tapeState } from './recording.ts';

/**
 * Runs `fn` while the tape watches for NaN: entries remember where they were recorded, and a rule that returns NaN is
 * an error that names the op and shows that place (torch.autograd.detect_anomaly). Slow; for debugging.
 *
 * @returns What `fn` returns.
 * @throws AutogradError from the backward pass in which a NaN appears.
 */
export function detectAnomaly<T>(fn: () => T): T {
  const before = tapeState.anomaly;
  tapeState.anomaly = true;
  try {
    return refusePromise('detectAnomaly', fn());
  } finally {
    tapeState.anomaly = before;
  }
}

/** While anomalies are being detected: throws if a rule of the entry has returned NaN. */
export function checkForNaN(entry: Entry, results: Cotangents): void {
  if (!tapeState.anomaly) return;
  results.forEach((g, i) => {
    if (g === null || !hasNaN(g)) return;
    const where = entry.recordedAt === null ? ' (recorded outside detectAnomaly)' : `\n${entry.recordedAt}`;
    throw new AutogradError(
      `${entry.name}: the rule returned nan values for the gradient of input ${i}${where}`,
    );
  });
}

function hasNaN(x: Tensor): boolean {
  const values = x.toArray();
  const pending = [values];
  for (let v = pending.pop(); v !== undefined; v = pending.pop()) {
    if (Array.isArray(v)) for (const item of v) pending.push(item);
    else if (v !== v) return true;
  }
  return false;
}
