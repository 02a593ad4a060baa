import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type DType, dtypeNames, dtypes, type HostArray, hostArray } from '@manabi/ir';
import { encode } from '../proto/encode.ts';
import { DATA_TYPE_NAMES } from '../write/tensor.ts';
import { openSession } from './session.ts';

/** Creates the bytes of a model that returns its input unchanged. */
const identityOf = (type: string) => modelOf(type, { opType: 'Identity', input: ['x'] });

/**
 * Creates the bytes of a model whose only node computes `y` from `x`. Both have the given ONNX dtype, and `x` has the
 * shape `[2, n]`.
 */
function modelOf(type: string, node: { readonly opType: string; readonly input: readonly string[] }) {
  const elemType = DATA_TYPE_NAMES.indexOf(type);
  const port = (name: string) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: [{ dimValue: 2n }, { dimParam: 'n' }] } } },
  });
  return encode('ModelProto', {
    irVersion: 10n,
    opsetImport: [{ domain: '', version: 21n }],
    graph: {
      name: 'identity',
      node: [{ ...node, input: [...node.input], output: ['y'] }],
      input: [port('x')],
      output: [port('y')],
    },
  });
}

function arrayOf(dtype: DType, elements: readonly number[]): HostArray {
  const data = dtypes[dtype].create(elements.length);
  data.set(elements);
  return hostArray(dtype, [2, elements.length / 2], data);
}

/** Passes an array through a model that returns its input, and returns the output. */
async function throughIdentity(type: string, x: HostArray): Promise<HostArray> {
  const session = await openSession(identityOf(type));
  try {
    return (await session.run({ x })).y;
  } finally {
    await session.release();
  }
}

describe('openSession', () => {
  test('reports the inputs and outputs of a model', async () => {
    const session = await openSession(identityOf('int64'), { threads: 1 });
    expect(session.inputs).toEqual([{ name: 'x', dtype: 'int64', shape: [2, 'n'] }]);
    expect(session.outputs).toEqual([{ name: 'y', dtype: 'int64', shape: [2, 'n'] }]);
    expect([session.inputNames, session.outputNames]).toEqual([['x'], ['y']]);
    await session.release();
  });

  test.each(dtypeNames)('returns arrays of %s unchanged from an identity model', async (dtype) => {
    const { min, max } = dtypes[dtype];
    const bounds = dtype === 'float32' || dtype === 'float64' ? [-0.1, Infinity, NaN] : [min, max, 1];
    const x = arrayOf(dtype, [...bounds, 0, 1, 0]);
    expect(await throughIdentity(dtype, x)).toEqual(x);
  });

  test('feeds and returns float16', async () => {
    const x = arrayOf('float16', [1, -2, 65504, 2 ** -24, Infinity, -0]);
    expect(await throughIdentity('float16', x)).toEqual(x);
  });

  test.each<[string, DType, DType, readonly number[]]>([
    ['int8', 'int32', 'int32', [-128, 127]],
    ['int16', 'int32', 'int32', [-32768, 32767]],
    ['uint16', 'int32', 'int32', [0, 65535]],
    ['int64', 'int32', 'float64', [-(2 ** 31), 2 ** 31 - 1]],
    ['int64', 'uint32', 'float64', [0, 2 ** 32 - 1]],
    ['int64', 'float64', 'float64', [-(2 ** 53) + 1, 2 ** 53 - 1]],
    ['uint64', 'uint8', 'float64', [0, 255]],
  ])(
    'accepts for an input of the ONNX dtype %s an array of %s, and returns the output as %s',
    async (type, given, read, elements) => {
      expect(await throughIdentity(type, arrayOf(given, elements))).toEqual(arrayOf(read, elements));
    },
  );

  test.each<[string, string, HostArray]>([
    ['an array of another dtype', 'float32', arrayOf('float64', [1, 2])],
    ['fractions for int64', 'int64', arrayOf('float64', [1, 2.5])],
    ['values beyond the range of int8', 'int8', arrayOf('int32', [1, 128])],
    ['negative values for uint64', 'uint64', arrayOf('int32', [1, -1])],
    ['float32 for an input of float16', 'float16', arrayOf('float32', [1, 2])],
    ['an input of the unsupported dtype string', 'string', arrayOf('float32', [1, 2])],
  ])('rejects %s', async (_, type, x) => {
    await expect(throughIdentity(type, x)).rejects.toMatchObject({
      code: 'dtype',
      op: 'session.run',
      data: { name: 'x', type },
    });
  });

  test('rejects int64 outputs that float64 cannot represent exactly', async () => {
    const session = await openSession(modelOf('int64', { opType: 'Mul', input: ['x', 'x'] }));
    const square = async (x: number) => (await session.run({ x: arrayOf('float64', [x, 1]) })).y.data[0];
    expect(await square(2 ** 26)).toBe(2 ** 52);
    await expect(square(2 ** 27)).rejects.toMatchObject({
      code: 'dtype',
      data: { name: 'y', type: 'int64', index: 0 },
    });
    await session.release();
  });

  test('rejects a run with a missing and an unknown input, and names both', async () => {
    const session = await openSession(identityOf('float32'));
    const X = arrayOf('float32', [1, 2]);
    await expect(session.run({ X })).rejects.toMatchObject({
      code: 'argument',
      data: { inputs: ['x'], missing: ['x'], unknown: ['X'] },
    });
    await session.release();
  });

  test('rejects inputs and files that ONNX Runtime rejects, with code data', async () => {
    const session = await openSession(identityOf('float32'));
    const x = hostArray('float32', [3, 1], new Float32Array(3));
    await expect(session.run({ x })).rejects.toMatchObject({ code: 'data', op: 'session.run' });
    await session.release();
    await expect(openSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'data', op: 'openSession' });
  });

  test('completes runs that were started before release(), and rejects runs that are started later', async () => {
    const session = await openSession(identityOf('float32'));
    const x = arrayOf('float32', [1, 2]);
    const run = session.run({ x });
    await Promise.all([session.release(), session.release()]);
    expect((await run).y).toEqual(x);
    await expect(session.run({ x })).rejects.toMatchObject({ code: 'disposed' });
  });

  test('opens a model by its path, and rejects a missing file with code notFound', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manabi-session-'));
    try {
      const path = join(folder, 'identity.onnx');
      await expect(openSession(path)).rejects.toMatchObject({ code: 'notFound' });
      await writeFile(path, identityOf('int32'));
      const session = await openSession(path);
      expect((await session.run({ x: arrayOf('int32', [1, 2]) })).y).toEqual(arrayOf('int32', [1, 2]));
      await session.release();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([{ threads: 0 }, { thread: 1 }])('rejects the options %j', async (options) => {
    await expect(openSession(identityOf('int32'), options)).rejects.toMatchObject({ code: 'argument' });
  });
});
