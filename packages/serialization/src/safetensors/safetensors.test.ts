import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostArray, tensor } from '@manabi/core';
import '@manabi/backend-cpu/register';
import { toBfloat16 } from '@manabi/data/internal';
import { float32ToFloat16 } from '@manabi/ir';
import { describeWithShared } from '@manabi/testing';
import { fuzz } from '../fuzz.fixture.ts';
import { fromBase64, goldens, toNumbers } from '../goldens.fixture.ts';
import { memoryStore } from '../stores/index.ts';
import { encodeSafetensors, openSafetensors, readSafetensors, writeSafetensors } from './index.ts';

interface Golden {
  readonly file: string;
  readonly expected: Readonly<Record<string, { shape: readonly number[]; values: readonly (number | string)[] }>>;
  readonly plain: string;
  readonly unsupported: string;
  readonly rounding: Readonly<Record<'float32' | 'float16' | 'bfloat16', readonly (number | string)[]>>;
}

const golden = goldens<Golden>('safetensors');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns a safetensors file with the given header. */
function fileOf(header: string, data = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const described = (dtype: string, shape: readonly number[], offsets: readonly number[]): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

describe('readSafetensors: files written by the safetensors package', () => {
  test('reads the values of every element type', async () => {
    const { tensors, metadata } = await readSafetensors(fromBase64(golden.file));
    expect(metadata).toEqual({ format: 'pt', 学び: 'manabi' });
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(golden.expected).sort());
    for (const [name, { shape, values }] of Object.entries(golden.expected)) {
      expect(tensors[name].shape).toEqual(shape);
      const expected = toNumbers(values);
      expect([...tensors[name].data]).toEqual(name === 'x.F32' ? expected.map(Math.fround) : expected);
    }
  });

  test.each([
    ['x.F64', 'float64'],
    ['x.F16', 'float32'],
    ['x.BF16', 'float32'],
    ['x.I64', 'int32'],
    ['x.I8', 'int32'],
    ['x.U64', 'uint32'],
    ['x.U16', 'uint32'],
    ['x.BOOL', 'bool'],
  ])('reads the tensor %s as %s', async (name, dtype) => {
    expect((await readSafetensors(fromBase64(golden.file))).tensors[name].dtype).toBe(dtype);
  });

  test('encodeSafetensors returns the same bytes as the reference implementation', async () => {
    const { tensors, metadata } = await readSafetensors(fromBase64(golden.plain));
    expect(await encodeSafetensors(tensors, { metadata })).toEqual(fromBase64(golden.plain));
  });

  test('rounds float32 to float16 and bfloat16 like PyTorch', async () => {
    const x = hostArray('float32', [16], Float32Array.from(toNumbers(golden.rounding.float32)));
    for (const [float32As, expected] of [
      ['F16', golden.rounding.float16],
      ['BF16', golden.rounding.bfloat16],
    ] as const) {
      const { tensors } = await readSafetensors(await encodeSafetensors({ x }, { float32As }));
      expect([...tensors.x.data]).toEqual(toNumbers(expected).map(Math.fround));
    }
  });

  test('rejects unsupported element types on read, naming the tensor', async () => {
    const file = await openSafetensors(fromBase64(golden.unsupported));
    expect(file.tensors.get('x')).toMatchObject({ dtype: 'F8_E4M3', shape: [1] });
    await expect(file.read('x')).rejects.toMatchObject({ code: 'unsupported', data: { tensor: 'x' } });
  });
});

test('conversion to float32 and back preserves every float16 and bfloat16 number', async () => {
  const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i);
  for (const [dtype, back] of [
    ['F16', float32ToFloat16],
    ['BF16', toBfloat16],
  ] as const) {
    const bytes = fileOf(`{"x":${described(dtype, [65_536], [0, 131_072])}}`, 131_072);
    bytes.set(new Uint8Array(halves.buffer), bytes.length - 131_072);
    const { data } = (await readSafetensors(bytes)).tensors.x;
    const again = back(Float32Array.from(data));
    // JavaScript engines may change the bits of signaling NaNs; all other values must be equal.
    const differing = halves.filter((half, i) => again[i] !== half && !Number.isNaN(data[i]));
    expect(differing).toHaveLength(0);
  }
});

describe('writeSafetensors', () => {
  test('writes tensors of every dtype, unusual names and metadata that readSafetensors restores', async () => {
    const path = join(folder, 'all.safetensors');
    const arrays = {
      float32: hostArray('float32', [2, 1], Float32Array.of(1.5, Number.NaN)),
      float64: hostArray('float64', [1], Float64Array.of(Math.PI)),
      int32: hostArray('int32', [2], Int32Array.of(-1, 2)),
      uint32: hostArray('uint32', [1], Uint32Array.of(4294967295)),
      uint8: hostArray('uint8', [3], Uint8Array.of(1, 2, 255)),
      bool: hostArray('bool', [2], Uint8Array.of(0, 1)),
      '7': hostArray('uint8', [0], new Uint8Array(0)),
      'lstm/学び "x"': hostArray('float32', [], Float32Array.of(3)),
    };
    await writeSafetensors(path, { ...arrays, onBackend: tensor([1, 2]) }, { metadata: { made: 'here' } });
    const { tensors, metadata } = await readSafetensors(path);
    expect(metadata).toEqual({ made: 'here' });
    const onBackend = hostArray('float32', [2], Float32Array.of(1, 2));
    expect(tensors).toEqual({ ...arrays, onBackend });
    expect(await readdir(folder)).toEqual(['all.safetensors']);
  });

  test('aligns each tensor to the size of its elements', async () => {
    const bytes = await encodeSafetensors({
      a: hostArray('uint8', [3], Uint8Array.of(1, 2, 3)),
      b: hostArray('float64', [1], Float64Array.of(1)),
      c: hostArray('float32', [1], Float32Array.of(1)),
    });
    const { tensors } = await openSafetensors(bytes);
    expect([...tensors.keys()]).toEqual(['b', 'c', 'a']);
    expect([...tensors.values()].map(({ bytes: [start] }) => start % 8)).toEqual([0, 0, 4]);
  });

  test('writes a file to a store', async () => {
    const store = memoryStore('weights.safetensors');
    await writeSafetensors(store, { x: tensor([1, 2]) });
    expect([...(await readSafetensors(store)).tensors.x.data]).toEqual([1, 2]);
  });

  test('rejects the reserved tensor name __metadata__ and unknown options', async () => {
    const x = tensor([1]);
    await expect(encodeSafetensors({ __metadata__: x })).rejects.toMatchObject({ code: 'argument' });
    // Plain JavaScript may pass anything.
    const options = { float16: true } as object;
    await expect(encodeSafetensors({ x }, options)).rejects.toMatchObject({ data: { name: 'float16' } });
  });
});

describe('openSafetensors', () => {
  test('rejects unknown tensor names', async () => {
    const file = await openSafetensors(await encodeSafetensors({ kernel: tensor([1]) }));
    await expect(file.read('kernal')).rejects.toMatchObject({ code: 'argument', data: { tensor: 'kernal' } });
  });
});

describe('readSafetensors: invalid files', () => {
  const f32 = described('F32', [2], [0, 8]);
  test.each([
    ['a file of 3 bytes', new Uint8Array(3)],
    ['a header longer than the file', fileOf('{}').subarray(0, 9)],
    ['a header beyond 100 MB', new Uint8Array(new BigUint64Array([100_000_001n, 0n]).buffer)],
    ['a header length of 2^64 - 1', new Uint8Array(new BigUint64Array([2n ** 64n - 1n, 0n]).buffer)],
    ['invalid JSON', fileOf('{"x":')],
    ['a list instead of an object', fileOf('[]')],
    ['leading spaces', fileOf(' {}')],
    ['bytes that are not UTF-8', fileOf('{"\xff":1}').map((byte) => (byte === 0xc3 ? 0xff : byte))],
    ['a duplicate name', fileOf(`{"x":${f32},"x":${f32}}`, 8)],
    ['a duplicate field', fileOf('{"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8)],
    ['a tensor without a description', fileOf('{"x":1}')],
    ['an unknown type', fileOf(`{"x":${described('F7', [2], [0, 8])}}`, 8)],
    ['the name of a JavaScript method as type', fileOf(`{"x":${described('toString', [2], [0, 8])}}`, 8)],
    ['a negative length', fileOf(`{"x":${described('F32', [-2], [0, 8])}}`, 8)],
    ['a fractional length', fileOf(`{"x":${described('F32', [0.5], [0, 2])}}`, 2)],
    ['an impossible shape', fileOf(`{"x":${described('F32', [2 ** 40, 2 ** 40], [0, 8])}}`, 8)],
    ['a size that contradicts the shape', fileOf(`{"x":${described('F32', [3], [0, 8])}}`, 8)],
    ['an end before the start', fileOf(`{"x":${described('F32', [2], [8, 0])}}`, 8)],
    ['overlapping tensors', fileOf(`{"x":${f32},"y":${described('F32', [2], [4, 12])}}`, 12)],
    ['two tensors with the same bytes', fileOf(`{"x":${f32},"y":${f32}}`, 8)],
    ['unused bytes between tensors', fileOf(`{"x":${f32},"y":${described('F32', [2], [12, 20])}}`, 20)],
    ['unused bytes before the first tensor', fileOf(`{"x":${described('F32', [1], [4, 8])}}`, 8)],
    ['unused bytes after the last tensor', fileOf(`{"x":${f32}}`, 9)],
    ['missing bytes', fileOf(`{"x":${f32}}`, 7)],
    ['metadata that are not strings', fileOf('{"__metadata__":{"a":1}}')],
    ['deep nesting', fileOf(`{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)],
  ])('rejects %s', async (_, bytes) => {
    await expect(readSafetensors(Uint8Array.from(bytes))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('rejects integers beyond 32 bits, with their index', async () => {
    const bytes = fileOf(`{"x":${described('I64', [2], [0, 16])}}`, 16);
    new DataView(bytes.buffer).setBigInt64(bytes.length - 8, 2n ** 31n, true);
    await expect(readSafetensors(bytes)).rejects.toMatchObject({
      code: 'unsupported',
      data: { array: 'x', index: 1, value: 2n ** 31n },
    });
  });

  test('reads or rejects corrupted files with bounded memory', async () => {
    const files = [fromBase64(golden.file), fromBase64(golden.plain), fromBase64(golden.unsupported)];
    const report = await fuzz(files, (bytes) => readSafetensors(bytes));
    expect(report.read).toBeGreaterThan(0);
    expect(report.refused.corrupt).toBeGreaterThan(0);
    expect(report.bytes).toBeLessThan(2 ** 27);
  });
});

describeWithShared('safetensors files of other projects', 'data/formats/safetensors', (shared) => {
  test('contain the same tensors after they were read and written again', async () => {
    const names = (await readdir(shared)).filter((name) => name.endsWith('.safetensors'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const content = await readSafetensors(join(shared, name));
      expect(Object.keys(content.tensors).length).toBeGreaterThan(0);
      expect(await readSafetensors(await encodeSafetensors(content.tensors, { metadata: content.metadata }))).toEqual(
        content,
      );
    }
  });
});
