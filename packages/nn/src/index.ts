export { ModuleDict, ModuleList, Sequential, type Layer } from './containers.ts';
export type { ForwardHook, ForwardPreHook, HookHandle } from './hooks.ts';
export { isModule, Module, type ListOptions } from './module.ts';
export { isParameter, Parameter } from './parameter.ts';
export type { IncompatibleKeys, StateDict } from './stateDict.ts';
