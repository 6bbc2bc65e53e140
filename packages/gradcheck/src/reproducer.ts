/* Code that shows a failure, to be pasted into a file. */
import { isFloating, isTensor, type Tensor } from '@retrograd/core';
import type { LeafSpec } from './leaves.ts';
import { nameOfField } from './nesting.ts';
import type { GradcheckOptions, ModuleLike } from './options.ts';
import { isModule, valuesOf, type Checkable } from './program.ts';

/** Tensors with more elements than this are not written out. */
const WRITTEN = 100;

/** A tensor of an input or parameter, as code. */
type WriteTensor = (value: Tensor, where: string) => string;

/** What is needed to write it. */
export interface ReproducerParts {
  readonly f: Checkable;
  readonly inputs: readonly unknown[];
  readonly leaves: readonly LeafSpec[];
  /** The leaves' values where the gradient is wrong. */
  readonly x: Float64Array;
  readonly options: GradcheckOptions;
}

/**
 * A check of the function at the point where it failed. Large tensors are drawn anew: their values seldom matter. What the
 * function uses from outside is not known here, nor are a module's arguments.
 */
export function reproducerOf({ f, inputs, leaves, x, options }: ReproducerParts): string {
  const core = new Set<string>();
  const write: WriteTensor = (value, where) => tensorLiteral(value, where, leaves, x, core);
  const args = inputs.map((input, i) => literal(input, `inputs[${i}]`, write));
  const { seed, order, tier, degree, subgradient, batchDim, maxEntries } = options;
  const kept = { seed: seed ?? 0, order, tier, degree, subgradient, batchDim, maxEntries };
  const chosen = Object.entries(kept).filter(
    ([, value]) => value !== undefined && typeof value !== 'function',
  );
  const optionsText = `{ ${chosen.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')} }`;
  const lines = isModule(f)
    ? moduleLines(f, write, core)
    : [`const f = ${sourceOf(f)}; // what it uses must be in scope`];
  const list = `[${args.join(', ')}]`;
  return [
    ...(core.size > 0 ? [`import { ${[...core].sort().join(', ')} } from '@retrograd/core';`] : []),
    "import { assertGradients } from '@retrograd/gradcheck';",
    '',
    ...lines,
    `const inputs = ${list.length < 90 ? list : `[\n${args.map((arg) => `  ${arg},\n`).join('')}]`};`,
    `assertGradients(f, inputs, ${optionsText});`,
  ].join('\n');
}

/** A module of the same class, with the parameters it had. */
function moduleLines(f: ModuleLike, write: WriteTensor, core: Set<string>): string[] {
  const text = String(f);
  const printed = text.startsWith('[object') ? '' : text.split('\n').join('\n// ');
  const parameters = f.namedParameters().map(([name, p]) => `  ${JSON.stringify(name)}: ${write(p, name)},`);
  const made = `const f = new ${f.constructor.name}(/* its arguments */);${printed && ` // ${printed}`}`;
  if (parameters.length === 0) return [made];
  core.add('noGrad');
  return [
    made,
    'const parameters = {',
    ...parameters,
    '};',
    'for (const [name, p] of f.namedParameters()) noGrad(() => p.copy_(parameters[name]));',
  ];
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
  // As it was written, before a compiler to CommonJS made `(0, core_1.sin)(x)` of `sin(x)`.
  const text = String(f).replace(/\(0,\s*[\w$]+\.([\w$]+)\)/g, '$1');
  if (/\{\s*\[native code\]\s*\}/.test(text)) return `${f.name || 'f'} /* whose source is not known here */`;
  // A method's text is no expression by itself.
  return /^(async\s+)?(function\b|\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(text)
    ? text
    : `({ ${text} }).${f.name}`;
}

function literal(value: unknown, where: string, write: WriteTensor): string {
  if (isTensor(value)) return write(value, where);
  if (Array.isArray(value))
    return `[${value.map((item, i) => literal(item, `${where}[${i}]`, write)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return plainLiteral(value);
  const fields = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${literal(item, nameOfField(where, key), write)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

function tensorLiteral(
  value: Tensor,
  name: string,
  leaves: readonly LeafSpec[],
  x: Float64Array,
  core: Set<string>,
): string {
  let start = 0;
  for (const leaf of leaves) {
    const end = start + value.numel();
    if (leaf.name === name) return written(x.subarray(start, end), value, leaf.parameter === null, core);
    start += leaf.shape.reduce((a, b) => a * b, 1);
  }
  return written(valuesOf(value), value, false, core);
}

function written(
  values: Float64Array,
  { shape, dtype }: Tensor,
  requiresGrad: boolean,
  core: Set<string>,
): string {
  const options = `{ dtype: '${dtype}'${requiresGrad ? ', requiresGrad: true' : ''} }`;
  if (values.length > WRITTEN && isFloating(dtype)) {
    core.add('randn');
    return `randn(${JSON.stringify(shape)}, ${options}) /* other values than it had */`;
  }
  core.add('tensor');
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
