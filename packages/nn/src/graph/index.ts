/*
 * `@retrograd/nn/graph`: nngraph's way of building modules: `node(module, ...inputs)` applies a module to nodes,
 * `graphModule(inputs, outputs)` packs nodes into a module. `toDot()` draws it.
 */
export type { Direction } from './dot.ts';
export { GraphModule, graphModule, type GraphModuleOptions } from './graphModule.ts';
export { GraphNode, node, type Annotations, type GraphAttributes } from './node.ts';
export { toSvg } from './svg.ts';
