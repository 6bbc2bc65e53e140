/* Sharing between modules of the same structure. */
import { isTensor, noGrad } from '@retrograd/core';
import type { Module } from '../module.ts';
import { isParameter } from '../parameter.ts';
import { gradientOf } from './gradients.ts';

type Fields = Record<string, unknown>;

/**
 * Makes the modules of one tree share fields with those at the same paths of another: a parameter's elements (`weight`), its
 * gradient (`gradWeight`), or a buffer. Names a module does not have are passed over, as a bias that was left out is.
 *
 * @throws TypeError if the trees differ.
 */
export function share(mine: Module, theirs: Module, names: readonly string[]): void {
  const theirModules = new Map(theirs.namedModules());
  const pairs = mine.namedModules().map(([path, module]) => {
    const other = theirModules.get(path);
    if (other === undefined || other.constructor !== module.constructor) {
      throw new TypeError(
        `share: the modules differ in structure: ${module.constructor.name} at '${path}', and there ` +
          `${other?.constructor.name ?? 'nothing'}`,
      );
    }
    return [module, other] as const;
  });
  for (const [module, other] of pairs) {
    for (const name of names) shareField(module as object as Fields, other as object as Fields, name);
  }
}

function shareField(mine: Fields, theirs: Fields, name: string): void {
  const [own, other] = [mine[name], theirs[name]];
  if (isParameter(own) && isParameter(other)) {
    noGrad(() => own.setData(other.detach()));
  } else if (isTensor(other) && isTensor(own)) {
    mine[name] = other;
  } else if (/^grad[A-Z]/.test(name)) {
    const field = name[4].toLowerCase() + name.slice(5);
    const [parameter, source] = [mine[field], theirs[field]];
    if (isParameter(parameter) && isParameter(source)) parameter.grad = gradientOf(source);
  }
}
