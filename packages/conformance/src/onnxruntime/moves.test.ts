import '@manabi/backend-cpu/register';
import './register.child.ts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { setBackend } from '@manabi/core';
import { type HostArray, hostArray } from '@manabi/ir';
import { createOnnxRuntime } from './onnxruntime.fixture.ts';
import { bitsOf, images, labels, quietly, statefulModel } from './stateful-model.fixture.ts';

beforeEach(() => setBackend('cpu'));

describe('a training that moves from the CPU to ONNX Runtime and back', () => {
  test('keeps every bit of its state', async () => {
    const model = statefulModel();
    await model.fit(images, labels, { ...quietly, epochs: 2 });
    const before = await bitsOf(model);
    expect(Object.keys(before).length).toBeGreaterThan(20);
    await model.to('onnxruntime');
    expect(Object.values(model.values().trainable).map(({ backend }) => backend)).toContain('onnxruntime');
    expect(await bitsOf(model)).toEqual(before);
    await model.to('cpu');
    expect(await bitsOf(model)).toEqual(before);
    await model.fit(images, labels, { ...quietly, epochs: 1 });
    const moved = await bitsOf(model);

    const stayed = statefulModel();
    await stayed.fit(images, labels, { ...quietly, epochs: 2 });
    await stayed.fit(images, labels, { ...quietly, epochs: 1 });
    expect(moved).toEqual(await bitsOf(stayed));
  });

  test('continues there with the same random numbers and step counter, and losses that differ by rounding', async () => {
    const [moved, stayed] = [statefulModel(), statefulModel()];
    const losses: number[][] = [[], []];
    for (const backend of ['cpu', 'onnxruntime', 'cpu']) {
      await moved.to(backend);
      for (const [i, model] of [moved, stayed].entries()) {
        const { history } = await model.fit(images, labels, { ...quietly, epochs: 2 });
        losses[i].push(...history.loss);
      }
    }
    for (const [i, loss] of losses[0].entries()) expect(loss).toBeCloseTo(losses[1][i], 5);
    const [{ step, random }, expected] = [await bitsOf(moved), await bitsOf(stayed)];
    expect({ step, random }).toEqual({ step: expected.step, random: expected.random });
  });
});

test.each([
  ['float32', Float32Array, [0x7fc00001, 0xffc12345, 0x80000000, 1, 0x807fffff, 0x7f800000, 0xff800000]],
  ['int32', Int32Array, [0x80000000, 0x7fffffff, 0xffffffff, 0]],
  ['uint32', Uint32Array, [0x80000000, 0xffffffff, 0]],
  ['uint8', Uint8Array, [0x03020100, 0xff807f01]],
  ['bool', Uint8Array, [0x01000100]],
] as const)('upload and read keep all bits of %s', async (dtype, Elements, words) => {
  const backend = await createOnnxRuntime();
  const data = new Elements(Uint32Array.from(words).buffer);
  const given = { dtype, shape: [data.length], data } as HostArray;
  const buffer = backend.upload(hostArray(dtype, given.shape, given.data));
  const { data: read } = await backend.read(buffer);
  backend.release(buffer);
  expect(Array.from(new Uint32Array(read.buffer, read.byteOffset, words.length))).toEqual(
    Array.from(words, (w) => w >>> 0),
  );
});
