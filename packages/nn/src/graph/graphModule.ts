import { isTensor, type HookHandle } from '@retrograd/core';
import { tensorsOf, type Activity } from '../layerwise/activity.ts';
import { call } from '../layerwise/call.ts';
import { within } from '../layerwise/errorPath.ts';
import { requireTable } from '../layerwise/tables.ts';
import { Module } from '../module.ts';
import { drawing, type Direction, type DrawnNode } from './dot.ts';
import type { GraphAttributes, GraphNode } from './node.ts';
import { observe, type Observation } from './observation.ts';
import { ordered } from './order.ts';
import { toSvg } from './svg.ts';

const { max } = Math;

/** One node of a graph, as plain data. Other nodes are named by their places in the order. */
interface Step {
  /** The field that holds its module; null for an item of a split. */
  readonly key: string | null;
  readonly inputs: readonly number[];
  /** The nodes whose outputs nobody needs after this one. */
  readonly lets: readonly number[];
  /** Which of the graph's inputs it takes; null for none. */
  readonly graphInput: number | null;
  /** Which item of its input's table it is, and of how many; null if it has a module. */
  readonly item: { readonly index: number; readonly of: number } | null;
  readonly label: string;
  readonly description: string | null;
  readonly declaredAt: string;
  readonly attributes: GraphAttributes;
}

/** Options of {@link graphModule}. */
export interface GraphModuleOptions {
  /** Whether runs are observed, for the shapes and NaN flags of {@link GraphModule.toDot}. Costs little. Default true. */
  readonly observe?: boolean;
}

/**
 * A graph of nodes as a module (nn.gModule of nngraph): see {@link graphModule}. With one input node it takes that node's
 * input as it is, with several a table; so with outputs.
 *
 * @typeParam I - What it takes.
 * @typeParam O - What it returns.
 */
export class GraphModule<I extends Activity = Activity, O extends Activity = Activity> extends Module {
  /** Whether runs are observed. */
  observe: boolean;
  private readonly steps: readonly Step[];
  private readonly results: readonly number[];
  private readonly inputCount: number;
  private observed: (Observation | null)[] = [];
  /** The last run's hooks on leaves. */
  private readonly leafHooks: HookHandle[] = [];
  private failure: { readonly step: number; readonly message: string } | null = null;

  /** @throws See {@link graphModule}. */
  constructor(
    inputs: readonly GraphNode[],
    outputs: readonly GraphNode[],
    { observe = true }: GraphModuleOptions = {},
  ) {
    super();
    const order = ordered(inputs, outputs);
    const places = new Map(order.map((node, i) => [node, i]));
    const placeOf = (node: GraphNode): number => places.get(node) as number;
    this.observe = observe;
    this.inputCount = inputs.length;
    this.results = outputs.map(placeOf);
    const keys = this.addModules(order);
    const lastUsers = order.map((node) => max(...node.users.map(placeOf), placeOf(node)));
    this.steps = order.map((node, i): Step => {
      const graphInput = inputs.indexOf(node);
      return {
        key: node.module && (keys.get(node.module) as string),
        inputs: node.inputs.map(placeOf),
        lets: node.inputs.map(placeOf).filter((at) => lastUsers[at] === i && !this.results.includes(at)),
        graphInput: graphInput === -1 ? null : graphInput,
        item: node.item && { index: node.item.index, of: node.item.split.items.length },
        label: node.label,
        description: node.annotations.description ?? null,
        declaredAt: node.declaredAt,
        attributes: node.annotations.graphAttributes ?? {},
      };
    });
  }

  /**
   * Runs the nodes in order.
   *
   * @throws TypeError, in nngraph's words, for a tensor in a table's place or another number of inputs. What a node's module
   * throws gets the node before its message, and {@link toDot} marks the node.
   */
  forward(input: I): O {
    const given = this.inputCount === 1 ? [input] : requireTable('GraphModule', input, this.inputCount);
    this.failure = null;
    this.leafHooks.splice(0).forEach((hook) => hook.remove());
    this.observed = this.steps.map(() => null);
    const values: (Activity | null)[] = [];
    this.steps.forEach((step, i) => {
      const inputs =
        step.graphInput === null ? step.inputs.map((at) => values[at] as Activity) : [given[step.graphInput]];
      for (const at of step.lets) values[at] = null;
      const place = `In ${i + 1} module of GraphModule (${step.label}, declared on ${step.declaredAt})`;
      try {
        values.push(within(place, () => this.run(i, inputs.length === 1 ? inputs[0] : inputs)));
      } catch (error) {
        this.failure = { step: i, message: error instanceof Error ? error.message : String(error) };
        throw error;
      }
    });
    const outputs = this.results.map((at) => values[at] as Activity);
    return (outputs.length === 1 ? outputs[0] : outputs) as O;
  }

  /**
   * Graphviz text of the graph: nodes with names, classes and, after a run, the shapes of their outputs (of the gradients of
   * their outputs for the backward graph, whose arrows point the other way), with `NaN`, `inf` or `-inf` where there is one.
   * The node in which the last forward failed is red. The line that made a node is its tooltip.
   */
  toDot(direction: Direction = 'forward'): string {
    return drawing(this.drawn(), direction);
  }

  /**
   * {@link toDot} as an SVG image, drawn by the optional package `@viz-js/viz`.
   *
   * @throws Error if the package is not installed.
   */
  toSvg(direction: Direction = 'forward'): Promise<string> {
    return toSvg(this.toDot(direction));
  }

  override extraRepr(): string {
    const { inputCount, results, steps } = this;
    return `inputs=${inputCount}, outputs=${results.length}, nodes=${steps.length}`;
  }

  /** The output of one step. */
  private run(i: number, input: Activity): Activity {
    const { key, item } = this.steps[i];
    // Looked up at each run, so that a module may be replaced by assignment.
    const module = key === null ? null : (this as object as Record<string, Module>)[key];
    const output = module === null ? itemOf(input, item as NonNullable<Step['item']>) : call(module, input);
    tensorsOf('GraphModule', 'the output', output);
    if (this.observe) this.observed[i] = observe(output as Activity, this.leafHooks);
    return output as Activity;
  }

  /** Gives each module a field: named as its first node if that can be one, else by its number. */
  private addModules(order: readonly GraphNode[]): Map<Module, string> {
    const keys = new Map<Module, string>();
    for (const { module, name } of order) {
      if (module === null || keys.has(module)) continue;
      const fits = name !== null && name !== '' && !name.includes('.') && !(name in this);
      const key = fits ? name : String(keys.size);
      this.addModule(key, module);
      keys.set(module, key);
    }
    return keys;
  }

  private drawn(): DrawnNode[] {
    return this.steps.map((step, i) => ({
      label: step.label,
      description: step.description,
      tooltip: step.declaredAt,
      attributes: step.attributes,
      inputs: step.inputs,
      isInput: step.graphInput !== null,
      isOutput: this.results.includes(i),
      seen: this.observed[i] ?? null,
      failure: this.failure?.step === i ? this.failure.message : null,
    }));
  }
}

/** One item of a table that was split. */
function itemOf(input: Activity, { index, of }: NonNullable<Step['item']>): Activity {
  const n = isTensor(input) ? 'a tensor' : `${input.length}`;
  if (isTensor(input) || input.length !== of) throw new TypeError(`split(${of}) cannot split ${n} outputs`);
  return input[index];
}

/**
 * Packs nodes into a module (nngraph's `nn.gModule`). It is an ordinary module, with the parameters, state dict and
 * hooks of the modules in it, and `layer(graphModule(…))` gives it the layerwise verbs. Gradients of outputs that several
 * nodes use are added up.
 *
 * @param inputs - Nodes without inputs of their own, all of which are to be used.
 * @param outputs - Nodes.
 * @throws TypeError, in nngraph's words, for nodes that do not connect to an output, for nodes without inputs that are not
 * among the inputs, an input given twice, unused items of a split, a module where a node is meant; RangeError for cycles.
 */
export function graphModule<I extends Activity = Activity, O extends Activity = Activity>(
  inputs: readonly GraphNode[],
  outputs: readonly GraphNode[],
  options: GraphModuleOptions = {},
): GraphModule<I, O> {
  return new GraphModule<I, O>(inputs, outputs, options);
}
