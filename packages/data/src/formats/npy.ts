/* NumPy's .npy format, and .npz, a zip archive of them. */
import { isTensor, type DType, type Tensor } from '@retrograd/core';
import { unzipSync, zipSync } from 'fflate';
import { checkBytes } from './bytes.ts';
import { decode, encode, type ElementType } from './elements.ts';
import { FormatError } from './error.ts';
import type { NamedTensors } from './safetensors.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy itself refuses to evaluate longer ones. */
const HEADER_LIMIT_BYTES = 10_000;
/** DEFLATE cannot make more of a byte than this. */
const LARGEST_RATIO = 1032;

const types = new Map<string, ElementType>([
  ['b1', 'bool'],
  ['u1', 'uint8'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['u2', 'uint16'],
  ['i4', 'int32'],
  ['u4', 'uint32'],
  ['i8', 'int64'],
  ['u8', 'uint64'],
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
]);

const descriptions: Readonly<Record<DType, string>> = {
  bool: '|b1',
  uint8: '|u1',
  int32: '<i4',
  float32: '<f4',
  float64: '<f8',
};

/**
 * Reads an array that `numpy.save` wrote: bool, integers and floats of either byte order, in C or Fortran order. float16
 * becomes float32, integers other than uint8 int32.
 *
 * @throws FormatError for anything else, pickled objects included, and for a file that is not exactly as long as it says.
 */
export function readNpy(bytes: Uint8Array): Tensor {
  checkBytes('readNpy', bytes);
  return parseNpy('readNpy', bytes);
}

function parseNpy(where: string, bytes: Uint8Array): Tensor {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new FormatError(`${where}: not a .npy file: it must start with \\x93NUMPY`);
  }
  const [major, minor] = [bytes[6], bytes[7]];
  if (major < 1 || major > 3)
    throw new FormatError(`${where}: unknown version ${major}.${minor} of the format`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw new FormatError(`${where}: the file ends within its header`);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > HEADER_LIMIT_BYTES) {
    throw new FormatError(`${where}: header too large: ${length} bytes, ${HEADER_LIMIT_BYTES} at most`);
  }
  if (start + length > bytes.length) {
    throw new FormatError(`${where}: invalid header length: ${length} bytes in a file of ${bytes.length}`);
  }
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const { type, littleEndian, fortranOrder, shape } = parseHeader(where, text);
  const stored = fortranOrder ? [...shape].reverse() : shape;
  const x = decode(where, type, stored, bytes.subarray(start + length), { littleEndian });
  return fortranOrder ? x.permute(shape.map((_, i) => shape.length - 1 - i)).contiguous() : x;
}

interface Header {
  readonly type: ElementType;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** The header is a Python dict with three keys, in any order. */
function parseHeader(where: string, text: string): Header {
  const field = (key: string, pattern: string): string => {
    const found = [...text.matchAll(new RegExp(`(['"])${key}\\1\\s*:\\s*(${pattern})\\s*(?=[,}])`, 'g'))];
    if (found.length !== 1) {
      const what = found.length === 0 ? 'has no valid' : 'repeats';
      throw new FormatError(`${where}: the header ${what} ${key}: ${text.trim().slice(0, 200)}`);
    }
    return found[0][2];
  };
  if (!/^\s*\{.*\}\s*$/s.test(text)) {
    throw new FormatError(`${where}: the header is no dict: ${text.trim().slice(0, 200)}`);
  }
  const descr = field('descr', `'[^']*'|"[^"]*"|\\[.*?\\]`);
  const known = /^['"]([<>|=])([a-z]\d+)['"]$/.exec(descr);
  const type = known === null ? undefined : types.get(known[2]);
  if (known === null || type === undefined) {
    const objects = descr.includes('O') ? ' (pickled objects are not read)' : '';
    throw new FormatError(`${where}: cannot read elements of type ${descr.slice(0, 100)}${objects}`);
  }
  const shape = field('shape', '\\(\\s*(?:\\d+\\s*,\\s*)*(?:\\d+)?\\s*,?\\s*\\)');
  return {
    type,
    littleEndian: known[1] !== '>',
    fortranOrder: field('fortran_order', 'True|False') === 'True',
    shape: (shape.match(/\d+/g) ?? []).map(Number),
  };
}

/** Writes a tensor as `numpy.load` reads it. */
export function writeNpy(x: Tensor): Uint8Array {
  if (!isTensor(x)) throw new TypeError(`writeNpy: expected a tensor, got ${typeof x}`);
  const shape = x.shape.length === 1 ? `(${x.shape[0]},)` : `(${x.shape.join(', ')})`;
  const dict = `{'descr': '${descriptions[x.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  // Elements begin at a multiple of 64 bytes.
  const total = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const elements = encode(x);
  const file = new Uint8Array(total + elements.length);
  file.set([...MAGIC, 1, 0]);
  new DataView(file.buffer).setUint16(8, total - 10, true);
  file.set(new TextEncoder().encode(`${dict.padEnd(total - 11)}\n`), 10);
  file.set(elements, total);
  return file;
}

/**
 * Reads what `numpy.savez` or `numpy.savez_compressed` wrote.
 *
 * @throws FormatError for anything else: a name that is there twice, or an entry that says it unpacks to more than it can.
 */
export function readNpz(bytes: Uint8Array): Record<string, Tensor> {
  const where = 'readNpz';
  checkBytes(where, bytes);
  const seen = new Map<string, number>();
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (seen.has(name)) throw new FormatError(`${where}: the name ${JSON.stringify(name)} appears twice`);
        if (size > bytes.length || originalSize > LARGEST_RATIO * (size + 1)) {
          throw new FormatError(
            `${where}: ${JSON.stringify(name)} cannot unpack from ${size} bytes to ${originalSize}`,
          );
        }
        seen.set(name, originalSize);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${where}: not a readable zip archive: ${(error as Error).message}`);
  }
  const tensors = Object.entries(files).map(([name, file]) => {
    if (file.length !== seen.get(name)) {
      throw new FormatError(
        `${where}: ${JSON.stringify(name)} unpacks to ${file.length} bytes, not ${seen.get(name)}`,
      );
    }
    return [name.replace(/\.npy$/, ''), parseNpy(`${where}: ${JSON.stringify(name)}`, file)] as const;
  });
  return Object.fromEntries(tensors);
}

/** Writes tensors as an .npz archive for `numpy.load`; compressed if asked for. */
export function writeNpz(
  tensors: NamedTensors,
  { compressed = false }: { readonly compressed?: boolean } = {},
): Uint8Array {
  const files = Object.entries(tensors).map(([name, x]) => [`${name}.npy`, writeNpy(x)] as const);
  // The zip format's first possible date, so that the same tensors make the same bytes.
  return zipSync(Object.fromEntries(files), { level: compressed ? 6 : 0, mtime: new Date(1980, 0, 1) });
}
