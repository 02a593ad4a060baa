import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from '@jest/globals';
import { FileError, readBytes } from '@manabi/files';
import { describeWithShared, filesInTar, randomSource } from '@manabi/testing';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import type { Message, MessageName, ModelProto } from './messages.ts';

const model: ModelProto = {
  irVersion: 10n,
  producerName: 'manabi',
  opsetImport: [{ domain: '', version: 21n }],
  metadataProps: [{ key: 'classes', value: '猫,犬' }],
  graph: {
    name: 'g',
    node: [
      {
        opType: 'Conv',
        input: ['x', 'w', ''],
        output: ['y'],
        attribute: [
          { name: 'pads', type: 7, ints: [0n, 1n, -1n, 9_007_199_254_740_993n] },
          { name: 'alpha', type: 1, f: 0.5 },
          {
            name: 'value',
            type: 4,
            t: { dims: [2n], dataType: 1, rawData: Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64) },
          },
        ],
      },
    ],
    initializer: [
      { name: 'f', dims: [2n], dataType: 1, floatData: [1.5, Number.NaN] },
      { name: 'd', dims: [1n], dataType: 11, doubleData: [Number.NEGATIVE_INFINITY] },
      { name: 'i', dims: [2n], dataType: 7, int64Data: [-(2n ** 63n), 2n ** 63n - 1n] },
      { name: 'u', dims: [1n], dataType: 13, uint64Data: [2n ** 64n - 1n] },
      { name: 's', dims: [1n], dataType: 8, stringData: [Uint8Array.of(104, 105)] },
      { name: 'j', dims: [2n], dataType: 6, int32Data: [-1, 2] },
    ],
    input: [
      { name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'batch' }, { dimValue: 3n }] } } } },
    ],
  },
};

describe('encode and decode', () => {
  test('restore fields of every type', () => {
    expect(decode('ModelProto', encode('ModelProto', model))).toEqual(model);
  });

  test('preserve fields that the standard does not define', () => {
    const unknown = new BinaryWriter()
      .tag(4000, WireType.LengthDelimited)
      .string('new')
      .tag(4001, WireType.Bit32)
      .float(2)
      .finish();
    const inner = encode('GraphProto', { name: 'g', unknown });
    const bytes = encode('ModelProto', { irVersion: 10n, graph: decode('GraphProto', inner), unknown });
    const again = decode('ModelProto', bytes);
    expect(again.unknown).toEqual(unknown);
    expect(again.graph?.unknown).toEqual(unknown);
    expect(encode('ModelProto', again)).toEqual(bytes);
  });

  test('read repeated numbers, whether they have separate tags or are in one block', () => {
    const apart = new BinaryWriter().tag(4, WireType.Bit32).float(1).tag(4, WireType.Bit32).float(2).finish();
    const block = encode('TensorProto', { floatData: [1, 2] });
    expect(decode('TensorProto', apart)).toEqual(decode('TensorProto', block));
    const ints = new BinaryWriter().tag(1, WireType.LengthDelimited).fork().int64(3).int64(4).join().finish();
    expect(decode('TensorProto', ints)).toEqual({ dims: [3n, 4n] });
  });

  test('merge two messages in a field that is not repeated', () => {
    const twice = [
      ...encode('ModelProto', { graph: { name: 'a', node: [{ name: 'n' }] } }),
      ...encode('ModelProto', { graph: { node: [{ name: 'm' }] } }),
    ];
    expect(decode('ModelProto', Uint8Array.from(twice)).graph).toEqual({
      name: 'a',
      node: [{ name: 'n' }, { name: 'm' }],
    });
  });

  test('merge 40,000 messages in a field that is not repeated, in linear time', () => {
    const times = 40_000;
    const once = encode('ModelProto', { graph: { node: [{}] } });
    const often = Uint8Array.from({ length: times * once.length }, (_, i) => once[i % once.length]);
    expect(decode('ModelProto', often).graph?.node).toHaveLength(times);
  });

  test('reject truncated bytes and name the file in the error', () => {
    const bytes = encode('ModelProto', model);
    const error = thrownBy(() => decode('ModelProto', bytes.subarray(0, bytes.length - 3), 'model.onnx'));
    expect(error.code).toBe('corrupt');
    expect(error.data).toMatchObject({ source: 'model.onnx' });
  });

  test('reject messages with too many levels of nesting, without a stack overflow', () => {
    const around = (field: number, bytes: Uint8Array) =>
      new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish();
    let bytes = new Uint8Array();
    for (let level = 0; level < 3000; level++) bytes = around(4, around(1, bytes));
    expect(thrownBy(() => decode('TypeProto', bytes)).code).toBe('corrupt');
  });
});

/** Number of mutated inputs to try. */
const FUZZ = Number(process.env.MANABI_FUZZ ?? 2000);

test(`decode either reads or rejects with a FileError each of ${FUZZ} mutated files`, () => {
  const source = randomSource(20261126);
  const original = encode('ModelProto', model);
  let refused = 0;
  for (let round = 0; round < FUZZ; round++) {
    const bytes = mutated(original, source);
    try {
      const read = decode('ModelProto', bytes);
      // Encoding and decoding the decoded message again must not change it.
      expect(decode('ModelProto', encode('ModelProto', read))).toEqual(read);
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== 'corrupt') throw error;
      refused++;
    }
  }
  if (FUZZ >= 100) expect(refused).toBeGreaterThan(0);
});

function mutated(original: Uint8Array, source: ReturnType<typeof randomSource>): Uint8Array {
  const bytes = original.slice(0, source.next() < 0.3 ? source.integer(0, original.length) : original.length);
  const changes = source.integer(0, 6);
  for (let i = 0; i < changes && bytes.length > 0; i++) {
    const at = source.integer(0, bytes.length);
    const kind = source.integer(0, 4);
    if (kind === 0) bytes[at] ^= 1 << source.integer(0, 8);
    else if (kind === 1) bytes[at] = 255;
    else if (kind === 2) bytes.fill(source.integer(0, 256), at, at + source.integer(1, 12));
    else bytes.copyWithin(at, source.integer(0, bytes.length));
  }
  return bytes;
}

describeWithShared('encode and decode, on ONNX files by other tools', 'data/formats/onnx', (folder) => {
  test.each(readdirSync(folder).filter((file) => file.endsWith('.onnx')))('round-trip %s', async (file) => {
    roundTrip('ModelProto', await readBytes(join(folder, file)));
  });
});

describeWithShared('encode and decode, on node cases of the standard', 'data/onnx/node-cases.tar.gz', (path) => {
  test('restore the bytes of the models and tensors, except for the order of fields', () => {
    const counts = { model: 0, tensor: 0, equal: 0 };
    for (const [name, bytes] of filesInTar(path)) {
      if (name.endsWith('model.onnx')) {
        counts.model++;
        counts.equal += roundTrip('ModelProto', bytes) ? 1 : 0;
      } else if (/(in|out)put_\d+\.pb$/.test(name)) {
        counts.tensor++;
        counts.equal += roundTrip('TensorProto', bytes) ? 1 : 0;
      }
    }
    expect(counts.model).toBeGreaterThan(1400);
    expect(counts.tensor).toBeGreaterThan(1400);
    expect(counts.equal).toBeGreaterThan(0.95 * (counts.model + counts.tensor));
  });
});

/**
 * Decodes and encodes bytes, and returns whether the result equals them. Fails if decoding the result returns a
 * different message.
 */
function roundTrip(name: MessageName, bytes: Uint8Array): boolean {
  const read: Message<MessageName> = decode(name, bytes);
  const written = encode(name, read);
  const again = decode(name, written);
  if (Buffer.compare(written, bytes) === 0) return true;
  expect(again).toEqual(read);
  return false;
}

function thrownBy(run: () => unknown): FileError {
  try {
    run();
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
