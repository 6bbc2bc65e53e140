import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { tensor, zeros, type DType, type Tensor } from '@retrograd/core';
import * as data from '../src/index.ts';
import { bytesOf, golden } from './golden.ts';

const {
  FormatError,
  readCsv,
  readIdx,
  readNpy,
  readNpz,
  readSafetensors,
  writeNpy,
  writeNpz,
  writeSafetensors,
} = data;
const dtypes: DType[] = ['float32', 'float64', 'int32', 'uint8', 'bool'];

/** Tensors of every dtype, shapes with 0 and 1 included. */
const tensors: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...dtypes), fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }), fc.integer())
  .map(([dtype, shape, seed]) => {
    const x = zeros(shape, { dtype: 'float64' });
    const low = dtype === 'uint8' || dtype === 'bool' ? 0 : -100;
    x.data.forEach((_, i) => (x.data[i] = low + (((seed >>> 0) + 37 * i) % (dtype === 'bool' ? 2 : 90))));
    return x.to(dtype);
  });
const dictionaries = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && !/[/\\\0]/.test(name)),
  tensors,
  { maxKeys: 4 },
);
const plain = (x: Tensor): unknown => [x.dtype, x.shape, x.toArray()];
const allPlain = (xs: Record<string, Tensor>): unknown =>
  Object.fromEntries(Object.entries(xs).map(([name, x]) => [name, plain(x)]));

describe('safetensors', () => {
  /** A file with this header and this many bytes after it. */
  const file = (header: unknown, bytes = 0, length?: number): Uint8Array => {
    const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const whole = Buffer.alloc(8 + json.length + bytes, 1);
    whole.writeBigUInt64LE(BigInt(length ?? json.length));
    json.copy(whole, 8);
    return new Uint8Array(whole);
  };
  const f32 = (shape: unknown, offsets: unknown, dtype = 'F32'): unknown => ({
    dtype,
    shape,
    data_offsets: offsets,
  });

  it('what is written is read, of every dtype and shape, with metadata', () => {
    fc.assert(
      fc.property(dictionaries, fc.dictionary(fc.string(), fc.string()), (given, metadata) => {
        const read = readSafetensors(writeSafetensors(given, { metadata }));
        expect(allPlain(read.tensors)).toEqual(allPlain(given));
        expect(read.metadata).toEqual({ ...metadata });
      }),
    );
  });

  it('the bytes are those of the format: length, header padded to eight, elements without gaps', () => {
    const bytes = writeSafetensors({ a: tensor([1, 2], { dtype: 'uint8' }), b: tensor([[1.5]]) });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString())).toEqual({
      b: { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] },
      a: { dtype: 'U8', shape: [2], data_offsets: [4, 6] },
    });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0xc0, 0x3f, 1, 2]);
  });

  it('reads float16 and bfloat16 as float32, and the other integers as int32', () => {
    const parts: [string, string, Uint8Array, number[]][] = [
      ['half', 'F16', new Uint8Array(Uint16Array.of(0x3c00, 0xc100, 0x0001, 0x7bff, 0x7c00).buffer), [1, -2.5, 2 ** -24, 65504, Infinity]],
      ['brain', 'BF16', new Uint8Array(Int16Array.from(golden.bfloat16.bits).buffer), golden.bfloat16.values],
      ['long', 'I64', new Uint8Array(BigInt64Array.of(-3n, 2147483647n).buffer), [-3, 2147483647]],
      ['short', 'I16', new Uint8Array(Int16Array.of(-3, 32767).buffer), [-3, 32767]],
      ['small', 'I8', new Uint8Array(Int8Array.of(-128, 127).buffer), [-128, 127]],
      ['word', 'U32', new Uint8Array(Uint32Array.of(7, 2147483647).buffer), [7, 2147483647]],
    ]; // prettier-ignore
    let at = 0;
    const header = Object.fromEntries(
      parts.map(([name, dtype, bytes, values]) => [
        name,
        f32([values.length], [at, (at += bytes.length)], dtype),
      ]),
    );
    const whole = file(header, at);
    whole.set(Buffer.concat(parts.map(([, , bytes]) => bytes)), whole.length - at);
    const read = readSafetensors(whole).tensors;
    for (const [name, dtype, , values] of parts) {
      expect(plain(read[name])).toEqual([dtype.includes('F') ? 'float32' : 'int32', [values.length], values]);
    }
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /needs 8 bytes, the file has 0/],
    ['a header longer than the file', file({}, 0, 100), /invalid header length: 100 bytes in a file of 10/],
    ['an oversized header', file({}, 0, 2 ** 40), /header too large/],
    ['a header that is not UTF-8', file(Buffer.from([0xff, 0xfe]).toString('latin1')), /must start with|not UTF-8/],
    ['a header that is no JSON', file('{"a":'), /not JSON/],
    ['a header that is a list', file('[]'), /must start with \{/],
    ['an unknown dtype', file({ a: f32([1], [0, 1], 'F8_E4M3') }, 1), /unknown dtype "F8_E4M3"/],
    ['a name that is there twice', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1), /appears twice/],
    ['overlapping tensors', file({ a: f32([2], [0, 8]), b: f32([2], [4, 12]) }, 12), /"b" at \[4, 12\] overlaps the tensor before it/],
    ['a gap', file({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, 12), /leaves a gap/],
    ['bytes nobody owns', file({ a: f32([1], [0, 4]) }, 12), /take 4 bytes, but 12 follow/],
    ['offsets past the end', file({ a: f32([100], [0, 400]) }, 4), /take 400 bytes, but 4 follow/],
    ['a shape of another size', file({ a: f32([3], [0, 4]) }, 4), /takes 12 bytes, its data_offsets \[0, 4\] span 4/],
    ['an absurd shape', file({ a: f32([2 ** 30, 2 ** 30, 2 ** 30], [0, 4]) }, 4), /more elements than any file/],
    ['a negative extent', file({ a: f32([-1], [0, 4]) }, 4), /non-negative integer/],
    ['a fractional offset', file({ a: f32([1], [0.5, 4.5]) }, 4), /must be two offsets/],
    ['an entry that is no object', file({ a: 3 }), /described by an object/],
    ['metadata that are no strings', file({ __metadata__: { a: 1 } }), /must map to strings/],
    ['an integer too large', file({ a: f32([1], [0, 8], 'I64') }, 8), /more than int32 holds/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  }); // prettier-ignore

  it('a tensor called __proto__ is an ordinary one', () => {
    const header = '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
    const { tensors: read } = readSafetensors(file(header, 1));
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('refuses what cannot be written', () => {
    expect(() => writeSafetensors({ a: 3 } as never)).toThrow(/"a" must be a tensor, got number/);
    expect(() => writeSafetensors({ __metadata__: tensor(1) })).toThrow(/no name for a tensor/);
    expect(() => writeSafetensors({}, { metadata: { a: 1 } as never })).toThrow(/metadata must be strings/);
  });
});

describe('NumPy’s files', () => {
  it.each(golden.arrays)('read $descr', ({ file, values }) => {
    expect(readNpy(bytesOf(file)).to('float64').toArray()).toEqual(values);
  });

  it.each(golden.archives)('read an archive', (file) => {
    const read = readNpz(bytesOf(file));
    expect(allPlain(read)).toEqual({
      weight: ['float32', [2, 3], [[0, 1, 2], [3, 4, 5]]],
      bias: ['int32', [2], [1, 2]],
    }); // prettier-ignore
  });

  it('what is written is read, alone or in an archive', () => {
    fc.assert(fc.property(tensors, (x) => expect(plain(readNpy(writeNpy(x)))).toEqual(plain(x))));
    fc.assert(
      fc.property(dictionaries, fc.boolean(), (given, compressed) => {
        expect(allPlain(readNpz(writeNpz(given, { compressed })))).toEqual(allPlain(given));
      }),
    );
  });

  const npy = (dict: string, elements = 0): Uint8Array => {
    const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, dict.length & 255, dict.length >> 8]);
    return new Uint8Array(Buffer.concat([head, Buffer.from(dict), Buffer.alloc(elements)]));
  };
  it.each<[string, Uint8Array, RegExp]>([
    ['no magic', new Uint8Array(20), /must start with \\x93NUMPY/],
    ['pickled objects', npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8), /pickled objects are not read/],
    ['structures', npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4), /cannot read elements/],
    ['complex numbers', npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 8), /cannot read elements of type '<c8'/],
    ['too few elements', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 4), /takes 8 bytes, but there are 4/],
    ['an absurd shape', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 99999999), }", 4), /takes|more elements/],
    ['no shape', npy("{'descr': '<f4', 'fortran_order': False, }", 4), /no valid shape/],
    ['two shapes', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (2,), }", 4), /repeats shape/],
    ['code', npy("__import__('os')", 4), /is no dict/],
    ['a zip that is none', new Uint8Array(30), /must start with/],
  ])('refuse %s', (_, bytes, message) => {
    expect(() => readNpy(bytes)).toThrow(FormatError);
    expect(() => readNpy(bytes)).toThrow(message);
  }); // prettier-ignore

  it('an archive that says it unpacks to more than it can is refused before it is unpacked', () => {
    const bytes = writeNpz({ a: zeros([1000]) }, { compressed: true });
    const view = new DataView(bytes.buffer);
    for (let i = 0; i + 46 < bytes.length; i++)
      if (view.getUint32(i, true) === 0x02014b50) view.setUint32(i + 24, 0xfffffff0, true);
    expect(() => readNpz(bytes)).toThrow(/cannot unpack from \d+ bytes to 4294967280/);
    expect(() => readNpz(new Uint8Array(30))).toThrow(FormatError);
  });
});

describe('IDX', () => {
  it('reads a file as it is, and gzipped', () => {
    for (const file of [golden.idx.file, golden.idx.gzip]) {
      const x = readIdx(bytesOf(file));
      expect(plain(x)).toEqual(['uint8', [2, 2, 3], [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]]); // prettier-ignore
    }
  });

  const idx = (type: number, shape: number[], elements: number): Buffer => {
    const file = Buffer.alloc(4 + 4 * shape.length + elements);
    file.set([0, 0, type, shape.length]);
    shape.forEach((extent, i) => file.writeUInt32BE(extent, 4 + 4 * i));
    return file;
  };
  it.each<[string, Uint8Array, RegExp]>([
    ['another format', Buffer.from('\x89PNG....', 'latin1'), /not an IDX file: it starts with 89/],
    ['too few elements', idx(8, [3], 2), /takes 3 bytes, but there are 2/],
    ['too many elements', idx(8, [3], 4), /takes 3 bytes, but there are 4/],
    ['a cut header', idx(8, [3, 4], 0).subarray(0, 9), /2 extents need 12 bytes, the file has 9/],
    ['absurd extents', idx(14, [2 ** 31, 2 ** 31], 8), /more elements|takes/],
    ['a bomb', gzipSync(idx(8, [10], 50_000_000)), /the header announces 18 bytes, the gzip data unpack to more/],
    ['a cut gzip', gzipSync(idx(8, [100_000], 100_000)).subarray(0, 60), /cut short or damaged/],
    ['a gzip with too little', gzipSync(idx(8, [10], 5)), /takes 10 bytes, but there are 5/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readIdx(bytes)).toThrow(FormatError);
    expect(() => readIdx(bytes)).toThrow(message);
  }); // prettier-ignore
});

describe('CSV', () => {
  it('reads columns by name and by position, quoted cells, other delimiters, and what Python calls numbers', () => {
    const text = 'a;"b;c";d\n1;-2.5e3;nan\n .5;7.;-inf\n';
    const { columns, values } = readCsv(text);
    expect(columns).toEqual(['a', 'b;c', 'd']);
    expect(values.toArray()).toEqual([[1, -2500, NaN], [0.5, 7, -Infinity]]); // prettier-ignore
    expect(readCsv(text, { columns: ['d', 0] }).values.toArray()).toEqual([[NaN, 1], [-Infinity, 0.5]]); // prettier-ignore
    const bare = readCsv('1\n2\n3', { header: false, dtype: 'int32' });
    expect([bare.columns, plain(bare.values)]).toEqual([['0'], ['int32', [3, 1], [[1], [2], [3]]]]);
    expect(readCsv('a,b\n1,\n', { empty: -1 }).values.toArray()).toEqual([[1, -1]]);
  });

  it.each<[string, string, data.CsvOptions, RegExp]>([
    ['a word', 'a,b\n1,2\n3,x\n', {}, /line 3, column "b": "x" is no number/],
    ['hexadecimal', 'a\n0x10\n', {}, /"0x10" is no number/],
    ['an empty cell', 'a,b\n1,\n', {}, /line 2, column "b": "" is no number/],
    ['a fraction for int32', 'a\n1.5\n', { dtype: 'int32' }, /"1.5" is no int32/],
    ['ragged lines', 'a,b\n1,2,3\n', {}, /line 2 has 3 cells, the first has 2/],
    ['an unknown column', 'a,b\n1,2\n', { columns: ['c'] }, /no column "c"; there are a, b/],
    ['two columns of one name', 'a,a\n1,2\n', {}, /"a" appears twice/],
    ['an open quote', 'a,b\n"1,2\n', {}, /line \d/],
    ['nothing', '', {}, /is empty/],
  ])('refuses %s', (_, text, options, message) => {
    expect(() => readCsv(text, options)).toThrow(FormatError);
    expect(() => readCsv(text, options)).toThrow(message);
  });
});

describe('Hostile bytes', () => {
  const files: [string, Uint8Array, (bytes: Uint8Array) => unknown][] = [
    ['safetensors', writeSafetensors({ a: tensor([1, 2, 3]), b: tensor([[1]], { dtype: 'uint8' }) }, { metadata: { k: 'v' } }), readSafetensors],
    ['npy', writeNpy(tensor([[1, 2, 3]])), readNpy],
    ['npz', writeNpz({ a: tensor([1, 2, 3]), b: tensor(4) }, { compressed: true }), readNpz],
    ['idx', bytesOf(golden.idx.file), readIdx],
    ['gzipped idx', bytesOf(golden.idx.gzip), readIdx],
    ['checkpoint', data.encodeCheckpoint({ epoch: 3, weights: { a: tensor([1, 2]) } }, { rng: false }), data.decodeCheckpoint],
  ]; // prettier-ignore
  const tried = (read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void => {
    // The reader's view ends where the file does; what lies around it in the buffer is not the file's.
    const around = new Uint8Array(bytes.length + 64).fill(0xee);
    around.set(bytes, 32);
    try {
      read(around.subarray(32, 32 + bytes.length));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
    expect([around[31], around[32 + bytes.length]]).toEqual([0xee, 0xee]);
  };

  it.each(files)('%s: cut short, at every length, is a named error', (_, bytes, read) => {
    for (let n = 0; n < bytes.length; n++) expect(() => read(bytes.slice(0, n))).toThrow(FormatError);
  });

  it.each(files)('%s: with bytes changed, is read or is a named error', (_, bytes, read) => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const damaged = bytes.slice();
        for (const { at, to } of changes) damaged[at] = to;
        tried(read, damaged);
      }),
      { numRuns: 500 },
    );
  });

  it.each(files)('%s: anything but bytes is refused, with the way to them', (_, bytes, read) => {
    expect(() => read('a/path' as never)).toThrow('a Uint8Array, got a string; to read a file by its path');
    expect(() => read(bytes.slice().buffer as never)).toThrow('make it a new Uint8Array(buffer)');
    expect(() => read(null as never)).toThrow('got null');
  });

  it.each(files)('%s: noise is a named error', (_, __, read) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => tried(read, noise)),
      { numRuns: 300 },
    );
  });
});
