import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Nested = number | Nested[];

/** What PyTorch's loaders and NumPy's files are; written by scripts/golden/data.py. */
export interface Golden {
  loaders: {
    seed: number;
    own: boolean;
    n: number;
    options: Record<string, number | boolean>;
    epochs: number[][][];
    after: number;
  }[];
  samplers: { kind: string; args: unknown[]; seed: number; length: number; drawn: number[][] }[];
  splits: { n: number; lengths: number[]; parts: number[][] }[];
  arrays: { descr: string; file: string; values: Nested }[];
  archives: string[];
  idx: { file: string; gzip: string };
  bfloat16: { bits: number[]; values: number[] };
}

export const golden = JSON.parse(readFileSync(join(__dirname, 'golden/data.json'), 'utf8')) as Golden;

export const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
