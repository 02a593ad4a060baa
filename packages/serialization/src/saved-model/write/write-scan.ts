import type { DType, ManabiError } from '@manabi/core';
import type { Attributes, Graph, Node } from '@manabi/ir';
import { typeNumbers } from '../tensor-types.ts';
import { callee, int, typeOf, types } from './attributes.ts';
import { GraphSink, type Ref } from './graph-sink.ts';
import type { Term } from './layout-writer.ts';
import type { Length } from './lengths.ts';
import type { Library } from './library.ts';

/** Writer of the nodes around and within a loop. */
export interface BodyWriter {
  readonly sink: GraphSink;
  readonly library: Library;
  /** Returns the batch size as an input of functions; empty if nothing depends on it. */
  batchInput(): readonly Ref[];
  batchType(): readonly number[];
  /** Returns a writer for the nodes of a function. */
  inside(sink: GraphSink): BodyWriter;
  /** Writes a graph, given at several batch sizes, and returns its outputs. */
  write(graphs: readonly Graph[], inputs: readonly Ref[]): readonly Term[];
  /** Returns the error for an operator that cannot be written. */
  refused(op: string, problem: string): ManabiError;
}

/** Writes a loop over slices: a `StatelessWhile`, which collects results in lists of tensors. */
export function writeScan(
  writer: BodyWriter,
  nodes: readonly Node[],
  operands: readonly Term[],
  shapes: readonly (readonly Length[])[],
  results: readonly DType[],
): readonly Ref[] {
  const { sink, library } = writer;
  // The caller checked that the operator is `scan`.
  const attributes = nodes.map((node) => node.attributes as Attributes['scan']);
  const [{ carries, xs, length, reverse }] = attributes;
  if (attributes.some((each) => each.length !== length))
    throw writer.refused('scan', 'its length changes with the batch size');
  const first = operands.slice(0, carries);
  const rest = operands.slice(carries);
  const ys = results.slice(carries);
  const lists = ys.map((dtype, i) =>
    sink.add('TensorListReserve', [sink.shape(shapes[carries + i].slice(1)), sink.scalar('int32', length)], {
      element_dtype: typeOf(dtype),
      shape_type: typeOf('int32'),
    }),
  );
  const batch = writer.batchInput();
  // Carries of the loop: the counter, the carries of the scan, the lists, the arrays to slice, and constants.
  const inputs = [
    sink.scalar('int32', 0),
    ...first.map(({ ref }) => ref),
    ...lists,
    ...rest.map(({ ref }) => ref),
    ...batch,
  ];
  const variant = 21;
  const numbers = [
    typeNumbers.int32,
    ...first.map(({ dtype }) => typeNumbers[dtype]),
    ...lists.map(() => variant),
    ...rest.map(({ dtype }) => typeNumbers[dtype]),
    ...writer.batchType(),
  ];
  const names = numbers.map((_, i) => `a${i}`);
  const values = (refs: readonly Ref[]) => refs.map((ref, i) => ({ ref, type: numbers[i] }));
  const test = new GraphSink(true);
  const less = test.add('Less', [names[0], test.scalar('int32', length)], { T: typeOf('int32') });
  const testName = library.define('cond', values(names), [{ ref: less, type: typeNumbers.bool }], test);
  const body = new GraphSink(true);
  const [batchName] = batch.length === 0 ? [] : [names[names.length - 1]];
  body.batch = batchName ?? '';
  const inner = writer.inside(body);
  const int32 = { T: typeOf('int32') };
  const counter = names[0];
  const position = reverse ? body.add('Sub', [body.scalar('int32', length - 1), counter], int32) : counter;
  const restNames = names.slice(1 + carries + lists.length, 1 + carries + lists.length + rest.length);
  const slices = rest.map(({ dtype }, i) => {
    if (i >= xs) return restNames[i];
    const attributesOfGather = { Tparams: typeOf(dtype), Tindices: typeOf('int32'), Taxis: typeOf('int32') };
    return body.add('GatherV2', [restNames[i], position, body.scalar('int32', 0)], attributesOfGather);
  });
  const outputs = inner.write(
    attributes.map((each) => each.body),
    [...names.slice(1, 1 + carries), ...slices],
  );
  const next = [
    body.add('AddV2', [counter, body.scalar('int32', 1)], int32),
    ...outputs.slice(0, carries).map(({ ref }) => ref),
    ...lists.map((_, i) => {
      const item = outputs[carries + i];
      return body.add('TensorListSetItem', [names[1 + carries + i], position, item.ref], {
        element_dtype: typeOf(item.dtype),
      });
    }),
    ...restNames,
    ...(batchName === undefined ? [] : [batchName]),
  ];
  const bodyName = library.define('body', values(names), values(next), body);
  const after = sink.addAll(
    'StatelessWhile',
    inputs,
    { T: types(numbers), cond: callee(testName), body: callee(bodyName), parallel_iterations: int(1) },
    numbers.length,
  );
  const stacked = ys.map((dtype, i) =>
    sink.add('TensorListStack', [after[1 + carries + i], sink.shape(shapes[carries + i].slice(1))], {
      element_dtype: typeOf(dtype),
      num_elements: int(length),
    }),
  );
  return [...after.slice(1, 1 + carries), ...stacked];
}
