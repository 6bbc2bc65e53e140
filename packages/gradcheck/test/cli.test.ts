import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tensor, type Tensor } from '@retrograd/core';
import { gradientCase, GradcheckUsageError, type GradcheckReport } from '../src/index.ts';
import { main } from '../src/cli/main.ts';
import { wrongCube } from './wrong.ts';

const root = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'gradcheck-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a plain terminal session, also when these tests themselves run under GitHub Actions. */
const environment = (own: Record<string, string>): NodeJS.ProcessEnv => ({
  ...process.env,
  GITHUB_ACTIONS: '',
  GITHUB_STEP_SUMMARY: '',
  GITHUB_WORKSPACE: folder,
  FORCE_COLOR: '0',
  ...own,
});

/** Runs the command as a user does, from the sources. */
function command(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts/gradcheck.cjs'), ...args], {
      cwd: folder,
      env: environment(env),
    });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...out }));
  });
}

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const good = `import { tensor, type Tensor } from '@retrograd/core';
import { gradientCase } from '@retrograd/gradcheck';

const x: Tensor = tensor([0.5, -1], { dtype: 'float64' });
export const cases = [
  gradientCase('exp', (a: Tensor) => a.exp(), [x]),
  gradientCase('sin of a draw', (a: Tensor) => a.sin(), (seed: number) => [tensor([seed + 0.5])], { order: 2 }),
];
export const single = gradientCase('product', {
  f: ([a, b]: number[]) => a * b,
  gradient: ([a, b]: number[]) => [b, a],
  at: [2, 3],
});
`;
const wrong = `import { gradientCase } from '@retrograd/gradcheck';

const f = (x: number): number => x * x;

export const square = gradientCase('square', { f, gradient: (x: number) => 4 * x, at: 3 });
export const right = gradientCase('right', { f, gradient: (x: number) => 2 * x, at: 3 });
`;
const viaRequire = `const { gradientCase } = require('@retrograd/gradcheck');
module.exports = { cube: gradientCase('cube', { f: (x) => x ** 3, gradient: (x) => 3 * x * x, at: 2 }) };
`;
const viaImport = `import { createRequire } from 'node:module';
const { gradientCase } = createRequire(import.meta.url)('@retrograd/gradcheck');
export default { cube: gradientCase('cube, ES module', { f: (x) => x ** 3, gradient: (x) => 3 * x * x, at: 2 }) };
`;

describe('the command', () => {
  test('checks what TypeScript, CommonJS and ES modules export, and prints a table', async () => {
    write('good/a.gradcheck.ts', good);
    write('good/b.gradcheck.cjs', viaRequire);
    write('good/deep/c.gradcheck.mjs', viaImport);
    const { code, stdout, stderr } = await command(['good/**/*.gradcheck.*']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^good\/a\.gradcheck\.ts\n {2}✓ exp .*\n {2}✓ sin of a draw .* order 2 .*\n {2}✓ product .*\n/,
    );
    expect(stdout).toMatch(
      /\ngood\/b\.gradcheck\.cjs\n {2}✓ cube .*\ngood\/deep\/c\.gradcheck\.mjs\n {2}✓ cube, ES/,
    );
    expect(stdout).toMatch(/\n5 cases in 3 files: 5 pass \(.*\)\n$/);
  });

  test('fails for a wrong gradient, with annotations and a summary under GitHub Actions', async () => {
    write('wrong/square.gradcheck.ts', wrong);
    const { code, stdout, stderr } = await command(['wrong/*.gradcheck.ts', '--reporter', 'json'], {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    });
    expect(code).toBe(1);
    const { counts, exitCode, files } = JSON.parse(stdout) as {
      counts: object;
      exitCode: number;
      files: {
        path: string;
        cases: { name: string; line: number; verdict: string; report: GradcheckReport }[];
      }[];
    };
    expect({ counts, exitCode }).toMatchObject({ counts: { pass: 1, fail: 1 }, exitCode: 1 });
    expect(files[0].cases[0]).toMatchObject({ name: 'square', line: 5, verdict: 'fail' });
    expect(files[0].cases[0].report.failures[0]).toMatchObject({ analytic: 12 });
    expect(stderr).toMatch(
      /^::error file=wrong\/square\.gradcheck\.ts,line=5,title=gradcheck%3A the gradient of square is wrong::.*%0A.*\n$/,
    );
    const summary = readFileSync(join(folder, 'summary.md'), 'utf8');
    expect(summary).toContain('### ❌ Gradients: 1 pass, 1 fail');
    expect(summary).toContain('| wrong/square.gradcheck.ts | 2 | 1 | 1 | 0 | 0 |');
    expect(summary).toContain('<summary>wrong/square.gradcheck.ts:5 › square: fail</summary>');
  });

  test('ends with 2 for files that throw or export no cases, and still runs the others', async () => {
    write('unusable/empty.gradcheck.ts', 'export const cases: number[] = [];\n');
    write('unusable/fine.gradcheck.ts', wrong.replace('4 * x', '2 * x'));
    write('unusable/throws.gradcheck.ts', "throw new Error('out of order');\n");
    const { code, stdout } = await command(['unusable/*.gradcheck.ts']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/empty\.gradcheck\.ts\n {2}! exports no cases: make them with gradientCase/);
    expect(stdout).toMatch(
      /throws\.gradcheck\.ts\n {2}! cannot be loaded: Error: out of order\n.*throws\.gradcheck\.ts:1/,
    );
    expect(stdout).toMatch(/2 cases in 3 files: 2 pass, 2 files unusable/);
  });
});

describe('main', () => {
  const x = tensor([0.5, -1.5], { dtype: 'float64' });
  const exp = gradientCase('exp', (a: Tensor) => a.exp(), [x]);
  const square = gradientCase('square', wrongCube, [x]);
  const undecided: typeof exp = {
    ...exp,
    name: 'undecided',
    run: (overrides) => ({
      ...exp.run(overrides),
      verdict: 'inconclusive',
      toString: () => 'nobody <knows>',
    }),
  };

  /** Runs the command in this process; its files export what is given here. */
  async function run(
    args: readonly string[],
    exported: Record<string, object> = {},
    env: Record<string, string> = {},
  ): Promise<Outcome> {
    for (const name of Object.keys(exported)) write(join('inline', name), '// square stands here\n');
    const out = { stdout: '', stderr: '' };
    const environmentBefore = process.env;
    const spies = (['stdout', 'stderr'] as const).map((stream) =>
      jest.spyOn(process[stream], 'write').mockImplementation((text) => {
        out[stream] += String(text);
        return true;
      }),
    );
    spies.push(jest.spyOn(process, 'cwd').mockReturnValue(join(folder, 'inline')) as never);
    try {
      process.env = environment(env);
      const importModule = (url: string): Promise<unknown> =>
        Promise.resolve(exported[fileURLToPath(url).split('/').pop() ?? '']);
      const code = await main(args, { version: '1.2.3', importModule });
      return { code, ...out };
    } finally {
      process.env = environmentBefore;
      for (const spy of spies) spy.mockRestore();
    }
  }

  test.each([
    [['--bogus'], /gradcheck: Unknown option '--bogus'.*\nSee gradcheck --help/s],
    [['--order', '0', 'a.mjs'], /--order must be an integer of at least 1, got '0'/],
    [['--seed', 'x', 'a.mjs'], /--seed must be an integer of at least 0, got 'x'/],
    [['--runs', '1.5', 'a.mjs'], /--runs must be an integer of at least 1, got '1.5'/],
    [['--reporter', 'xml'], /--reporter must be one of pretty, json, junit, github, got 'xml'/],
    [['--filter', '('], /--filter: Invalid regular expression/],
    [['--filter', 'cos', 'a.mjs'], /no case has a name that matches \/cos\/u/],
    [['none/**/*.ts'], /no file matches 'none\/\*\*\/\*\.ts' in/],
    [['a.mjs', 'b.mjs'], /no file matches 'b\.mjs'/],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await run(args, { 'a.mjs': { exp } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('shows help and the version', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/^Usage: gradcheck .*--allow-inconclusive/s);
    expect(await run(['-v'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  test('filters by name, and passes order and seed on to every run', async () => {
    const seen: object[] = [];
    const spied = { ...exp, run: (o = {}) => (seen.push(o), exp.run(o)) };
    const args = [
      'a.mjs',
      '--filter',
      '^e',
      '--order',
      '2',
      '--seed',
      '7',
      '--runs',
      '3',
      '--reporter',
      'json',
    ];
    const { code, stdout } = await run(args, { 'a.mjs': { spied, square } });
    expect(code).toBe(0);
    expect(seen).toEqual([7, 8, 9].map((seed) => ({ order: 2, seed })));
    expect(JSON.parse(stdout)).toMatchObject({
      version: '1.2.3',
      files: [{ cases: [{ name: 'exp', runs: 3 }] }],
    });
  });

  test('stops at the first failure with --bail', async () => {
    const { code, stdout } = await run(['a.mjs', '--bail'], { 'a.mjs': { cases: [square, exp, exp] } });
    expect(code).toBe(1);
    expect(stdout).toMatch(/1 case in 1 file: 1 fail, 1 not run/);
    expect(stdout).toContain('a.mjs:1 › square');
    expect(stdout).toContain(String(square.run()).split('\n')[0]);
  });

  test('says how to run what failed by itself, with the seed at which it did', async () => {
    const odd = {
      ...exp,
      name: "f(x)'s",
      run: (o: { seed?: number } = {}) => (o.seed === 3 ? square : exp).run(o),
    };
    const args = ['a.mjs', '--runs', '9', '--order', '1'];
    const { stdout } = await run(args, { 'a.mjs': { odd } });
    const [, filter, seed] =
      /npx gradcheck 'a\.mjs' --filter '(.*)' --seed (\d) --order 1$/m.exec(stdout) ?? [];
    expect({ filter, seed }).toEqual({ filter: "^f\\(x\\)'\\''s$", seed: '3' });
    const again = await run(['a.mjs', '--filter', filter.replace("'\\''", "'"), '--seed', seed], {
      'a.mjs': { odd },
    });
    expect(again.stdout).toMatch(/1 case in 1 file: 1 fail/);
  });

  test('fails for what is undecided, unless that is allowed', async () => {
    expect((await run(['a.mjs'], { 'a.mjs': { undecided } })).code).toBe(1);
    const allowed = await run(['a.mjs', '--allow-inconclusive'], { 'a.mjs': { undecided } });
    expect(allowed.code).toBe(0);
    expect(allowed.stdout).toMatch(/\? undecided .*nobody <knows>.*1 case in 1 file: 1 inconclusive/s);
    const own = { ...undecided, options: { allowInconclusive: true } };
    expect((await run(['a.mjs'], { 'a.mjs': { own } })).code).toBe(0);
  });

  test('ends with 2 for a case that cannot be checked', async () => {
    const nothing = gradientCase('nothing', (_: Tensor) => 3, [x]);
    const { code, stdout } = await run(['a.mjs'], { 'a.mjs': { nothing, exp } });
    expect(code).toBe(2);
    expect(stdout).toMatch(/! nothing .*✓ exp .*GradcheckUsageError: nothing: .*1 pass, 1 error/s);
    expect(() => nothing.run()).toThrow(GradcheckUsageError);
  });

  test('writes JUnit’s XML', async () => {
    const broken = gradientCase('a < "b" & c', (_: Tensor) => 3, [x]);
    const files = { 'a.mjs': { exp, square, undecided, broken }, 'b.mjs': {} };
    const { code, stdout } = await run(['a.mjs', 'b.mjs', '--reporter', 'junit'], files);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="gradcheck" tests="5" failures="2" errors="2"/,
    );
    expect(stdout).toMatch(/<testsuite name="a\.mjs" tests="4" failures="2" errors="1" time="[\d.]+">/);
    expect(stdout).toMatch(/<testcase classname="a\.mjs" name="exp" file="a\.mjs" line="1" time="[\d.]+"\/>/);
    expect(stdout).toMatch(/<failure type="fail" message="[^"]*square: wrong gradient/);
    expect(stdout).toContain(
      '<failure type="inconclusive" message="nobody &lt;knows&gt;">nobody &lt;knows&gt;</failure>',
    );
    expect(stdout).toContain('name="a &lt; &quot;b&quot; &amp; c"');
    expect(stdout).toMatch(
      /<testcase classname="b\.mjs" name="is usable".*<error type="error" message="exports no cases/s,
    );
  });

  test('annotates with the github reporter anywhere, relative to the repository', async () => {
    const { stdout } = await run(['a.mjs', '--reporter', 'github', '--allow-inconclusive'], {
      'a.mjs': { square, undecided },
    });
    expect(stdout).toMatch(/✗ square .*1 fail, 1 inconclusive/s);
    expect(stdout).toMatch(
      /\n::error file=inline\/a\.mjs,line=1,title=gradcheck%3A the gradient of square is wrong::[^\n]*square/,
    );
    expect(stdout).toMatch(
      /\n::warning file=inline\/a\.mjs,line=1,title=.* undecided is undecided::nobody <knows>%0A%0Athis case alone: npx gradcheck 'a\.mjs' --filter '\^undecided\$' --seed 0\n/,
    );
  });
});
