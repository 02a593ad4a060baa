import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DType, type HostArray, hostArray, tensor } from '@manabi/core';
import '@manabi/backend-cpu/register';
import { joinedBytes, zipPieces } from '@manabi/files/internal';
import { fuzz } from '../fuzz.fixture.ts';
import { fromBase64, goldens, toNumbers } from '../goldens.fixture.ts';
import { encodeNpy, encodeNpz, openNpz, readNpy, readNpz, writeNpy, writeNpz } from './index.ts';

interface Golden {
  readonly arrays: readonly {
    readonly name: string;
    readonly file: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly values: readonly (number | string)[];
  }[];
  readonly refused: readonly { readonly name: string; readonly file: string }[];
  readonly archives: {
    readonly stored: string;
    readonly deflated: string;
    readonly values: Readonly<Record<string, readonly (number | string)[]>>;
  };
}

const { arrays, refused, archives } = goldens<Golden>('numpy');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-numpy-'));
});
afterAll(() => rm(folder, { recursive: true }));

const read = new Map<string, DType>([
  ['float16', 'float32'],
  ['int8', 'int32'],
  ['int16', 'int32'],
  ['int64', 'int32'],
  ['uint16', 'uint32'],
  ['uint64', 'uint32'],
]);

/** Returns an `.npy` file with the given header, followed by `bytes` zero bytes. */
function fileOf(header: string, bytes = 0, version = [1, 0]): Uint8Array<ArrayBuffer> {
  const start = [0x93, ...new TextEncoder().encode('NUMPY'), ...version];
  const length =
    version[0] === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0];
  return Uint8Array.from([...start, ...length, ...new TextEncoder().encode(header), ...new Uint8Array(bytes)]);
}

describe('readNpy: arrays written by NumPy', () => {
  test.each(arrays)('reads $name', async ({ file, dtype, shape, values }) => {
    const array = await readNpy(fromBase64(file));
    expect(array.dtype).toBe(read.get(dtype) ?? dtype);
    expect(array.shape).toEqual(shape);
    const expected = toNumbers(values);
    expect([...array.data]).toEqual(array.dtype === 'float32' ? expected.map(Math.fround) : expected);
  });

  test.each(refused)('rejects $name', async ({ file }) => {
    await expect(readNpy(fromBase64(file))).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('encodeNpy writes float16 in two bytes, and readNpy widens it', async () => {
    const bytes = await encodeNpy(tensor([1, -2, 0.1], { dtype: 'float16' }));
    expect(new TextDecoder().decode(bytes)).toContain("'<f2'");
    expect([...bytes.slice(-6)]).toEqual([0x00, 0x3c, 0x00, 0xc0, 0x66, 0x2e]);
    const array = await readNpy(bytes);
    expect([array.dtype, ...array.data]).toEqual(['float32', 1, -2, 0.0999755859375]);
  });

  test('encodeNpy returns the bytes that NumPy writes', async () => {
    for (const name of ['<f4', '<f8', '<i4', '<u4', 'u1', '?', 'no axes', 'no elements', 'version 1']) {
      const file = fromBase64(arrays.find((golden) => golden.name === name)?.file ?? '');
      expect([name, await encodeNpy(await readNpy(file))]).toEqual([name, file]);
    }
  });

  test('accepts headers whose spaces, quotes and order of keys differ from those of NumPy', async () => {
    const array = hostArray('float32', [1, 2], new Float32Array(2));
    for (const header of [
      `{"shape":(1,2),"fortran_order":False,"descr":"<f4"}`,
      `  { 'fortran_order' : True , 'descr' : '=f4' , 'shape' : ( 1L , 2L ) , }  \n`,
    ]) {
      expect(await readNpy(fileOf(header, 8))).toEqual(array);
    }
  });
});

describe('readNpz: archives written by NumPy', () => {
  test.each(['stored', 'deflated'] as const)('reads a %s archive', async (kind) => {
    const found = await readNpz(fromBase64(archives[kind]));
    const values = Object.entries(found).map(([name, { data }]) => [name, [...data]]);
    const expected = Object.entries(archives.values).map(([name, numbers]) => {
      const isFloat = found[name].dtype === 'float32';
      return [name, isFloat ? toNumbers(numbers).map(Math.fround) : toNumbers(numbers)];
    });
    expect(values).toEqual(expected);
  });
});

describe('writeNpy and writeNpz', () => {
  const given: Readonly<Record<string, HostArray>> = {
    'dense/kernel': hostArray('float32', [2, 2], Float32Array.of(1, Number.NaN, -0, Infinity)),
    truth: hostArray('bool', [3], Uint8Array.of(1, 0, 1)),
    nothing: hostArray('int32', [0, 3], new Int32Array(0)),
    scalar: hostArray('float64', [], Float64Array.of(Math.E)),
  };

  test('write files from which readNpy and readNpz restore the arrays, and leave no temporary files', async () => {
    await writeNpy(join(folder, 'x.npy'), tensor([1, 2]));
    await writeNpz(join(folder, 'x.npz'), given, { compressed: true });
    expect(await readNpy(join(folder, 'x.npy'))).toEqual(hostArray('float32', [2], Float32Array.of(1, 2)));
    expect(await readNpz(join(folder, 'x.npz'))).toEqual(given);
    expect(await readNpz(await encodeNpz(given))).toEqual(given);
    expect((await readdir(folder)).sort()).toEqual(['x.npy', 'x.npz']);
  });

  test('reject invalid array names and unknown options', async () => {
    const [x] = Object.values(given);
    await expect(encodeNpz({ '../x': x })).rejects.toMatchObject({ code: 'argument', data: { array: '../x' } });
    // Plain JavaScript may pass anything.
    const options = { compress: true } as object;
    await expect(writeNpz(join(folder, 'y.npz'), { x }, options)).rejects.toMatchObject({ code: 'argument' });
  });

  test('openNpz reads single arrays by name and rejects unknown names', async () => {
    const file = await openNpz(join(folder, 'x.npz'));
    expect(file.names).toEqual(Object.keys(given));
    expect(await file.read('truth')).toEqual(given.truth);
    await expect(file.read('thruth')).rejects.toMatchObject({ code: 'argument', data: { array: 'thruth' } });
    await file.close();
  });
});

describe('invalid NumPy files', () => {
  const header = (shape: string, descr = "'<f4'") => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  test.each([
    ['an empty file', new Uint8Array(0)],
    ['text', new TextEncoder().encode('no array at all')],
    ['an unknown version', fileOf(header('(1,)'), 4, [4, 0])],
    ['a truncated header', fileOf(header('(1,)')).subarray(0, 30)],
    ['a truncated header length', fileOf(header('(1,)'), 0, [2, 0]).subarray(0, 11)],
    ['too few elements', fileOf(header('(2,)'), 7)],
    ['too many elements', fileOf(header('(2,)'), 9)],
    ['an impossible shape', fileOf(header(`(${2 ** 40}, ${2 ** 40})`), 8)],
    ['an infinite length', fileOf(header(`(${'9'.repeat(400)},)`), 8)],
    ['too many axes', fileOf(header(`(${'1, '.repeat(65)})`), 4)],
    ['a negative length', fileOf(header('(-1,)'), 8)],
    ['a missing shape', fileOf("{'descr': '<f4', 'fortran_order': False}", 8)],
    ['a duplicate shape', fileOf(header("(2,), 'shape': (2,)"), 8)],
    ['a Python expression', fileOf("{'descr': __import__('os').system('true')}", 8)],
    ['a list instead of a dictionary', fileOf("['descr']", 8)],
    ['endless spaces', fileOf(`{${' '.repeat(60_000)}`, 8)],
  ])('readNpy rejects %s', async (_, bytes) => {
    await expect(readNpy(Uint8Array.from(bytes))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test.each(["'|O'", "'<U3'", "'<c8'", "'<M8[D]'", "[('a', '<f4')]", "'<f16'", "'|V4'", "'toString'"])(
    'readNpy rejects elements of type %s',
    async (descr) => {
      await expect(readNpy(fileOf(header('(1,)', descr), 8))).rejects.toMatchObject({ code: 'unsupported' });
    },
  );

  test('readNpz rejects archives with other entries than arrays, and archives larger than maxInflatedBytes', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of zipPieces([{ name: 'program.py', data: new Uint8Array(3) }])) pieces.push(piece);
    await expect(readNpz(joinedBytes(pieces))).rejects.toMatchObject({
      code: 'unsupported',
      data: { entry: 'program.py' },
    });
    const zeros = hostArray('float32', [250_000], new Float32Array(250_000));
    const bomb = await encodeNpz({ zeros }, { compressed: true });
    expect(bomb.length).toBeLessThan(10_000);
    await expect(readNpz(bomb, { maxInflatedBytes: 100_000 })).rejects.toMatchObject({ code: 'tooLarge' });
  });

  test('readNpy reads or rejects corrupted files with bounded memory', async () => {
    const files = [...arrays, ...refused].map(({ file }) => fromBase64(file));
    const report = await fuzz(files, (bytes) => readNpy(bytes));
    expect(report.read).toBeGreaterThan(0);
    expect(report.refused.corrupt).toBeGreaterThan(0);
    expect(report.bytes).toBeLessThan(2 ** 27);
  });

  test('readNpz reads or rejects corrupted archives with bounded memory', async () => {
    const files = [fromBase64(archives.stored), fromBase64(archives.deflated)];
    const report = await fuzz(files, (bytes) => readNpz(bytes, { maxInflatedBytes: 2 ** 24 }));
    expect(report.read).toBeGreaterThan(0);
    expect(report.refused.corrupt).toBeGreaterThan(0);
    expect(report.bytes).toBeLessThan(2 ** 27);
  });
});
