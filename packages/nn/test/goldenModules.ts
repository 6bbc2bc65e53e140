/* How PyTorch's modules print and what they compute, from golden/modules*.json, and the modules and inputs themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTensor, manualSeed, tensor, zeros, type Tensor } from '@retrograd/core';
import type { Module } from '../src/index.ts';
import { build, type Build } from './build.ts';

type Nested = number | Nested[];

/** An argument of `forward`, in the order in which its numbers are drawn. */
export type Input =
  | { kind: 'uniform'; shape: number[]; low: number; high: number; grad: boolean }
  /** Indices and classes. */
  | { kind: 'given'; values: Nested }
  | { kind: 'mask'; values: Nested }
  | { kind: 'none' }
  | { kind: 'list'; items: Input[] }
  | { kind: 'options'; items: Record<string, Input | boolean> };

/** One module, called with one list of inputs. */
export interface GoldenCase {
  name: string;
  args: unknown[];
  /** Options whose values are tensors. */
  tensors: Record<string, number[]>;
  seed: number;
  repr: string;
  keys: string[];
  /** How often the module is called in training mode, with inputs of their own, before the call that counts. */
  warmup?: number;
  /** Whether that call is in evaluation mode. */
  eval?: boolean;
  inputs: Input[];
  shape: number[];
  output: number[];
  /** The outputs, nested lists flattened, in the place of `shape` and `output`, if forward gives several. */
  outputs?: { shape: number[]; values: number[] }[];
  inputGrads: number[][];
  grads: Record<string, number[]>;
  /** The buffers after that call. */
  buffers?: Record<string, number[]>;
}

/** What the file of plain layers has beside cases. */
export interface GoldenTexts {
  nested: string;
  parameter: string;
}

const float64 = { dtype: 'float64' } as const;
const folder = join(__dirname, 'golden');

function read(file: string): object {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as object;
}

/** The files whose names begin so: `modules.json`, `modules.norms.json` … */
export function goldenFiles<T>(subject: string): T[] {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${subject}.`));
  return files.sort().map((file) => read(file) as T);
}

/** The texts PyTorch prints. */
export const texts = read('modules.json') as GoldenTexts;

/** All cases of all files. */
export const goldenCases: readonly GoldenCase[] = goldenFiles<{ cases: GoldenCase[] }>('modules').flatMap(
  ({ cases }) => cases,
);

/** The name of a case: the call that makes the module, and what it is called with. */
export function titleOf({ name, args, tensors, inputs, eval: evaluating = false }: GoldenCase): string {
  const extras = Object.keys(tensors).length === 0 ? '' : ` with ${Object.keys(tensors).join(', ')}`;
  const call = JSON.stringify(args, (_, value: unknown) => described(value)).slice(1, -1);
  return `${name}(${call})${extras} of ${inputs.map(kindOf).join(', ')}${evaluating ? ' in evaluation mode' : ''}`;
}

function described(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$module' in value)) return value;
  return (value.$module as Build)[0];
}

function kindOf(input: Input): string {
  switch (input.kind) {
    case 'uniform':
      return `[${input.shape.join(', ')}]`;
    case 'given':
      return 'int32';
    case 'list':
      return `(${input.items.map(kindOf).join(', ')})`;
    case 'options':
      return Object.keys(input.items).join(', ');
    default:
      return input.kind;
  }
}

/** The module of a case, in the mode in which it is called; `warmUp` has it called before as the case says. */
export function makeModule(c: GoldenCase): ReturnType<typeof build> {
  const given = Object.entries(c.tensors).map(([key, values]) => [key, tensor(values, float64)]);
  const options = { ...(c.args.at(-1) as object | undefined), ...(Object.fromEntries(given) as object) };
  const module = build(given.length === 0 ? [c.name, ...c.args] : [c.name, options]);
  for (let i = 0; i < (c.warmup ?? 0); i++) module.forward(...(drawInputs(c.inputs) as Tensor[]));
  return c.eval === true ? module.eval() : module;
}

/** The inputs of a case, drawn from the default generator. */
export function drawInputs(inputs: readonly Input[]): unknown[] {
  return inputs.map(draw);
}

function draw(input: Input): unknown {
  switch (input.kind) {
    case 'uniform':
      return zeros(input.shape, float64).uniform_(input.low, input.high).requiresGrad_(input.grad);
    case 'given':
      return tensor(input.values, { dtype: 'int32' });
    case 'mask':
      return tensor(input.values, { dtype: 'bool' });
    case 'none':
      return null;
    case 'list':
      return input.items.map(draw);
    case 'options':
      return Object.fromEntries(
        Object.entries(input.items).map(([key, item]) => [
          key,
          typeof item === 'boolean' ? item : draw(item),
        ]),
      );
  }
}

/** All tensors in a value: itself, or those of its items, in order. */
export function tensorsIn(value: unknown): Tensor[] {
  if (isTensor(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(tensorsIn) : [];
}

/** A case's module, and its inputs, as PyTorch drew them. */
export function replay(c: GoldenCase): { module: ReturnType<typeof build>; inputs: unknown[] } {
  manualSeed(c.seed);
  const module = makeModule(c);
  return { module, inputs: drawInputs(c.inputs) };
}

/** The buffers of a module that are numbers, by name. */
export function buffersOf(module: Module): Record<string, number[]> {
  return Object.fromEntries(
    module.namedBuffers().map(([key, x]) => [key, Array.from(x.detach().contiguous().data)]),
  );
}
