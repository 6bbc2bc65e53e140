/* Where in the program something was called from. */

/** V8's way of leaving out the frames above a function. */
interface ErrorClass {
  readonly captureStackTrace?: (target: object, above: (...args: never[]) => unknown) => void;
}

/** The file and line from which `fn`, which is running, was called: `model.ts:12`; `unknown` if the runtime does not tell. */
export function callerOf(fn: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {};
  const { captureStackTrace } = Error as ErrorClass;
  if (captureStackTrace === undefined) return placeIn((new Error().stack ?? '').split('\n')[2] ?? '');
  captureStackTrace.call(Error, holder, fn);
  return placeIn((holder.stack ?? '').split('\n')[1] ?? '');
}

/** A frame's file and line, without function, protocol and column. */
function placeIn(frame: string): string {
  const [, place] = /([^\s(@]*:\d+):\d+\)?$/.exec(frame.trim()) ?? [];
  return place?.replace(/^file:\/\//, '') ?? 'unknown';
}
