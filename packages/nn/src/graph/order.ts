/* The structure of a graph: which nodes are in it, whether it can be run, and in what order. */
import { requireNode, type GraphNode } from './node.ts';

/**
 * The nodes from the inputs to the outputs, each after its inputs.
 *
 * @throws TypeError, in nngraph's words, for what is no node, for nodes that lead nowhere or come from nowhere, unused items
 * of a split, an input given twice or with inputs of its own; RangeError for cycles.
 */
export function ordered(inputs: readonly GraphNode[], outputs: readonly GraphNode[]): GraphNode[] {
  checkLists(inputs, outputs);
  const order = sorted(nodesAbove(outputs));
  const inGraph = new Set(order);
  inputs.forEach((input, i) => {
    if (inGraph.has(input)) return;
    throw new TypeError(
      `graphModule: input ${i}: node declared on ${input.declaredAt} does not connect to gmodule output`,
    );
  });
  for (const each of order) checkEnds(each, inGraph, inputs);
  return order;
}

function checkLists(inputs: readonly GraphNode[], outputs: readonly GraphNode[]): void {
  for (const [what, list] of [
    ['inputs', inputs],
    ['outputs', outputs],
  ] as const) {
    if (!Array.isArray(list)) {
      throw new TypeError(`graphModule: ${what} must be an array of nodes: graphModule([x], [y])`);
    }
  }
  if (inputs.length === 0) throw new TypeError('graphModule: no inputs are not supported');
  if (outputs.length === 0) throw new TypeError('graphModule: no outputs are not supported');
  inputs.forEach((input, i) => requireNode('graphModule', input, `inputs[${i}]`));
  outputs.forEach((output, i) => requireNode('graphModule', output, `outputs[${i}]`));
  inputs.forEach((input, i) => {
    if (inputs.indexOf(input) !== i) {
      throw new TypeError(
        `graphModule: Don't pass the same input twice: inputs ${inputs.indexOf(input)} and ${i} are the node declared on ` +
          input.declaredAt,
      );
    }
    if (input.inputs.length > 0) {
      throw new TypeError(
        `graphModule: an input should have no inputs: input ${i}, declared on ${input.declaredAt}, has ${input.inputs.length}`,
      );
    }
  });
}

/** Whether what goes into a node comes from the graph's inputs, and what comes out is used. */
function checkEnds(node: GraphNode, inGraph: ReadonlySet<GraphNode>, inputs: readonly GraphNode[]): void {
  if (node.inputs.length === 0 && !inputs.includes(node)) {
    throw new TypeError(
      `graphModule: expecting only the graph's inputs to have no inputs: the node declared on ${node.declaredAt} ` +
        `(${node.label}) has none and is not among them`,
    );
  }
  for (const user of node.users) {
    if (inGraph.has(user)) continue;
    const items = user.item?.split.items ?? [];
    const unused = items.filter((item) => !inGraph.has(item)).length;
    if (unused < items.length) {
      throw new TypeError(
        `graphModule: ${unused} of split(${items.length}) outputs from the node declared at ${user.declaredAt} are unused`,
      );
    }
    throw new TypeError(
      `graphModule: node declared on ${user.declaredAt} does not connect to gmodule output (${user.label})`,
    );
  }
}

function nodesAbove(outputs: readonly GraphNode[]): GraphNode[] {
  const seen = new Set<GraphNode>();
  const stack = [...outputs];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return [...seen];
}

/** Nodes in the order they were made in, but each after its inputs. */
function sorted(nodes: readonly GraphNode[]): GraphNode[] {
  const done = new Set<GraphNode>();
  const open = new Set<GraphNode>();
  for (const start of [...nodes].sort((a, b) => a.id - b.id)) {
    const stack = [start];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const waiting = done.has(node) ? [] : node.inputs.filter((input) => !done.has(input));
      if (waiting.length === 0) {
        done.add(node);
        open.delete(node);
        stack.pop();
        continue;
      }
      open.add(node);
      const again = waiting.find((input) => open.has(input));
      if (again !== undefined) {
        throw new RangeError(
          `graphModule: Graph has cycles: one goes through the node declared on ${again.declaredAt} (${again.label})`,
        );
      }
      stack.push(waiting[0]);
    }
  }
  return [...done];
}
