import { tilesOf, tilingOf } from '../src/wasm/tiling.ts';
import { Random } from './conformance/check.ts';

/** What is wrong with a tiling of outputs [batch, height, width], or nothing. */
function faultOf(height: number, width: number, batch: number, wanted: number): string | undefined {
  const tiling = tilingOf(height, width, batch, wanted);
  const [down, across] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  if (tiling.samples < 1 || tiling.samples > batch) return `${tiling.samples} of ${batch} samples at a time`;
  const seen = new Int32Array(tiling.samples * down * across);
  for (const block of tiling.blocks) {
    let at = 0;
    for (const strip of block) {
      if (strip.at !== at) return `a strip at ${strip.at}, not ${at}`;
      if (strip.rows > tiling.rows || strip.cols > tiling.cols) return 'a strip greater than the greatest';
      at += strip.rows * strip.cols;
      for (let r = strip.row; r < strip.row + strip.rows; r++) {
        for (let c = strip.col; c < strip.col + strip.cols; c++)
          seen[(strip.sample * down + r) * across + c]++;
      }
    }
    if (tilesOf(block) !== at || at > wanted) return `a block of ${at} tiles, where ${wanted} are wanted`;
    if (tiling.step < at + 3 || tiling.step % 8 !== 0) return `a line of ${tiling.step} for ${at} tiles`;
  }
  return seen.every((times) => times === 1) ? undefined : 'tiles that are missing, or there twice';
}

test('a tiling holds every tile of its samples once, in blocks of at most the size that is wanted', () => {
  const random = new Random(11);
  for (let i = 0; i < 200; i++) {
    const [height, width] = [random.integer(1, 40), random.integer(1, random.pick([12, 300]))];
    const [batch, wanted] = [random.integer(1, 20), random.pick([1, 7, 40, 112])];
    const fault = faultOf(height, width, batch, wanted);
    if (fault !== undefined) throw new Error(`${batch} × ${height} × ${width} by ${wanted}: ${fault}`);
  }
});

test('small samples share a block, large ones are cut', () => {
  expect(tilingOf(7, 7, 8, 112)).toMatchObject({ samples: 7, blocks: { length: 1 } });
  expect(tilingOf(56, 56, 8, 112)).toMatchObject({ samples: 1, blocks: { length: 7 }, rows: 4, cols: 28 });
  expect(tilingOf(10, 1000, 1, 112)).toMatchObject({
    samples: 1,
    blocks: { length: 25 },
    rows: 1,
    cols: 100,
  });
});
