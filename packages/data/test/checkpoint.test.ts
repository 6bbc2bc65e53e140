import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Generator, manualSeed, mseLoss, rand, tensor } from '@retrograd/core';
import * as nn from '@retrograd/nn';
import * as optim from '@retrograd/optim';
import * as files from '../src/files/index.ts';
import * as data from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'retrograd-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'run.safetensors');

function setUp(): { model: nn.Sequential; optimizer: optim.Adam; step: () => number } {
  const model = new nn.Sequential(
    new nn.Linear(3, 8),
    new nn.ReLU(),
    new nn.Dropout(0.2),
    new nn.Linear(8, 1),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
  const step = (): number => {
    const loss = mseLoss(model.forward(rand([5, 3])), rand([5, 1]));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  };
  return { model, optimizer, step };
}

test('a run that was saved and restored goes on, bit for bit, as if it had not stopped', () => {
  manualSeed(7);
  const first = setUp();
  for (let i = 0; i < 5; i++) first.step();
  files.save(path, { model: first.model, optimizer: first.optimizer, epoch: 5, best: Infinity });
  const straight = [first.step(), first.step(), first.step()];

  manualSeed(99);
  const second = setUp();
  const values = files.load<{ epoch: number; best: number }>(path, {
    model: second.model,
    optimizer: second.optimizer,
  });
  expect(values).toEqual({ epoch: 5, best: Infinity });
  expect([second.step(), second.step(), second.step()]).toEqual(straight);
});

test('values keep their kinds: nested tables, tensors, NaN, -0, undefined, generators', () => {
  const generator = new Generator(3);
  const parts = {
    history: [{ loss: 0.5, at: [1, -0, NaN, -Infinity] }, null, undefined, 'text', true],
    table: { 'a.b': tensor([1, 2]), a: { b: tensor([3, 4], { dtype: 'int32' }) } },
    generator,
  };
  const bytes = data.encodeCheckpoint(parts, { rng: false });
  const next = generator.random32();
  const restored = new Generator(4);
  const { history, table } = data.restoreCheckpoint<typeof parts>(bytes, { generator: restored });
  expect(history).toEqual(parts.history);
  expect(table['a.b'].toArray()).toEqual([1, 2]);
  expect([table.a.b.dtype, table.a.b.toArray()]).toEqual(['int32', [3, 4]]);
  expect(restored.random32()).toBe(next);
});

test('it is a safetensors file with the weights under the model’s name', () => {
  const { model } = setUp();
  files.save(path, { model });
  const { tensors } = files.loadSafetensors(path);
  expect(tensors['model.0.weight'].toArray()).toEqual(model.stateDict()['0.weight'].toArray());
});

test('a part that refuses its state leaves all others as they were', () => {
  manualSeed(1);
  const saved = setUp();
  saved.step();
  const bytes = data.encodeCheckpoint({ model: saved.model, optimizer: saved.optimizer });
  const { model, optimizer, step } = setUp();
  step();
  const other = new nn.Linear(2, 2);
  const before = data.encodeCheckpoint({ model, optimizer });
  const stubborn = { stateDict: () => ({}), loadStateDict: () => { throw new Error('no'); } }; // prettier-ignore
  const withStubborn = data.encodeCheckpoint({ ...data.decodeCheckpoint(bytes), stubborn });
  expect(() => data.restoreCheckpoint(withStubborn, { model, optimizer, stubborn })).toThrow('no');
  expect(data.encodeCheckpoint({ model, optimizer })).toEqual(before);
  expect(() => data.restoreCheckpoint(bytes, { optimizer, model: other })).toThrow(
    /loading stateDict|Linear/i,
  );
  expect(data.encodeCheckpoint({ model, optimizer })).toEqual(before);
});

test('mistakes are named', () => {
  const bytes = data.encodeCheckpoint({ epoch: 1 });
  expect(() => data.restoreCheckpoint(bytes, { model: new nn.Linear(1, 1) })).toThrow(
    'restoreCheckpoint: the checkpoint has no model; it has epoch, rng',
  );
  expect(() => data.restoreCheckpoint(bytes, { epoch: 3 as never })).toThrow(/epoch must have loadStateDict/);
  expect(() => data.encodeCheckpoint({ hooks: [() => 1] })).toThrow(
    /hooks\.0 is a function, which cannot be saved/,
  );
  expect(() => data.encodeCheckpoint(new nn.Linear(1, 1) as never)).toThrow(
    'parts go by name: { model }, got Linear itself',
  );
  expect(() => data.encodeCheckpoint({ map: new Map() })).toThrow(/map is a Map, which cannot be saved/);
  expect(() => data.decodeCheckpoint(data.writeSafetensors({ a: tensor(1) }))).toThrow(/but no checkpoint/);
  expect(() => files.load(join(folder, 'nothing'))).toThrow(/ENOENT/);
});

test('a failed write leaves the old file, and nothing beside it', () => {
  writeFileSync(path, 'old');
  expect(() => files.save(path, { broken: () => 1 })).toThrow(TypeError);
  expect(readFileSync(path, 'utf8')).toBe('old');
  const occupied = join(folder, 'a-folder');
  files.saveNpy(join(folder, 'x.npy'), tensor([1]));
  expect(() => files.saveNpy(join(occupied, 'deeper', 'x.npy'), tensor([1]))).toThrow(/ENOENT/);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a process killed while it writes leaves a whole file', async () => {
  const target = join(folder, 'killed.bin');
  const script = `
    require('ts-node/register/transpile-only');
    const { writeAtomically } = require(${JSON.stringify(join(__dirname, '../src/files/atomic.ts'))});
    for (let i = 0; ; i++) {
      writeAtomically(${JSON.stringify(target)}, new Uint8Array(3_000_000).fill(i % 251));
      if (i === 0) console.log('ready');
    }`;
  for (const delay of [3, 11, 29]) {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGKILL');
    await closed;
    const bytes = readFileSync(target);
    expect(bytes).toHaveLength(3_000_000);
    expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
  }
});
