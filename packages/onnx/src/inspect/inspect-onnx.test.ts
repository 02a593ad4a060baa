import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FileError, readBytes } from '@manabi/files';
import { describeWithShared } from '@manabi/testing';
import { encode } from '../proto/encode.ts';
import { inspectOnnx } from './inspect-onnx.ts';

describe('inspectOnnx', () => {
  test('counts the nodes in loop and branch bodies, and does not report parameters as inputs', () => {
    const type = { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'batch' }, { dimValue: 3n }, {}] } } };
    const body = { node: [{ opType: 'Add' }, { opType: 'Tanh' }] };
    const report = inspectOnnx(
      encode('ModelProto', {
        irVersion: 7n,
        producerName: 'school',
        producerVersion: '2',
        opsetImport: [{ version: 13n }, { domain: 'com.microsoft', version: 1n }],
        graph: {
          name: 'g',
          node: [
            { opType: 'Add' },
            { opType: 'Loop', attribute: [{ name: 'body', type: 5, g: body }] },
            { opType: 'Gelu', domain: 'com.microsoft' },
          ],
          initializer: [
            { name: 'w', dims: [2n, 2n], dataType: 1, floatData: [1, 2, 3, 4] },
            { name: 'i', dims: [2n], dataType: 7, int64Data: [1n, 2n] },
          ],
          input: [
            { name: 'x', type },
            { name: 'w', type },
          ],
          output: [{ name: 'y', type: { tensorType: { elemType: 7 } } }],
        },
      }),
    );
    expect(report).toEqual({
      name: 'g',
      producer: 'school 2',
      irVersion: 7,
      opsets: { 'ai.onnx': 13, 'com.microsoft': 1 },
      inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 3, null] }],
      outputs: [{ name: 'y', dtype: 'int64', shape: null }],
      operators: { Add: 2, Loop: 1, Tanh: 1, 'com.microsoft.Gelu': 1 },
      parameters: [
        { name: 'w', dtype: 'float32', shape: [2, 2], bytes: 16, location: null },
        { name: 'i', dtype: 'int64', shape: [2], bytes: 16, location: null },
      ],
      metadata: {},
      docString: '',
    });
  });

  test.each([
    ['no bytes', new Uint8Array()],
    ['text', new TextEncoder().encode('{"format": "json"}')],
    ['a protobuf message other than a model', encode('TensorProto', { dims: [1n], dataType: 1 })],
  ])('rejects %s', (_, bytes) => {
    let error: unknown;
    try {
      inspectOnnx(bytes, 'model.onnx');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({ code: 'corrupt', data: { source: 'model.onnx' } });
  });
});

describeWithShared('inspectOnnx, on files by other tools', 'data/formats/onnx', (folder) => {
  test.each(readdirSync(folder).filter((file) => file.endsWith('.onnx')))('reads %s', async (file) => {
    const { inputs, outputs, operators, parameters } = inspectOnnx(await readBytes(join(folder, file)));
    expect(inputs.length).toBeGreaterThan(0);
    expect(outputs.length).toBeGreaterThan(0);
    expect(Object.keys(operators).length).toBeGreaterThan(0);
    for (const { shape, dtype, bytes } of parameters) {
      const count = shape.reduce((product, length) => product * length, 1);
      expect(bytes).toBe(count * (dtype === 'int64' || dtype === 'float64' ? 8 : 4));
    }
  });
});
