/* Code that shows a failure, to be pasted into a file. */
import { isTensor, type Tensor } from '@retrograd/core';
import type { LeafSpec } from './leaves.ts';
import type { GradcheckOptions } from './options.ts';
import { isModule, valuesOf, type Checkable } from './program.ts';

/** More elements than this are not written out. */
const WRITTEN = 400;

/** What is needed to write it. */
export interface ReproducerParts {
  readonly f: Checkable;
  readonly name: string;
  readonly inputs: readonly unknown[];
  readonly leaves: readonly LeafSpec[];
  /** The leaves' values where the gradient is wrong. */
  readonly x: Float64Array;
  readonly options: GradcheckOptions;
}

/** A check of the function at the point where it failed. */
export function reproducerOf({ f, name, inputs, leaves, x, options }: ReproducerParts): string | null {
  const n = inputs.reduce<number>((sum, input) => sum + elementsIn(input), 0);
  const module = isModule(f);
  const written =
    module || n > WRITTEN ? null : inputs.map((input, i) => literal(input, `inputs[${i}]`, leaves, x));
  const { seed, order, tier, degree, subgradient, batchDim, maxEntries } = options;
  const kept = { seed: seed ?? 0, order, tier, degree, subgradient, batchDim, maxEntries };
  const chosen = Object.entries(kept).filter(
    ([, value]) => value !== undefined && typeof value !== 'function',
  );
  const optionsText = `{ ${chosen.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')} }`;
  const source = module ? `new ${name}(/* … */); // with the parameters it had` : sourceOf(f);
  return [
    ...(written ? ["import { tensor } from '@retrograd/core';"] : []),
    "import { assertGradients } from '@retrograd/gradcheck';",
    '',
    `const f = ${source};`.replace(/;\s*(\/\/.*)?;$/, '; $1'),
    written
      ? `const inputs = [${written.join(', ')}];`
      : `const inputs = [/* ${inputs.length} arguments, ${n} elements: as they were */];`,
    `assertGradients(f, inputs, ${optionsText}); // what f uses from outside must be in scope`,
  ].join('\n');
}

/** The same for a plain function. */
export function plainReproducer(
  kind: string,
  sources: { readonly [name: string]: (...x: never[]) => unknown },
  at: unknown,
  seed: number,
): string {
  return [
    `import { ${kind} } from '@retrograd/gradcheck';`,
    '',
    ...Object.entries(sources).map(([name, f]) => `const ${name} = ${sourceOf(f)};`),
    `const at = ${plainLiteral(at)};`,
    `console.log(String(${kind}({ ${Object.keys(sources).join(', ')}, at }, { seed: ${seed} })));`,
  ].join('\n');
}

/** The function's text, as an expression. */
function sourceOf(f: (...x: never[]) => unknown): string {
  const text = String(f);
  if (/\{\s*\[native code\]\s*\}/.test(text)) return `${f.name || 'f'} /* whose source is not known here */`;
  // A method's text is no expression by itself.
  return /^(async\s+)?(function\b|\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(text)
    ? text
    : `({ ${text} }).${f.name}`;
}

function elementsIn(value: unknown): number {
  if (isTensor(value)) return value.numel();
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + elementsIn(item), 0);
}

function literal(value: unknown, name: string, leaves: readonly LeafSpec[], x: Float64Array): string {
  if (isTensor(value)) return tensorLiteral(value, name, leaves, x);
  if (Array.isArray(value))
    return `[${value.map((item, i) => literal(item, `${name}[${i}]`, leaves, x)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return plainLiteral(value);
  const fields = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${literal(item, `${name}.${key}`, leaves, x)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

function tensorLiteral(value: Tensor, name: string, leaves: readonly LeafSpec[], x: Float64Array): string {
  let start = 0;
  for (const leaf of leaves) {
    const end = start + value.numel();
    if (leaf.name === name) return written(x.subarray(start, end), value, true);
    start += leaf.shape.reduce((a, b) => a * b, 1);
  }
  return written(valuesOf(value), value, false);
}

function written(values: Float64Array, { shape, dtype }: Tensor, requiresGrad: boolean): string {
  const options = `{ dtype: '${dtype}'${requiresGrad ? ', requiresGrad: true' : ''} }`;
  const flat = `tensor(${nested(values, shape, dtype === 'bool')}, ${options})`;
  // Nested arrays cannot tell the dims behind one of size 0.
  return shape.indexOf(0) >= 0 && shape.indexOf(0) < shape.length - 1
    ? `${flat}.reshape(${JSON.stringify(shape)})`
    : flat;
}

function nested(values: Float64Array, shape: readonly number[], bool: boolean): string {
  if (shape.length === 0) return bool ? String(values[0] !== 0) : number(values[0]);
  const size = shape.slice(1).reduce((a, b) => a * b, 1);
  return `[${Array.from({ length: shape[0] }, (_, i) => nested(values.subarray(i * size, (i + 1) * size), shape.slice(1), bool)).join(', ')}]`;
}

function plainLiteral(value: unknown): string {
  if (typeof value === 'number') return number(value);
  if (value instanceof Float64Array || value instanceof Float32Array) {
    return `${value.constructor.name}.of(${Array.from(value, number).join(', ')})`;
  }
  if (Array.isArray(value)) return `[${value.map(plainLiteral).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${plainLiteral(item)}`).join(', ')} }`; // prettier-ignore
  }
  return typeof value === 'function'
    ? `/* a function */ ${String(value)}`
    : (JSON.stringify(value) ?? 'undefined');
}

function number(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
