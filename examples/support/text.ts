import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as rg from 'retrograd';

/** Characters that occur less often than this are left out. */
const RARE = 100;

/** A text as a sequence of numbers, [length], that stand for the characters of an alphabet. */
export class Text {
  readonly alphabet: readonly string[];
  readonly codes: rg.Tensor;

  constructor(text: string) {
    const counts = new Map<string, number>();
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    this.alphabet = [...counts.keys()].filter((character) => counts.get(character)! >= RARE).sort();
    const codeOf = new Map(this.alphabet.map((character, code) => [character, code]));
    const codes = Array.from(text, (character) => codeOf.get(character) ?? -1).filter((code) => code >= 0);
    this.codes = rg.fromTypedArray(Int32Array.from(codes));
  }
}

/** Reads the declarations of JavaScript's and the browser's libraries that come with TypeScript, one after the other. */
export function readDeclarations(): Text {
  const folder = dirname(require.resolve('typescript'));
  const files = readdirSync(folder).filter((file) => /^lib\..*\.d\.ts$/.test(file));
  const license = /\/\*! \*{9}.*?\*{9} \*\/\s*/s;
  const texts = files
    // Web workers see nearly what pages see: their declarations repeat those of the DOM, which would make both the
    // training easier and the test dishonest.
    .filter((file) => !file.includes('webworker'))
    .map((file) => readFileSync(join(folder, file), 'utf8').replace(license, ''));
  return new Text(texts.join('\n'));
}
