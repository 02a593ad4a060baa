import { describe, expect, test } from '@jest/globals';
import { batches, differences, familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
import { decode } from '../proto/decode.ts';
import { exportOnnx } from './export-onnx.ts';
import { OPSETS } from './options.ts';

const family = familyOf({
  parameters: { 'dense/kernel': numbers(4, 3), 'dense/bias': numbers(3), unused: numbers(2) },
  inputs: batches(4),
  build: (b, { x, 'dense/kernel': w, 'dense/bias': bias }, n) => [
    b.add(b.dot(x, w, [], [[1, 0]]), b.expand(bias, [n, 3], [1])),
  ],
  outputNames: ['scores'],
});

test.each(['model.keras', 'model.H5', 'model.safetensors', 'weights.npz'])(
  'exportOnnx rejects the path %s, whose extension belongs to another format',
  async (path) => {
    await expect(exportOnnx(family, path)).rejects.toMatchObject({ code: 'argument', data: { path } });
  },
);

describe('the metadata of a file from exportOnnx', () => {
  test('keeps the names of inputs, outputs and parameters, and omits unused parameters', async () => {
    const report = inspectOnnx(await exportOnnx(family));
    expect(report.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(report.outputs.map(({ name }) => name)).toEqual(['scores']);
    expect(report.parameters.map(({ name }) => name)).toEqual(['dense/kernel', 'dense/bias']);
    expect(report).toMatchObject({ name: 'network', producer: 'manabi', irVersion: 10, opsets: { 'ai.onnx': 18 } });
  });

  test('contains names, class labels, properties and documentation from the options', async () => {
    const bytes = await exportOnnx(family, {
      inputNames: ['pixels'],
      outputNames: ['digits'],
      classLabels: ['猫', '犬'],
      metadata: { licence: 'MIT' },
      docString: 'Classifies cats and dogs.',
      producerName: 'school',
      producerVersion: '3.1',
      irVersion: 9,
      opset: 20,
    });
    const report = inspectOnnx(bytes);
    expect(report.inputs[0].name).toBe('pixels');
    expect(report.outputs[0].name).toBe('digits');
    expect(report.metadata).toEqual({ classLabels: '["猫","犬"]', licence: 'MIT' });
    expect(report).toMatchObject({ docString: 'Classifies cats and dogs.', producer: 'school 3.1', irVersion: 9 });
    expect(report.opsets).toEqual({ 'ai.onnx': 20 });
  });

  test('contains a name for every node and a type for every intermediate value', async () => {
    const graph = decode(
      'ModelProto',
      await exportOnnx(familyOf({ inputs: batches(4), build: (b, { x }) => [b.exp(b.tanh(x))] })),
    ).graph;
    expect(graph?.node?.map(({ name }) => name)).toEqual(['tanh', 'y0']);
    expect(graph?.valueInfo?.map(({ name }) => name)).toEqual(['tanh']);
  });
});

describe('options of exportOnnx', () => {
  test.each(OPSETS)('`opset` sets the operator set version of the file to %d', async (opset) => {
    expect(inspectOnnx(await exportOnnx(family, { opset })).opsets).toEqual({ 'ai.onnx': opset });
  });

  const wrong: readonly [name: string, options: object, data: object][] = [
    ['an unknown option', { opsets: 21 }, { name: 'opsets' }],
    ['an unsupported opset', { opset: 17 }, { name: 'opset', given: 17 }],
    ['an unsupported IR version', { irVersion: 3 }, { name: 'irVersion' }],
    ['an unknown choice for composites', { composites: 'functions' }, { name: 'composites' }],
    ['a batch of 0', { batch: 0 }, { name: 'batch', given: 0 }],
    ['a number in metadata', { metadata: { epoch: 3 } }, { name: 'metadata.epoch', given: 3 }],
    ['a number in classLabels', { classLabels: [0] }, { name: 'classLabels[0]', given: 0 }],
    ['a string for externalData', { externalData: 'yes' }, { name: 'externalData' }],
    ['too many input names', { inputNames: ['a', 'b'] }, { name: 'inputNames' }],
    ['one name for an input and an output', { inputNames: ['scores'] }, { name: 'scores' }],
    ['an empty name', { outputNames: [''] }, { name: '' }],
    [
      'classLabels both as option and in metadata',
      { classLabels: ['a'], metadata: { classLabels: 'b' } },
      { name: 'metadata', given: 'b' },
    ],
  ];

  test.each(wrong)('rejects %s', async (_, options, data) => {
    await expect(exportOnnx(family, options)).rejects.toMatchObject({ code: 'argument', data });
  });
});

test('exportOnnx and inspectOnnx reject an argument of the wrong type, and report its name', async () => {
  await expect(Reflect.apply(exportOnnx, null, [{}])).rejects.toMatchObject({ data: { name: 'exportable' } });
  await expect(Reflect.apply(exportOnnx, null, [family, 3])).rejects.toMatchObject({ code: 'argument' });
  expect(() => Reflect.apply(inspectOnnx, null, ['model.onnx'])).toThrow(
    expect.objectContaining({ op: 'inspectOnnx', data: expect.objectContaining({ name: 'bytes' }) }),
  );
});

test('exportOnnx rejects a parameter whose data does not match its shape', async () => {
  const w = { dtype: 'float32', shape: [5, 3], data: new Float32Array(3) } as const;
  const misfit = familyOf({ parameters: { w }, inputs: batches(4), build: (b, { x }) => [b.exp(x)] });
  await expect(exportOnnx(misfit)).rejects.toMatchObject({ code: 'shape', op: 'exportOnnx' });
});

test('exportOnnx adds an Identity for an output that is an input, a parameter or another output', async () => {
  const same = familyOf({
    parameters: { w: numbers(2) },
    inputs: batches(4),
    build: (b, { x, w }) => {
      const y = b.neg(x);
      return [x, y, y, w];
    },
  });
  const { outputs, operators } = inspectOnnx(await exportOnnx(same));
  expect(outputs.map(({ name }) => name)).toEqual(['y0', 'y1', 'y2', 'y3']);
  expect(operators).toEqual({ Identity: 3, Neg: 1 });
});

test('exportOnnx renames parameters that have the name of an output', async () => {
  const clash = familyOf({
    parameters: { scores: numbers(3, 4), largest: numbers(4) },
    inputs: batches(4),
    build: (b, { x, scores: w, largest }, n) => [
      b.dot(x, b.transpose(w, [1, 0]), [], [[1, 0]]),
      b.add(x, b.expand(largest, [n, 4], [1])),
    ],
    outputNames: ['scores', 'largest'],
  });
  const { outputs, parameters } = inspectOnnx(await exportOnnx(clash));
  expect(outputs.map(({ name }) => name)).toEqual(['scores', 'largest']);
  expect(parameters.map(({ name }) => name).sort()).toEqual(['largest_1', 'scores_2']);
  expect(await differences(clash)).toEqual([]);
});

test('exportOnnx renames an output that has the name of an input', async () => {
  const through = familyOf({
    inputs: batches(4),
    build: (b, { x }) => [x, b.neg(x)],
    outputNames: ['x', 'y'],
  });
  const { inputs, outputs } = inspectOnnx(await exportOnnx(through));
  expect([...inputs, ...outputs].map(({ name }) => name)).toEqual(['x', 'x_1', 'y']);
  await expect(exportOnnx(through, { outputNames: ['x', 'y'] })).rejects.toMatchObject({ code: 'argument' });
});
