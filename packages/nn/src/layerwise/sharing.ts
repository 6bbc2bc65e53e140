/* Sharing between modules of the same structure. */
import { DTypeError, isTensor, noGrad, ShapeError } from '@retrograd/core';
import type { Module } from '../module.ts';
import { isParameter } from '../parameter.ts';
import { gradientOf } from './gradients.ts';

type Fields = Record<string, unknown>;

/**
 * Makes the modules of one tree share fields with those at the same paths of another: a parameter's elements (`weight`), its
 * gradient (`gradWeight`), or a buffer. Names a module does not have are passed over, as a bias that was left out is.
 *
 * @throws TypeError if the trees differ; ShapeError or DTypeError if fields do. Nothing is shared then.
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
  const fields = pairs.flatMap(([module, other]) =>
    names.map((name) => [module as object as Fields, other as object as Fields, name] as const),
  );
  for (const each of fields) requireAlike(...each);
  for (const each of fields) shareField(...each);
}

function requireAlike(mine: Fields, theirs: Fields, name: string): void {
  const field = /^grad[A-Z]/.test(name) && !(name in mine) ? fieldOf(name) : name;
  const [own, other] = [mine[field], theirs[field]];
  if (!isTensor(own) || !isTensor(other)) return;
  if (own.shape.join() !== other.shape.join()) {
    throw new ShapeError(
      `share: ${name} has shape [${own.shape.join(', ')}], and there [${other.shape.join(', ')}]`,
    );
  }
  if (own.dtype !== other.dtype) {
    throw new DTypeError(`share: ${name} has dtype ${own.dtype}, and there ${other.dtype}`);
  }
}

/** The field whose gradient a name means: `weight` for `gradWeight`. */
function fieldOf(name: string): string {
  return name[4].toLowerCase() + name.slice(5);
}

function shareField(mine: Fields, theirs: Fields, name: string): void {
  const [own, other] = [mine[name], theirs[name]];
  if (isParameter(own) && isParameter(other)) {
    noGrad(() => own.setData(other.detach()));
  } else if (isTensor(other) && isTensor(own)) {
    mine[name] = other;
  } else if (/^grad[A-Z]/.test(name)) {
    const field = fieldOf(name);
    const [parameter, source] = [mine[field], theirs[field]];
    if (isParameter(parameter) && isParameter(source)) parameter.grad = gradientOf(source);
  }
}
