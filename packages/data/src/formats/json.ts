import { FormatError } from './error.ts';

/**
 * JSON whose objects name nothing twice: where a reader takes the first and another the last of two values, a file means
 * two things.
 *
 * @throws FormatError for text that is not JSON, or names a key twice.
 */
export function parseUnambiguous(where: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${where}: not JSON: ${(error as Error).message}`);
  }
  const twice = duplicateKey(text);
  if (twice !== null) throw new FormatError(`${where}: the name ${twice} appears twice`);
  return value;
}

/** A key that an object of a valid JSON text names twice, as it is written; null if there is none. */
function duplicateKey(text: string): string | null {
  // Strings, and the characters that open, close and divide; numbers and words are passed over.
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const keys = open[open.length - 1] as Set<string>;
      const key = JSON.parse(last) as string;
      if (keys.has(key)) return last;
      keys.add(key);
    }
    last = token;
  }
  return null;
}
