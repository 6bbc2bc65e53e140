import { AutogradError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';

/** What to do with tensors that entries save: see {@link savedTensorsHooks}. */
export interface SavedTensorsHooks<P = unknown> {
  /** Called when a tensor is saved; what it returns is kept in its place. */
  pack(x: Tensor): P;
  /** Called when a rule needs the tensor again; must return its value. */
  unpack(packed: P): Tensor;
}

/** The tape's only module state, one per JavaScript realm however many copies of the package are loaded. */
interface TapeState {
  recording: boolean;
  /** The position the next entry gets. Creation order is a topological order. */
  nextPosition: number;
  /** The innermost pair of saved-tensor hooks is the last. */
  readonly savedHooks: SavedTensorsHooks[];
  /** Whether entries remember where they were recorded and rules are watched for NaN. */
  anomaly: boolean;
}

const KEY = Symbol.for('retrograd.tape');
const shared = globalThis as { [KEY]?: TapeState };

/** The state itself; only the tape's own files write to it. */
export const tapeState: TapeState = (shared[KEY] ??= {
  recording: true,
  nextPosition: 0,
  savedHooks: [],
  anomaly: false,
});

/** Whether operations on tensors that require grad are being recorded (torch.is_grad_enabled). */
export function isGradEnabled(): boolean {
  return tapeState.recording;
}

/** Runs `fn` with recording switched on or off, and puts back what was before, also when `fn` throws. */
export function withRecording<T>(recording: boolean, fn: () => T): T {
  const before = tapeState.recording;
  tapeState.recording = recording;
  try {
    return fn();
  } finally {
    tapeState.recording = before;
  }
}

/** Throws if a callback that had to finish at once has returned a promise. */
export function refusePromise<T>(where: string, result: T): T {
  if (
    typeof result === 'object' &&
    result !== null &&
    'then' in result &&
    typeof result.then === 'function'
  ) {
    throw new AutogradError(
      `${where}: the callback is async (it returned a promise), but ${where} ends when the callback returns, so ` +
        `what runs after the first await would not be covered; make the callback synchronous`,
    );
  }
  return result;
}

/**
 * Runs `fn` without recording: its results do not require grad (torch.no_grad).
 *
 * @returns What `fn` returns.
 * @throws AutogradError if `fn` is async; recording is back on by then.
 */
export function noGrad<T>(fn: () => T): T {
  return refusePromise('noGrad', withRecording(false, fn));
}

/**
 * Runs `fn` with recording, inside a surrounding {@link noGrad} too (torch.enable_grad).
 *
 * @returns What `fn` returns.
 * @throws AutogradError if `fn` is async.
 */
export function enableGrad<T>(fn: () => T): T {
  return refusePromise('enableGrad', withRecording(true, fn));
}

/**
 * Runs `fn` while every tensor that an entry saves passes through `hooks.pack`, and is fetched again with
 * `hooks.unpack` when a rule needs it (torch.autograd.graph.saved_tensors_hooks): to move saved values elsewhere,
 * compress them, or recompute them. Hooks nest; the innermost pair is used.
 *
 * @returns What `fn` returns.
 * @throws AutogradError if `fn` is async.
 */
export function savedTensorsHooks<T, P>(hooks: SavedTensorsHooks<P>, fn: () => T): T {
  const erased: SavedTensorsHooks = {
    pack: (x) => hooks.pack(x),
    unpack: (packed) => hooks.unpack(packed as P),
  };
  tapeState.savedHooks.push(erased);
  try {
    return refusePromise('savedTensorsHooks', fn());
  } finally {
    tapeState.savedHooks.pop();
  }
}
