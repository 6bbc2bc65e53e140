import {
  defaultGenerator, enableGrad, isFloating, isTensor, savedTensorsHooks, zeros, type DType, type Shape, type Tensor,
} from '@retrograd/core'; // prettier-ignore
import type { Module } from '../module.ts';
import { multiplyAdds } from './multiplyAdds.ts';
import { formatSummary, type Summary, type SummaryRow } from './row.ts';

/** What a model is called with: a tensor, or the shape of one that is made of zeros. */
export type SummaryInput = Tensor | Shape;

/** Options of {@link summary}. */
export interface SummaryOptions {
  /** The dtype of inputs given as shapes. Default that of the first floating parameter, else float32. */
  readonly dtype?: DType;
  /** Run in this mode; by default as the model is. */
  readonly training?: boolean;
  /** The multiply-adds of one call of a module of one's own; undefined leaves a module to the formulas. */
  readonly multiplyAdds?: (module: Module, inputs: readonly unknown[], output: unknown) => number | undefined;
}

/**
 * A table of a model's modules: the shapes they return, their parameters, their multiply-adds ({@link multiplyAdds} has
 * the formulas), and how many bytes they keep for backward, measured while the model runs once. Parameters and buffers are
 * not counted among those, for they are there anyhow.
 *
 *     console.log(String(nn.summary(model, [1, 1, 28, 28])));
 *     nn.summary(model, [[8, 16, 32], mask]).multiplyAdds;
 *
 * Nothing of the model is changed: not its mode, its fields or buffers (running statistics …), no gradient, nor the state
 * of the default generator. Hooks of its modules run.
 *
 * @param inputs - A shape (with the batch), a tensor, or several of them in an array.
 */
export function summary(
  model: Module,
  inputs: SummaryInput | readonly SummaryInput[],
  options: SummaryOptions = {},
): Summary {
  const modules = model.namedModules();
  const { dtype = dtypeOf(model) } = options;
  const given = inputsOf(inputs).map((input) => (isTensor(input) ? input : zeros([...input], { dtype })));
  const calls = new Map(modules.map(([, module]) => [module, new Calls()]));
  observe(model, given, calls, options);
  const seen = new Set<Tensor>();
  const rows = modules.map(([path, module]): SummaryRow => {
    const own = module.parameters({ recurse: false }).filter((p) => !seen.has(p) && seen.add(p));
    return {
      path,
      className: module.constructor.name,
      ...(calls.get(module) as Calls),
      parameters: elementsOf(own),
      trainableParameters: elementsOf(own.filter(({ requiresGrad }) => requiresGrad)),
    };
  });
  const total = (of: (row: SummaryRow) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
  const parameters = total((row) => row.parameters);
  const trainableParameters = total((row) => row.trainableParameters);
  const totals = {
    rows,
    parameters,
    trainableParameters,
    frozenParameters: parameters - trainableParameters,
    parameterBytes: bytesOf(model.parameters()),
    multiplyAdds: total((row) => row.multiplyAdds),
    savedBytes: total((row) => row.savedBytes),
  };
  const toString = (): string => formatSummary(totals);
  // Prints as its table through console.log too.
  return Object.defineProperty({ ...totals, toString }, Symbol.for('nodejs.util.inspect.custom'), {
    value: toString,
  });
}

/** What is noted of the calls of one module. */
class Calls {
  outputShapes: readonly Shape[] = [];
  calls = 0;
  multiplyAdds = 0;
  savedBytes = 0;
}

/** Runs the model and notes its modules' calls; then puts everything back as it was. */
function observe(
  model: Module,
  inputs: readonly Tensor[],
  calls: ReadonlyMap<Module, Calls>,
  { training, multiplyAdds: counted }: SummaryOptions,
): void {
  const running: Module[] = [];
  const known = new Set([...model.parameters(), ...model.buffers()].map(({ storage }) => storage));
  const handles = [...calls].flatMap(([module, noted]) => [
    module.registerForwardPreHook(() => void running.push(module)),
    module.registerForwardHook((_, given, output) => {
      running.pop();
      noted.calls++;
      noted.outputShapes = tensorsIn(output).map(({ shape }) => shape);
      noted.multiplyAdds += counted?.(module, given, output) ?? multiplyAdds(module, given, output);
    }),
  ]);
  const pack = (x: Tensor): Tensor => {
    const noted = calls.get(running[running.length - 1]);
    if (noted !== undefined && !known.has(x.storage)) noted.savedBytes += x.storage.array.byteLength;
    known.add(x.storage);
    return x;
  };
  const putBack = borrow([...calls.keys()]);
  try {
    if (training !== undefined) model.train(training);
    const forward = model.forward.bind(model) as (...given: Tensor[]) => unknown;
    enableGrad(
      () => void savedTensorsHooks({ pack, unpack: (x: Tensor) => x }, () => void forward(...inputs)),
    );
  } finally {
    putBack();
    for (const handle of handles) handle.remove();
  }
}

/** Has modules run on copies of their buffers; the function it returns puts back all that running may have changed. */
function borrow(modules: readonly Module[]): () => void {
  const generator = defaultGenerator.getState();
  const fields = modules.map((module) => Object.entries(module) as [string, unknown][]);
  const copies = new Map<unknown, Tensor>();
  modules.forEach((module, i) => {
    for (const buffer of module.buffers({ recurse: false })) {
      if (!copies.has(buffer)) copies.set(buffer, buffer.detach().clone());
    }
    for (const [name, value] of fields[i]) {
      const copy = copies.get(value);
      if (copy !== undefined) Object.assign(module, { [name]: copy });
    }
  });
  return () => {
    defaultGenerator.setState(generator);
    modules.forEach((module, i) => {
      const before = Object.fromEntries(fields[i]);
      for (const name of Object.keys(module)) {
        if (!Object.hasOwn(before, name)) delete (module as object as Record<string, unknown>)[name];
      }
      Object.assign(module, before);
    });
  };
}

function inputsOf(inputs: SummaryInput | readonly SummaryInput[]): readonly SummaryInput[] {
  if (isTensor(inputs)) return [inputs];
  if (!Array.isArray(inputs)) {
    throw new TypeError(`summary: expected a shape, a Tensor or an array of them, got ${typeof inputs}`);
  }
  const list = inputs as readonly (number | SummaryInput)[];
  return list.every((each) => typeof each === 'number') ? [list] : (list as readonly SummaryInput[]);
}

function dtypeOf(model: Module): DType {
  return model.parameters().find(({ dtype }) => isFloating(dtype))?.dtype ?? 'float32';
}

/** The tensors in a value: itself, or those of its items. */
function tensorsIn(value: unknown): Tensor[] {
  if (isTensor(value)) return [value];
  const isList = Array.isArray(value) || Object.getPrototypeOf(value ?? 0) === Object.prototype;
  return isList ? Object.values(value as object).flatMap(tensorsIn) : [];
}

function elementsOf(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, x) => sum + x.numel(), 0);
}

function bytesOf(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, x) => sum + x.numel() * x.storage.array.BYTES_PER_ELEMENT, 0);
}
