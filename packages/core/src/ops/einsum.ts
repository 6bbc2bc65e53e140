/* Einstein's summation convention. */
import { ShapeError } from '../errors.ts';
import { formatShape, numelOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { checkTensorList } from './contraction.ts';
import { diagonal } from './diagonal.ts';
import { checkOperands, product } from './matmul.ts';
import { sum } from './reduce.ts';
import { permute, reshape, squeeze } from './view.ts';

/** A tensor and a label for each of its dims. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/** An equation as read: labels of each operand and of the result. Dims of an ellipsis have the labels '.0', '.1', …. */
interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/**
 * The sum of products that an equation such as 'ij,jk->ik' describes (torch.einsum): letters name dims, '...' stands for
 * dims that broadcast; what is not named behind '->' is summed. Without '->' the result has the dims named once, in
 * alphabetical order. Operands are multiplied from left to right, by matrix products.
 *
 *     einsum('bij,bjk->bik', [a, b])   einsum('ii->i', [a])   einsum('...ij->...ji', [a])
 *
 * @throws ShapeError if the equation does not fit the operands; TypeError if it is malformed.
 */
export function einsum(equation: string, tensors: readonly Tensor[]): Tensor {
  checkTensorList('einsum', tensors);
  if (typeof equation !== 'string')
    throw new TypeError(`einsum: expected the equation as a string, got a ${typeof equation}`);
  checkOperands('einsum', ...tensors);
  const { inputs, output } = parsed(equation, tensors);
  const terms = fitted(tensors, inputs);
  let result = terms[0];
  for (let i = 1; i <= terms.length; i++) {
    const rest = terms.slice(i);
    const needed = new Set([...output, ...rest.flatMap(({ labels }) => labels)]);
    result = summed(result, needed);
    if (i === terms.length) break;
    const later = new Set([...output, ...rest.slice(1).flatMap(({ labels }) => labels)]);
    result = multiplied(result, summed(rest[0], new Set([...later, ...result.labels])), later);
  }
  return arranged(result, output);
}

function parsed(equation: string, tensors: readonly Tensor[]): Equation {
  const parts = equation.replace(/ /g, '').split('->');
  const operands = parts[0].split(',');
  for (const [i, text] of [...operands, ...parts.slice(1)].entries()) {
    if (parts.length > 2 || !/^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(text)) {
      throw new TypeError(`einsum: invalid subscript given at operand ${i} of '${equation}': '${text}'`);
    }
  }
  if (operands.length !== tensors.length) {
    throw new ShapeError(
      `einsum: ${tensors.length < operands.length ? 'fewer' : 'more'} operands were provided than specified in the ` +
        `equation '${equation}': ${tensors.length}`,
    );
  }
  let ellipsis: readonly string[] = [];
  const inputs = operands.map((text, i) => {
    const { ndim, shape } = tensors[i];
    const letters = text.replace('...', '').length;
    const hidden = ndim - letters;
    if (hidden < 0 || (hidden > 0 && !text.includes('.'))) {
      throw new ShapeError(
        `einsum: the number of subscripts in the equation (${letters}) does not match the number of dimensions (${ndim}) ` +
          `for operand ${i} of shape ${formatShape(shape)}${hidden < 0 ? '' : ' and no ellipsis was given'}`,
      );
    }
    // Counted from the last, so that dims of different ellipses align as in broadcasting.
    const dims = Array.from({ length: hidden }, (_, k) => `.${hidden - 1 - k}`);
    if (text.includes('.') && dims.length > ellipsis.length) ellipsis = dims;
    return expanded(text, dims);
  });
  const named = inputs.flat();
  const letters = [...new Set(named.filter((label) => !label.startsWith('.')))].sort();
  const once = letters.filter((label) => named.indexOf(label) === named.lastIndexOf(label));
  const output = parts.length === 1 ? [...ellipsis, ...once] : expanded(parts[1], ellipsis);
  output.forEach((label, i) => {
    if (output.indexOf(label) !== i)
      throw new TypeError(`einsum: output subscript ${label} appears more than once in the output`);
    if (!named.includes(label)) {
      throw new TypeError(
        `einsum: output subscript ${label} does not appear in the equation for any input operand`,
      );
    }
  });
  return { inputs, output };
}

/** The labels of one operand. */
function expanded(text: string, ellipsis: readonly string[]): string[] {
  if (!text.includes('.')) return [...text];
  const [before, after] = text.split('...');
  return [...before, ...ellipsis, ...after];
}

/** The operands, each label once in each, without dims of extent 1 that others broadcast. */
function fitted(tensors: readonly Tensor[], inputs: readonly (readonly string[])[]): Term[] {
  const terms = tensors.map((x, i) => withoutRepeats({ x, labels: inputs[i] }, i));
  const extents = new Map<string, number>();
  terms.forEach(({ x, labels }, i) =>
    labels.forEach((label, d) => {
      const seen = extents.get(label) ?? 1;
      const n = x.shape[d];
      if (seen !== 1 && n !== 1 && n !== seen) {
        throw new ShapeError(
          `einsum: subscript ${label} has size ${n} for operand ${i} which does not broadcast with previously seen ` +
            `size ${seen}`,
        );
      }
      if (n !== 1) extents.set(label, n);
    }),
  );
  return terms.map(({ x, labels }) => {
    const stretched = labels.map((label, d) => x.shape[d] === 1 && extents.has(label));
    const dims = labels.map((_, d) => d).filter((d) => stretched[d]);
    return {
      x: dims.reduceRight((y, d) => squeeze(y, d), x),
      labels: labels.filter((_, d) => !stretched[d]),
    };
  });
}

/** The diagonal of a term along dims that have one label. */
function withoutRepeats({ x, labels }: Term, operand: number): Term {
  const second = labels.findIndex((label, d) => labels.indexOf(label) !== d);
  if (second < 0) return { x, labels };
  const first = labels.indexOf(labels[second]);
  if (x.shape[first] !== x.shape[second]) {
    throw new ShapeError(
      `einsum: subscript ${labels[second]} is repeated for operand ${operand} but the sizes don't match, ` +
        `${x.shape[second]} != ${x.shape[first]}`,
    );
  }
  const others = labels.filter((_, d) => d !== first && d !== second);
  const y = diagonal(x, { dim1: first, dim2: second });
  return withoutRepeats({ x: y, labels: [...others, labels[second]] }, operand);
}

/** A term summed over the dims nobody needs. */
function summed({ x, labels }: Term, needed: ReadonlySet<string>): Term {
  const dims = labels.map((_, d) => d).filter((d) => !needed.has(labels[d]));
  if (dims.length === 0) return { x, labels };
  return { x: sum(x, dims), labels: labels.filter((label) => needed.has(label)) };
}

/** The product of two terms, summed over the labels both have and nobody needs later. */
function multiplied(a: Term, b: Term, later: ReadonlySet<string>): Term {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const inner = shared.filter((label) => !later.has(label));
  const left = a.labels.filter((label) => !shared.includes(label));
  const right = b.labels.filter((label) => !shared.includes(label));
  const sizes = ({ x, labels }: Term, of: readonly string[]): number[] =>
    of.map((label) => x.shape[labels.indexOf(label)]);
  const [batchSizes, leftSizes, rightSizes] = [sizes(a, batch), sizes(a, left), sizes(b, right)];
  const labels = [...batch, ...left, ...right];
  const rows = arranged(a, [...batch, ...left, ...inner]);
  const cols = arranged(b, [...batch, ...inner, ...right]);
  if (inner.length === 0) {
    const apart = reshape(rows, [...batchSizes, ...leftSizes, ...right.map(() => 1)]);
    const beside = reshape(cols, [...batchSizes, ...left.map(() => 1), ...rightSizes]);
    return { x: mul(apart, beside), labels };
  }
  const k = numelOf(sizes(a, inner));
  const outer = batch.length === 0 ? [] : [numelOf(batchSizes)];
  const matrix = product(
    reshape(rows, [...outer, numelOf(leftSizes), k]),
    reshape(cols, [...outer, k, numelOf(rightSizes)]),
  );
  return { x: reshape(matrix, [...batchSizes, ...leftSizes, ...rightSizes]), labels };
}

/** A term's tensor with its dims in the order of the given labels. */
function arranged({ x, labels }: Term, order: readonly string[]): Tensor {
  return permute(x, order.map((label) => labels.indexOf(label))); // prettier-ignore
}
