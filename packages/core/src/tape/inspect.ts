import { bytesPerElement } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { formatShape, numelOf, type Shape } from '../shape.ts';
import type { Storage } from '../storage.ts';
import type { Tensor } from '../tensor.ts';
import { entryOf, type Entry } from './entry.ts';

/** One line of the tape, as data. */
export interface TapeLine {
  /** Its place among the lines, oldest first, from 0. */
  readonly position: number;
  /** The op's name; 'leaf' for a tensor that requires grad of itself. */
  readonly op: string;
  /** The positions of the lines that made its inputs; null for an input that needs no gradient. */
  readonly inputs: readonly (number | null)[];
  /** The shape of each output. */
  readonly shapes: readonly Shape[];
  /** Bytes of the tensors it keeps for its rules. */
  readonly savedBytes: number;
  /** Whether what it kept was dropped by a backward pass. */
  readonly released: boolean;
}

/** The tape below a tensor. Prints as a table. */
export interface Tape {
  readonly lines: readonly TapeLine[];
  /** Bytes kept alive for the rules, a storage that several entries keep counted once. */
  readonly savedBytes: number;
  /** Graphviz text: entries as boxes, leaves as ellipses, arrows from inputs to what was made of them. */
  toDot(): string;
  toString(): string;
}

/**
 * The part of the tape that a tensor was made by, oldest entry first: what `backward()` would read from its end.
 *
 * @throws AutogradError if x does not require grad.
 */
export function tape(x: Tensor): Tape {
  const root = entryOf(x);
  if (root === null)
    throw new AutogradError('tape: the tensor does not require grad, so nothing was recorded for it');
  const entries = entriesBelow(root);
  const positions = new Map(entries.map((entry, i) => [entry, i]));
  const storages = new Map<Storage, number>();
  const lines = entries.map((entry, position): TapeLine => {
    let savedBytes = 0;
    for (let { saved } = entry; saved !== null; saved = saved.next) {
      const { tensor } = saved;
      if (tensor === null) continue;
      savedBytes += numelOf(tensor.shape) * bytesPerElement(tensor.dtype);
      storages.set(tensor.storage, tensor.storage.array.byteLength);
    }
    return {
      position,
      op: entry.name,
      inputs: entry.parents.map((parent) => parent && (positions.get(parent) as number)),
      shapes: entry.outputs.map(({ shape }) => shape),
      savedBytes,
      released: entry.released,
    };
  });
  const savedBytes = [...storages.values()].reduce((a, b) => a + b, 0);
  const toString = (): string => table(lines, savedBytes);
  const view: Tape = { lines, savedBytes, toString, toDot: () => dot(lines) };
  // Prints as its table through console.log too.
  return Object.defineProperty(view, Symbol.for('nodejs.util.inspect.custom'), { value: toString });
}

function entriesBelow(root: Entry): Entry[] {
  const seen = new Set([root]);
  const stack = [root];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    for (const parent of entry.parents) {
      if (parent === null || seen.has(parent)) continue;
      seen.add(parent);
      stack.push(parent);
    }
  }
  return [...seen].sort((a, b) => a.position - b.position);
}

function table(lines: readonly TapeLine[], savedBytes: number): string {
  const rows = lines.map((line) => [
    String(line.position),
    line.op,
    line.inputs.map((i) => (i === null ? '-' : String(i))).join(' '),
    line.shapes.map(formatShape).join(' '),
    bytes(line.savedBytes),
    line.released ? 'yes' : '',
  ]);
  const head = ['#', 'op', 'inputs', 'shape', 'saved', 'released'];
  const widths = head.map((title, c) => rows.reduce((w, row) => Math.max(w, row[c].length), title.length));
  const right = [true, false, false, false, true, false];
  const format = (row: string[]): string =>
    row
      .map((cell, c) => (right[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  const leaves = lines.filter(({ op }) => op === 'leaf').length;
  const total = `${lines.length - leaves} ops, ${leaves} leaves, ${bytes(savedBytes)} saved`;
  return [format(head), ...rows.map(format), total].join('\n');
}

function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  const kib = n / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}

function dot(lines: readonly TapeLine[]): string {
  const out = ['digraph tape {', '  node [fontname="sans-serif", shape=box];'];
  for (const { position, op, shapes, inputs } of lines) {
    const label = `${op}\\n${shapes.map(formatShape).join(' ')}`.replaceAll('"', '\\"');
    out.push(`  n${position} [label="${label}"${op === 'leaf' ? ', shape=ellipse' : ''}];`);
    for (const input of inputs) if (input !== null) out.push(`  n${input} -> n${position};`);
  }
  out.push('}');
  return out.join('\n');
}
