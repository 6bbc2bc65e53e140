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
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(
      `${where}: options must be an object, { ${Object.keys(defaults)[0]}: … }, got ${String(given)}`,
    );
  }
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

/** Throws unless an option lies in [0, 1]. */
export function checkFraction(where: string, what: string, value: number): void {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new RangeError(`${where}: Invalid ${what}: ${String(value)}`);
  }
}

/** Throws unless an option is an integer from `least` up. */
export function checkInteger(where: string, what: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    const kind = least === 1 ? 'positive integer' : `integer >= ${least}`;
    throw new RangeError(`${where}: Expected ${kind} ${what}, but got ${String(value)}`);
  }
}

/** Throws unless an option is a finite number. */
export function checkFinite(where: string, what: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${where}: Invalid ${what}: ${String(value)}`);
}

/** Like {@link withDefaults}, for options some of which must be given: those without a default. */
export function withRequired<O extends object>(
  where: string,
  defaults: { [K in keyof Required<O>]: Required<O>[K] | undefined },
  given: O,
): Required<O> {
  const options = withDefaults<{ [K in keyof Required<O>]: Required<O>[K] | undefined }>(
    where,
    defaults,
    given,
  );
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) throw new TypeError(`${where}: option '${name}' is required`);
  }
  return options as Required<O>;
}

/** Whether a value can be iterated over: parameters, or groups of them. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
