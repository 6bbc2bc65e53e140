/* The autograd verbs that tensors carry as methods. */
export { registerHook, registerPostAccumulateGradHook, retainGrad } from './hooks.ts';
export { backward } from './backward.ts';
