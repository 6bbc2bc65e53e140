import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensor, type Tensor } from '../../src/index.ts';

/** The text that the character models learn. */
const text = readFileSync(join(__dirname, 'text.txt'), 'utf8');

/** The characters that the text has, in order. */
export const alphabet = [...new Set(text)].sort();

/** The text as places in the alphabet, [characters]. */
export const codes: Tensor = tensor(
  Array.from(text, (character) => alphabet.indexOf(character)),
  { dtype: 'int32' },
);
