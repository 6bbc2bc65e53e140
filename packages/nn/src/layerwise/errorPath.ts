/* Errors that say in which module they arose. */

/**
 * Runs `fn`; an error it throws gets `place` before its message (`In 2 module of Sequential: …`) and stays the same
 * object, so that its class and stack are kept.
 */
export function within<T>(place: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (error instanceof Error) prefix(error, place);
    throw error;
  }
}

function prefix(error: Error, place: string): void {
  const { message, stack } = error;
  error.message = `${place}: ${message}`;
  // V8 wrote the old message into the stack when the error was made.
  if (stack?.includes(message)) error.stack = stack.replace(message, () => error.message);
}
