import { describe, expect, test } from '@jest/globals';
import { encodeModel } from './onnx-model.ts';

/** Parses a protobuf message that consists of integers and byte strings. */
function fieldsOf(bytes: Uint8Array): { readonly field: number; readonly value: number | Uint8Array }[] {
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 0x80) {
      const byte = bytes[position++];
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  const fields: { field: number; value: number | Uint8Array }[] = [];
  while (position < bytes.length) {
    const key = varint();
    const number = varint();
    if ((key & 7) === 0) fields.push({ field: key >> 3, value: number });
    else {
      fields.push({ field: key >> 3, value: bytes.subarray(position, position + number) });
      position += number;
    }
  }
  expect(position).toBe(bytes.length);
  return fields;
}

function bytesOf(bytes: Uint8Array, field: number): Uint8Array {
  const found = fieldsOf(bytes).find((each) => each.field === field)?.value;
  if (found instanceof Uint8Array) return found;
  throw new Error(`Field ${field} is missing.`);
}

const model = encodeModel({
  inputs: [{ name: 'a', shape: [300, 2] }],
  nodes: [{ operator: 'ReduceSum', inputs: ['a', 'axes'], output: 'b', attributes: [{ name: 'keepdims', value: 0 }] }],
  constants: [{ name: 'axes', values: [1] }],
  outputs: [{ name: 'b', shape: [300] }],
});

describe('encodeModel', () => {
  test('encodes a version, a graph and an operator set', () => {
    expect(fieldsOf(model).map(({ field }) => field)).toEqual([1, 7, 8]);
  });

  test('encodes nodes, a name, constants, inputs and outputs in the graph', () => {
    expect(fieldsOf(bytesOf(model, 7)).map(({ field }) => field)).toEqual([1, 2, 5, 11, 12]);
  });

  test('encodes lengths over 127 as varints of several bytes', () => {
    const type = bytesOf(bytesOf(bytesOf(model, 7), 11), 2);
    const shape = bytesOf(bytesOf(type, 1), 2);
    expect(fieldsOf(bytesOf(shape, 1))).toEqual([{ field: 1, value: 300 }]);
  });
});
