/** Throws unless an option is a number from 0 up. `what` is what PyTorch calls it in its error. */
export function checkNonNegative(where: string, what: string, value: number): void {
  if (typeof value !== 'number' || !(value >= 0))
    throw new RangeError(`${where}: Invalid ${what}: ${String(value)}`);
}

/** Throws unless both of Adam's decay rates lie in [0, 1). */
export function checkBetas(where: string, betas: readonly [number, number]): void {
  for (const index of [0, 1]) {
    const beta = betas[index];
    if (typeof beta !== 'number' || !(beta >= 0 && beta < 1)) {
      throw new RangeError(`${where}: Invalid beta parameter at index ${index}: ${String(beta)}`);
    }
  }
}

/** The given options laid over the defaults. An option that is undefined is one left out. */
export function withDefaults<O extends object>(where: string, defaults: O, given: Partial<O>): O {
  const options = { ...defaults };
  for (const name of Object.keys(given) as (keyof O & string)[]) {
    if (!Object.hasOwn(defaults, name)) {
      throw new TypeError(
        `${where}: unexpected option '${name}' (there are ${Object.keys(defaults).join(', ')})`,
      );
    }
    const value = given[name];
    if (value !== undefined) options[name] = value;
  }
  return options;
}
