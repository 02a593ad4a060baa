import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ManabiError, type ProgramFamily } from '@manabi/core';
import { type Graph, inlineCalls } from '@manabi/ir';
import { typeNumbers } from '../tensor-types.ts';
import { field, shapeAttribute, shapeMessage, typeOf } from './attributes.ts';
import { GraphSink } from './graph-sink.ts';
import type { Term } from './layout-writer.ts';
import { BATCH_SIZES, type Length } from './lengths.ts';
import { Library } from './library.ts';
import { NodeWriter } from './write-nodes.ts';

/** Largest size of `saved_model.pb`: protobuf messages are limited to 2 GB. */
const MOST_BYTES = 2 ** 31 - 1;
/**
 * Returns the bytes of `saved_model.pb` for a program that is traced at several batch sizes.
 *
 * @throws ManabiError `graph` for operators that TensorFlow lacks; `argument` for open lengths, and for too many weights
 */
export function savedModelOf(family: ProgramFamily): Uint8Array<ArrayBuffer> {
  const { inputNames, outputNames, parameters, openLengths = [] } = family;
  if (openLengths.length > 0) throw lengthsAreOpen(openLengths);
  const size = [...parameters.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (size > MOST_BYTES - (1 << 20)) throw tooLarge(size);
  const graphs = BATCH_SIZES.map((batch) => inlineCalls(family.graph(batch)));
  const [first] = graphs;
  const sink = new GraphSink(false);
  const weights = [...parameters.values()].map((array) => sink.constant(array));
  const inputs = inputNames.map((name, i): Port => {
    const { dtype, shape } = inputType(graphs, weights.length + i);
    const lengths = shape.map((length) => (typeof length === 'number' ? length : -1));
    const attributes = { dtype: typeOf(dtype), shape: shapeAttribute(lengths) };
    const [ref] = sink.addAll('Placeholder', [], attributes, 1, `input_${i}`);
    return { name, ref, dtype, shape };
  });
  sink.batch = batchOf(sink, inputs);
  const library = new Library();
  const outputs = new NodeWriter(sink, library).write(graphs, [...weights, ...inputs.map(({ ref }) => ref)]);
  const results = outputNames.map((name, i): Port => {
    const { ref, dtype, shape } = outputs[i];
    const [result] = sink.addAll('Identity', [ref], { T: typeOf(dtype) }, 1, `output_${i}`);
    return { name, ref: result, dtype, shape };
  });
  if (first.outputs.length !== outputNames.length) throw new Error('The graph has other outputs than the program.');
  return encoded(sink, library, inputs, results);
}

interface Port extends Term {
  readonly name: string;
}

function inputType(graphs: readonly Graph[], position: number): Pick<Term, 'dtype' | 'shape'> {
  const [a, b] = graphs.map(({ types }) => types[position]);
  const [low, high] = BATCH_SIZES;
  const shape = a.shape.map((length, axis): Length => {
    const other = b.shape[axis];
    if (length === other) return length;
    return { slope: (other - length) / (high - low), offset: length - ((other - length) / (high - low)) * low };
  });
  return { dtype: a.dtype, shape };
}

/** Returns the batch size: the length of the first axis of an input; empty if no input has an open length. */
function batchOf(sink: GraphSink, inputs: readonly Port[]): string {
  for (const { ref, dtype, shape } of inputs) {
    const axis = shape.findIndex((length) => typeof length !== 'number' && length.slope === 1 && length.offset === 0);
    if (axis < 0) continue;
    const lengths = sink.add('Shape', [ref], { T: typeOf(dtype), out_type: typeOf('int32') });
    const index = sink.scalar('int32', axis);
    return sink.add('GatherV2', [lengths, index, sink.scalar('int32', 0)], {
      Tparams: typeOf('int32'),
      Tindices: typeOf('int32'),
      Taxis: typeOf('int32'),
    });
  }
  return '';
}

/** Encodes a `SavedModel` with one graph. */
function encoded(
  sink: GraphSink,
  { functions }: Library,
  inputs: readonly Port[],
  outputs: readonly Port[],
): Uint8Array<ArrayBuffer> {
  const graph = new BinaryWriter();
  for (const node of sink.nodes) field(graph, 1, node);
  const library = new BinaryWriter();
  for (const each of functions) field(library, 1, each);
  if (functions.length > 0) field(graph, 2, library.finish());
  // The version of TensorFlow's graph format with which all operations that are used here exist.
  field(graph, 4, new BinaryWriter().tag(1, WireType.Varint).int32(PRODUCER).finish());
  const tag = new BinaryWriter().tag(4, WireType.LengthDelimited).string('serve').finish();
  const signature = new BinaryWriter();
  const ports = (number: number, all: readonly Port[]): void => {
    for (const { name, ref, dtype, shape } of all) {
      const info = new BinaryWriter().tag(1, WireType.LengthDelimited).string(ref);
      info.tag(2, WireType.Varint).int32(typeNumbers[dtype]);
      field(info, 3, shapeMessage(shape.map((length) => (typeof length === 'number' ? length : -1))));
      const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
      field(signature, number, field(entry, 2, info.finish()).finish());
    }
  };
  ports(1, inputs);
  ports(2, outputs);
  signature.tag(3, WireType.LengthDelimited).string('tensorflow/serving/predict');
  const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string('serving_default');
  const meta = field(field(new BinaryWriter(), 1, tag), 2, graph.finish());
  field(meta, 5, field(entry, 2, signature.finish()).finish());
  const model = new BinaryWriter().tag(1, WireType.Varint).int64(1);
  return Uint8Array.from(field(model, 2, meta.finish()).finish());
}

const PRODUCER = 1395;

function lengthsAreOpen(names: readonly string[]): ManabiError {
  return new ManabiError(
    'argument',
    `Lengths other than the batch size must be fixed; ${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} null. Build the model with a fixed ` +
      '`inputShape`.',
    { op: 'exportSavedModel', data: { openLengths: names } },
  );
}

function tooLarge(size: number): ManabiError {
  return new ManabiError(
    'argument',
    `The weights have ${size} bytes; a SavedModel with constants is limited to 2 GB.`,
    {
      op: 'exportSavedModel',
      data: { size },
    },
  );
}
