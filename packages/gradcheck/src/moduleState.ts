/* What a module keeps between calls: lent to a check in other precision, put back before every call and after the last. */
import { clone, isFloating, type Tensor } from '@retrograd/core';
import { contentsOf, dense, replaceContents } from './leaves.ts';
import { isModule, valuesOf, type Checkable } from './program.ts';

/** Remembers a module's parameters and buffers, and returns what puts them back as they are now. */
export function captureState(f: Checkable): () => void {
  const kept = [...parametersOf(f), ...buffersOf(f)].map((x) => {
    return { x, contents: contentsOf(x), values: x.storage.array.slice() };
  });
  return () => {
    for (const { x, contents, values } of kept) {
      contents.storage.array.set(values);
      replaceContents(x, contents);
    }
  };
}

/** Gives the module's buffers, and parameters that are not differentiated, float64 contents. */
export function castState(f: Checkable): void {
  for (const x of [...parametersOf(f).filter((p) => !p.requiresGrad), ...buffersOf(f)]) {
    if (isFloating(x.dtype))
      replaceContents(x, contentsOf(dense(valuesOf(x), { shape: x.shape, dtype: 'float64' })));
  }
}

/**
 * Remembers the module's buffers, and returns what gives them the same values again. What a call has changed gets new
 * memory, so that what it has saved for its gradient stays as it is.
 */
export function bufferReset(f: Checkable): () => void {
  const kept = buffersOf(f).map((x) => ({ x, first: clone(x.detach()), values: valuesOf(x) }));
  return () => {
    for (const { x, first, values } of kept) {
      const same = valuesOf(x).every((value, i) => Object.is(value, values[i]));
      if (!same) replaceContents(x, contentsOf(clone(first)));
    }
  };
}

function parametersOf(f: Checkable): Tensor[] {
  return isModule(f) ? f.namedParameters().map(([, p]) => p) : [];
}

function buffersOf(f: Checkable): Tensor[] {
  return isModule(f) ? (f.namedBuffers?.() ?? []).map(([, b]) => b) : [];
}
