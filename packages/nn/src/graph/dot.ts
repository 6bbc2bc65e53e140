/* Graphs as Graphviz text. */
import type { GraphAttributes } from './node.ts';
import { isFlagged, textOf, type Observation } from './observation.ts';

/** Which graph is drawn: arrows from inputs to outputs, or the way gradients take. */
export type Direction = 'forward' | 'backward';

/** A node as it is drawn. */
export interface DrawnNode {
  readonly label: string;
  readonly description: string | null;
  readonly tooltip: string;
  readonly attributes: GraphAttributes;
  /** Which nodes it takes its inputs from. */
  readonly inputs: readonly number[];
  readonly isInput: boolean;
  readonly isOutput: boolean;
  readonly seen: Observation | null;
  /** Why it failed; null if it did not. */
  readonly failure: string | null;
}

/** The text: inputs are ellipses, outputs have a double border, nodes with NaN or infinities a red one. */
export function drawing(nodes: readonly DrawnNode[], direction: Direction): string {
  if (direction !== 'forward' && direction !== 'backward') {
    throw new RangeError(`toDot: expected 'forward' or 'backward', got ${String(direction)}`);
  }
  const lines = [`digraph ${direction} {`, '  node [fontname="sans-serif", shape=box];'];
  nodes.forEach((node, i) => {
    const attributes = Object.entries(attributesOf(node, direction)).map(
      ([key, value]) => `${key}=${quoted(value)}`,
    );
    lines.push(`  n${i} [${attributes.join(', ')}];`);
    for (const input of node.inputs) {
      lines.push(direction === 'forward' ? `  n${input} -> n${i};` : `  n${i} -> n${input};`);
    }
  });
  return [...lines, '}'].join('\n');
}

function attributesOf(node: DrawnNode, direction: Direction): GraphAttributes {
  const { label, description, seen, failure, tooltip } = node;
  const texts = seen && (direction === 'forward' ? seen.values : seen.gradients);
  const lines = [label, description, seen && texts && textOf(seen, texts), failure];
  return {
    label: lines.filter((line) => line !== null).join('\n'),
    tooltip,
    ...(node.isInput && { shape: 'ellipse' }),
    ...(node.isOutput && { peripheries: 2 }),
    ...(texts && isFlagged(texts) && { color: 'red', fontcolor: 'red' }),
    ...node.attributes,
    ...(failure !== null && { color: 'red', style: 'filled', fillcolor: 'mistyrose' }),
  };
}

/** A string as DOT writes it. */
function quoted(value: string | number): string {
  return `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
