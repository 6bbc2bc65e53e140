/* The README's code is true: every block runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import * as rg from '../src/index.ts';

const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
const blocks = [...readme.matchAll(/^(?:###? (.+)\n(?:(?!^#).*\n)*?)?```ts\n([\s\S]*?)^```/gm)].map(
  ([, title, code], i) => ({
    title: title ?? `block ${i + 1}`,
    code,
  }),
);

test('the README has code', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(5);
});

test.each(blocks)('the code under "$title" runs', ({ code }) => {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const printed: unknown[][] = [];
  const print = { ...console, log: (...values: unknown[]) => void printed.push(values) };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function('require', 'exports', 'console', outputText) as (...args: unknown[]) => void;
  run(() => rg, {}, print);
  for (const match of code.matchAll(/console\.log\((\w+\.grad)\); \/\/ (tensor.*)$/gm)) {
    expect(printed.map(([value]) => String(value))).toContain(match[2]);
  }
});
