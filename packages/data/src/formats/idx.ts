/* The IDX format of the MNIST files: two zero bytes, a type, the number of dims, big-endian extents, the elements. */
import type { Tensor } from '@retrograd/core';
import { Gunzip } from 'fflate';
import { checkBytes } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { bytesOf, countOf, decode, type ElementType } from './elements.ts';
import { FormatError } from './error.ts';

const types = new Map<number, ElementType>([
  [0x08, 'uint8'],
  [0x09, 'int8'],
  [0x0b, 'int16'],
  [0x0c, 'int32'],
  [0x0d, 'float32'],
  [0x0e, 'float64'],
]);

/**
 * Reads an IDX file, as it is or gzipped (`train-images-idx3-ubyte.gz`). uint8, int32, float32 and float64 as they are,
 * other integers as int32.
 *
 * @throws FormatError for anything else, and for a file that is not exactly as long as it says. Of a compressed file no
 * more is unpacked than its header announces.
 */
export function readIdx(bytes: Uint8Array): Tensor {
  const where = 'readIdx';
  checkBytes(where, bytes);
  const compressed = bytes.length >= 18 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  const file = compressed ? unpack(where, bytes) : bytes;
  const { type, shape, start } = parseHeader(where, file, file.length);
  return decode(where, type, shape, file.subarray(start), { littleEndian: false });
}

interface Header {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
  readonly fileLength: number;
}

function parseHeader(where: string, bytes: Uint8Array, available: number): Header {
  if (available < 4) throw new FormatError(`${where}: a header needs 4 bytes, the file has ${available}`);
  const type = types.get(bytes[2]);
  if (bytes[0] !== 0 || bytes[1] !== 0 || type === undefined) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new FormatError(`${where}: not an IDX file: it starts with ${magic}`);
  }
  const start = 4 + 4 * bytes[3];
  if (available < start) {
    throw new FormatError(`${where}: ${bytes[3]} extents need ${start} bytes, the file has ${available}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: bytes[3] }, (_, i) => view.getUint32(4 + 4 * i));
  return { type, shape, start, fileLength: start + countOf(where, shape) * bytesOf(type) };
}

/** The longest header: 255 extents. */
const HEADER_BYTES = 4 + 4 * 255;
const CHUNK_BYTES = 64 * 1024;

/** Unpacks piece by piece, and stops at the first byte more than the header announces. */
function unpack(where: string, bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let [length, limit, ended] = [0, Infinity, false];
  const gunzip = new Gunzip((piece, final) => {
    pieces.push(piece);
    length += piece.length;
    ended ||= final;
  });
  try {
    for (let at = 0; at < bytes.length && length <= limit; at += CHUNK_BYTES) {
      gunzip.push(bytes.subarray(at, at + CHUNK_BYTES), at + CHUNK_BYTES >= bytes.length);
      if (limit === Infinity && length >= HEADER_BYTES) limit = announced(where, pieces, length);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${where}: the gzip data are damaged: ${(error as Error).message}`);
  }
  limit = announced(where, pieces, length);
  if (length > limit) {
    throw new FormatError(`${where}: the header announces ${limit} bytes, the gzip data unpack to more`);
  }
  const unpacked = joined(pieces, length);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  if (!ended || trailer.getUint32(0, true) !== crc32(unpacked) || trailer.getUint32(4, true) !== length) {
    throw new FormatError(`${where}: the gzip data are cut short or damaged: their checksum differs`);
  }
  return unpacked;
}

function announced(where: string, pieces: readonly Uint8Array[], length: number): number {
  return parseHeader(where, joined(pieces, Math.min(length, HEADER_BYTES)), length).fileLength;
}

/** The first `length` bytes of the pieces. */
function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    if (at === length) break;
    all.set(piece.subarray(0, length - at), at);
    at += Math.min(piece.length, length - at);
  }
  return all;
}
