/* The safetensors format: eight bytes with the header's length, a JSON header, and the elements, without gaps. */
import { isTensor, type DType, type Tensor } from '@retrograd/core';
import { checkBytes } from './bytes.ts';
import { bytesOf, countOf, decode, encode, type ElementType } from './elements.ts';
import { FormatError } from './error.ts';
import { parseUnambiguous } from './json.ts';

/** Tensors by name: a state dict is one. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Record<string, Tensor>;
  /** Strings by name that go with the file. */
  readonly metadata: Record<string, string>;
}

/** The longest header that is read, as in the reference implementation. */
const HEADER_LIMIT_BYTES = 100_000_000;

const types = new Map<string, ElementType>([
  ['BOOL', 'bool'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['I16', 'int16'],
  ['U16', 'uint16'],
  ['I32', 'int32'],
  ['U32', 'uint32'],
  ['I64', 'int64'],
  ['U64', 'uint64'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F32', 'float32'],
  ['F64', 'float64'],
]);

const names: Readonly<Record<DType, string>> = {
  bool: 'BOOL',
  uint8: 'U8',
  int32: 'I32',
  float32: 'F32',
  float64: 'F64',
};

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file: F32, F64, I32, U8 and BOOL as they are, F16 and BF16 as float32, other integers as int32.
 *
 * The whole header is checked before anything is read: its length, its JSON, that names are there once, that every
 * tensor's bytes are as many as its shape and type need, and that together they fill the file without gap or overlap.
 *
 * @throws FormatError that says what is wrong; for an integer that int32 does not hold, too.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const where = 'readSafetensors';
  checkBytes(where, bytes);
  if (bytes.length < 8)
    throw new FormatError(`${where}: a header needs 8 bytes, the file has ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > HEADER_LIMIT_BYTES) {
    throw new FormatError(`${where}: header too large: ${headerLength} bytes, ${HEADER_LIMIT_BYTES} at most`);
  }
  const dataStart = 8 + Number(headerLength);
  if (dataStart > bytes.length) {
    throw new FormatError(
      `${where}: invalid header length: ${headerLength} bytes in a file of ${bytes.length}`,
    );
  }
  const header = parseHeader(where, bytes.subarray(8, dataStart));
  const data = bytes.subarray(dataStart);
  const { __metadata__: metadata, ...described } = header;
  const entries = Object.entries(described).map(([name, entry]) => parseEntry(where, name, entry));
  checkLayout(where, entries, data.length);
  const tensors = entries.map(({ name, type, shape, begin, end }) => {
    const label = `${where}: tensor ${JSON.stringify(name)}`;
    return [name, decode(label, type, shape, data.subarray(begin, end))] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: parseMetadata(where, metadata) };
}

/**
 * Writes tensors as a safetensors file, which PyTorch's users load with `safetensors.torch.load_file`. Elements are
 * aligned to 8 bytes.
 *
 * @throws TypeError for a value that is no tensor or metadata that are no strings; RangeError for the name
 * `__metadata__`.
 */
export function writeSafetensors(
  tensors: NamedTensors,
  { metadata = {} }: { readonly metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array {
  const where = 'writeSafetensors';
  const entries = Object.entries(tensors);
  for (const [name, x] of entries) {
    if (!isTensor(x))
      throw new TypeError(`${where}: ${JSON.stringify(name)} must be a tensor, got ${typeof x}`);
    if (name === '__metadata__') throw new RangeError(`${where}: __metadata__ is no name for a tensor`);
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string')
      throw new TypeError(`${where}: metadata must be strings, ${JSON.stringify(key)} is ${typeof value}`);
  }
  // Widest first, so that every tensor is aligned without gaps.
  const ordered = entries
    .map(([name, x]) => ({ name, x, bytes: encode(x) }))
    .sort((a, b) => bytesOf(b.x.dtype) - bytesOf(a.x.dtype));
  let end = 0;
  const described = ordered.map(({ name, x, bytes }) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype: names[x.dtype], shape: x.shape, data_offsets: [begin, end] }] as const;
  });
  const about = Object.keys(metadata).length === 0 ? [] : [['__metadata__', metadata] as const];
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...about, ...described])));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength).set(json, 8);
  let at = 8 + headerLength;
  for (const { bytes } of ordered) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function parseHeader(where: string, bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`${where}: the header is not UTF-8`);
  }
  if (!text.startsWith('{')) throw new FormatError(`${where}: the header must start with {`);
  return parseUnambiguous(where, text) as Record<string, unknown>;
}

function parseEntry(where: string, name: string, entry: unknown): Entry {
  const label = `${where}: tensor ${JSON.stringify(name)}`;
  if (typeof entry !== 'object' || entry === null)
    throw new FormatError(`${label}: must be described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry as Readonly<Record<string, unknown>>;
  const type = typeof dtype === 'string' ? types.get(dtype) : undefined;
  if (type === undefined) {
    throw new FormatError(
      `${label}: unknown dtype ${JSON.stringify(dtype)}; known are ${[...types.keys()].join(', ')}`,
    );
  }
  if (!Array.isArray(shape))
    throw new FormatError(`${label}: shape must be a list, got ${JSON.stringify(shape)}`);
  const size = countOf(label, shape) * bytesOf(type);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isOffset)) {
    throw new FormatError(`${label}: data_offsets must be two offsets, got ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== size) {
    throw new FormatError(
      `${label}: ${String(dtype)} [${shape.join(', ')}] takes ${size} bytes, its data_offsets [${begin}, ${end}] span ${end - begin}`,
    );
  }
  return { name, type, shape: shape as number[], begin, end };
}

function isOffset(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Tensors must follow each other from the first byte to the last. */
function checkLayout(where: string, entries: readonly Entry[], length: number): void {
  let at = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) {
      const what = begin < at ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw new FormatError(
        `${where}: tensor ${JSON.stringify(name)} at [${begin}, ${end}] ${what}, which ends at ${at}`,
      );
    }
    at = end;
  }
  if (at !== length) {
    throw new FormatError(`${where}: the tensors take ${at} bytes, but ${length} follow the header`);
  }
}

function parseMetadata(where: string, metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {};
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw new FormatError(`${where}: __metadata__ must be an object`);
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string')
      throw new FormatError(`${where}: __metadata__ must map to strings, ${JSON.stringify(key)} does not`);
  }
  return metadata as Record<string, string>;
}
