/* The op table: every public function, its category, PyTorch's name for it, and the forms it has. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '../../src/index.ts';
import * as creation from '../../src/creation.ts';
import * as sampling from '../../src/random/sampling.ts';
import type { GoldenCase } from '../goldenCase.ts';
import { nameOf } from './call.ts';
import { outcomeOf, samplesOf, variants } from './conformance.ts';

const source = join(__dirname, '..', '..', 'src');

/** The files of src/ops, by what their functions are about. */
const CATEGORIES: Record<string, readonly string[]> = {
  'Pointwise, one input': [
    'elementwise', 'trigonometry', 'rounding', 'special', 'bessel', 'gaussian', 'activations', 'rectifiers', 'rrelu',
  ],
  'Pointwise, more inputs': ['arithmetic', 'power', 'bivariate', 'where', 'compare'],
  'Reductions and scans': [
    'reduce', 'extremum', 'statistics', 'norm', 'scan', 'order', 'quantile', 'differences', 'gradient', 'covariance',
  ],
  Shape: [
    'view', 'broadcast', 'join', 'slice', 'repeat', 'flip', 'pad', 'diagonal', 'triangle', 'unfold', 'blocks', 'strided',
    'copy',
  ],
  Indexing: ['indexing', 'gather', 'scatterReduce', 'indexSelect', 'embedding', 'embeddingBag'],
  Matrices: ['matmul', 'products', 'contraction', 'einsum', 'bias', 'distance'],
  'Linear algebra': ['linalg'],
  'Convolution, pooling, resampling': [
    'conv', 'conv3d', 'convTranspose', 'im2col', 'pool', 'poolDims', 'lpPool', 'adaptivePool', 'unpool', 'interpolate',
    'pixelShuffle', 'gridSample',
  ],
  'Normalising, attention': ['softmax', 'normalize', 'channelNorms', 'dropout', 'attention'],
  Losses: ['losses', 'crossEntropy', 'binaryCrossEntropy', 'marginLosses', 'likelihoodLosses', 'ctcLoss'],
  Masked: ['masked'],
  'Creation and random numbers': ['creation', 'sampling'],
}; // prettier-ignore

/** Functions whose counterpart has no name, or that have none. */
const OWN: Record<string, string> = { addBias: '', index: 'x[…]', fromTypedArray: 'torch.from_numpy' };

/** A public function. */
export interface PublicFunction {
  /** As it is called: `add`, `linalg.det`. */
  readonly name: string;
  readonly category: string;
  /** PyTorch's name for it. */
  readonly torch: string;
  readonly method: boolean;
  readonly inPlace: boolean;
  readonly differentiable: boolean;
}

/** Every public function that takes or makes tensors: of ops/index.ts, `linalg`, `masked`, and what makes tensors. */
export function publicFunctions(): PublicFunction[] {
  const differentiable = differentiableFunctions();
  return [...exportsOf('ops/index.ts', ''), ...namespaces(), ...makers()].map(({ name, file, origin }) => {
    const category = Object.keys(CATEGORIES).find((key) => CATEGORIES[key].includes(origin));
    if (category === undefined) throw new Error(`opTable.ts: no category has ops/${origin}.ts`);
    const torch = OWN[name] ?? torchNameInComment(file, name) ?? torchNameOfSamples(name);
    if (torch === null)
      throw new Error(`opTable.ts: the doc comment of ${name} names no function of PyTorch`);
    return {
      name,
      category,
      torch,
      method: name in core.Tensor.prototype,
      inPlace: `${name}_` in core.Tensor.prototype,
      differentiable: differentiable.has(name),
    };
  });
}

/** The table in Markdown: a section for each category. */
export function opTable(): string[] {
  const functions = publicFunctions();
  return Object.keys(CATEGORIES).flatMap((category) => {
    const rows = functions
      .filter((fn) => fn.category === category)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, torch, method, inPlace, differentiable }) => {
        const forms = ['function', ...(method ? ['method'] : []), ...(inPlace ? [`\`${name}_\``] : [])];
        return `| \`${name}\` | ${torch === '' ? '' : `\`${torch}\``} | ${forms.join(', ')} | ${differentiable ? 'yes' : ''} |`;
      });
    if (rows.length === 0) return [];
    return [
      '',
      `### ${category}`,
      '',
      '| | PyTorch | forms | differentiable |',
      '| --- | --- | --- | --- |',
      ...rows,
    ];
  });
}

interface Export {
  readonly name: string;
  /** The file that defines it, from src. */
  readonly file: string;
  /** That file's place in CATEGORIES. */
  readonly origin: string;
}

function namespaces(): Export[] {
  const linalg = exportsOf('ops/linalg/index.ts', 'linalg.').map((each) => ({ ...each, origin: 'linalg' }));
  const masked = Object.keys(core.masked).map((name) => ({
    name: `masked.${name}`,
    file: 'ops/masked.ts',
    origin: 'masked',
  }));
  return [...linalg, ...masked];
}

function makers(): Export[] {
  const of = (functions: object, directory: string, origin: string): Export[] =>
    Object.keys(functions)
      .filter((name) => name in core)
      .map((name) => ({ name, file: `${directory}${origin}.ts`, origin }));
  return [...of(creation, '', 'creation'), ...of(sampling, 'random/', 'sampling')];
}

/** The functions an index file exports, and where from. */
function exportsOf(index: string, prefix: string): Export[] {
  const directory = index.slice(0, index.lastIndexOf('/'));
  const text = readFileSync(join(source, index), 'utf8');
  return [...text.matchAll(/^export \{([^}]*)\} from '\.\/([\w/]+)\.ts'/gm)].flatMap(([, names, file]) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => ({ name: prefix + name, file: `${directory}/${file}.ts`, origin: file.split('/')[0] })),
  );
}

/** What a function's doc comment says in brackets that PyTorch calls it. */
function torchNameInComment(file: string, path: string): string | null {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const text = readFileSync(join(source, file), 'utf8');
  const comments = [
    ...text.matchAll(/\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:export )?(?:function|const) (\w+)/g),
  ].filter(([, , defined]) => defined === name || aliasOf(text, defined) === name);
  return /\((torch(?:\.\w+)+)/.exec(comments.map(([, comment]) => comment).join(' '))?.[1] ?? null;
}

/** The name in OpInfo of a function that is called by the rule. */
function torchNameOfSamples(name: string): string | null {
  const variant = variants.find((each) => nameOf(each.variant) === name);
  return variant === undefined ? null : `torch.${variant.variant.split(' ')[0]}`;
}

/** `export { variance as var }`. */
function aliasOf(text: string, name: string): string | null {
  return new RegExp(`export \\{ ${name} as (\\w+) \\}`).exec(text)?.[1] ?? null;
}

/** The functions that give gradients in a golden file or in a sample that passes. */
function differentiableFunctions(): Set<string> {
  const found = new Set<string>();
  const directory = join(__dirname, '..', 'golden', 'ops');
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
    const cases = JSON.parse(readFileSync(join(directory, file), 'utf8')) as GoldenCase[];
    cases.filter(({ grads }) => grads?.some((g) => g !== null)).forEach(({ fn }) => found.add(fn));
  }
  for (const variant of variants) {
    const { missing, failures } = outcomeOf(variant);
    const wrong = new Set(
      failures.filter(({ stage }) => stage !== 'double backward').map(({ sample }) => sample),
    );
    if (!missing && samplesOf(variant).some((sample, at) => 'grads' in sample && !wrong.has(at))) {
      found.add(nameOf(variant.variant));
    }
  }
  return found;
}
