import { checkSize } from '../checks.ts';
import { isModule, type Module } from '../module.ts';
import { callerOf } from './callSite.ts';

/** Attributes that Graphviz knows, such as `color: 'blue'` or `style: 'dashed'`. */
export type GraphAttributes = Readonly<Record<string, string | number>>;

/** What can be said of a node. */
export interface Annotations {
  /** Its name in drawings and errors; also the key of its module in the state dict, where it can be one. */
  readonly name?: string;
  /** A line of text for drawings. */
  readonly description?: string;
  /** Attributes for drawings. */
  readonly graphAttributes?: GraphAttributes;
}

/** The items that one `split` has made. */
interface Split {
  readonly items: readonly GraphNode[];
}

/** Nodes are recognised by this brand, so that two loaded copies of the package understand each other. */
const BRAND = Symbol.for('retrograd.nn.GraphNode');

let made = 0;

/** A module applied to the outputs of other nodes: see {@link node}. It has one output, which may be a table. */
export class GraphNode {
  /** The module; null for an item of a split. */
  readonly module: Module | null;
  /** The file and line that made the node, if the runtime tells. */
  readonly declaredAt: string;
  /** Its number among all nodes made. */
  readonly id: number;
  /** Which item of its only input's table it is; null if it has a module. */
  readonly item: { readonly index: number; readonly split: Split } | null;
  private readonly from: GraphNode[] = [];
  private readonly to: GraphNode[] = [];
  private notes: Annotations = {};

  /** Nodes are made by {@link node} and {@link split}. */
  constructor(module: Module | null, declaredAt: string, item: GraphNode['item'] = null) {
    this.module = module;
    this.declaredAt = declaredAt;
    this.item = item;
    this.id = made++;
  }

  /** The nodes whose outputs it takes, in order. */
  get inputs(): readonly GraphNode[] {
    return this.from;
  }

  /** The nodes that take its output. */
  get users(): readonly GraphNode[] {
    return this.to;
  }

  /** The name it was given, or null. */
  get name(): string | null {
    return this.notes.name ?? null;
  }

  /** All that {@link annotate} was given. */
  get annotations(): Annotations {
    return this.notes;
  }

  /**
   * Adds an input after the ones it has. ({@link node} takes them all at once; this is for edges known later.)
   *
   * @throws TypeError for what is no node, or a node that is an input already.
   */
  addInput(input: GraphNode): this {
    requireNode('addInput', input, 'the input');
    if (this.from.includes(input)) {
      throw new TypeError(
        `node: Don't pass the same input twice: the node declared on ${input.declaredAt} is an input of ` +
          `${this.label} already; put an Identity between`,
      );
    }
    this.from.push(input);
    input.to.push(this);
    return this;
  }

  /**
   * Takes the node's output, a table, apart: one node for each item, all of which are to be used.
   *
   * @throws RangeError for fewer than 2 items.
   */
  split(n: number): GraphNode[] {
    checkSize('split', 'the number of outputs', n, 2);
    const items: GraphNode[] = [];
    const split: Split = { items };
    for (let index = 0; index < n; index++) {
      items.push(new GraphNode(null, this.declaredAt, { index, split }).addInput(this));
    }
    return items;
  }

  /** Says something of the node; what was said before is kept where it is not replaced. */
  annotate(annotations: Annotations): this {
    this.notes = { ...this.notes, ...annotations };
    return this;
  }

  /** What the node is called in drawings and errors: its name, its module's class, or its place in a split. */
  get label(): string {
    const kind =
      this.module === null
        ? `item ${this.item?.index ?? 0} of ${this.from[0].label}`
        : className(this.module);
    return this.name === null ? kind : `${this.name} (${kind})`;
  }

  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }
}

/**
 * Applies a module to nodes, which gives a node (nngraph's `module(node, …)`). Several inputs reach the module as a table;
 * see `layer` for modules whose `forward` takes several arguments. Without inputs it is a node for an input of the graph,
 * and its module is given that input.
 *
 *     const x1 = node(new nn.Identity());
 *     const x2 = node(new nn.Identity());
 *     const sum = node(new CAddTable(), node(new nn.Linear(3, 5), x1), node(new nn.Linear(3, 5), x2));
 *     const model = graphModule([x1, x2], [sum]);
 *
 * A module may stand in several nodes, which then share its parameters.
 *
 * @throws TypeError for an input that is no node, or is given twice.
 */
export function node(module: Module, ...inputs: readonly GraphNode[]): GraphNode {
  if (!isModule(module)) {
    throw new TypeError(`node: expected a module, got ${module === null ? 'null' : typeof module}`);
  }
  inputs.forEach((input, i) => requireNode('node', input, `input[${i}]`));
  const made = new GraphNode(module, callerOf(node));
  for (const input of inputs) made.addInput(input);
  return made;
}

/** Throws unless a value is a node, with a hint for a module that was not made one. */
export function requireNode(where: string, value: unknown, what: string): asserts value is GraphNode {
  if (typeof value === 'object' && value !== null && BRAND in value) return;
  if (isModule(value)) {
    throw new TypeError(
      `${where}: ${what} is a module, specifically a ${className(value)}, but the only valid thing to pass is a node. Did ` +
        `you forget node(…), which makes one of a module?`,
    );
  }
  if (Array.isArray(value)) {
    throw new TypeError(`${where}: ${what} must be a node, got an array: give nodes one after the other`);
  }
  throw new TypeError(`${where}: ${what} must be a node, got ${value === null ? 'null' : typeof value}`);
}

function className(module: Module): string {
  return module.constructor.name;
}
