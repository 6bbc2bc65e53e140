/* docs/porting.md is true: its TypeScript prints what its Python printed in PyTorch. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import * as rg from '../../src/index.ts';

// Written by scripts/golden/seed_for_seed.py.
const { python, printed } = JSON.parse(readFileSync(join(__dirname, 'porting.json'), 'utf8')) as {
  python: string;
  printed: string[];
};
const page = readFileSync(join(__dirname, '../../../../docs/porting.md'), 'utf8');

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(page);
  if (found === null) throw new Error(`docs/porting.md has no ${language}`);
  return found[1];
}

it('The Python of docs/porting.md is what PyTorch ran', () => {
  expect(block('python')).toBe(python);
});

it('The TypeScript of docs/porting.md prints what its Python does', () => {
  const { outputText } = ts.transpileModule(block('ts'), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const lines: string[] = [];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function('require', 'exports', 'console', outputText) as (...args: unknown[]) => void;
  run(() => rg, {}, { log: (line: string) => void lines.push(line) });
  expect(lines).toEqual(printed);
});
