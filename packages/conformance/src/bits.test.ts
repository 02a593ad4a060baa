import { describe, expect, test } from '@jest/globals';
import {
  applyComposite,
  type Backend,
  dtypes,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type HostArray,
  hostArray,
  type OpName,
  opNames,
  type Shape,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { materialize, type Sample, sampleGraph, sampleInputs, samples } from '@manabi/ir/samples';
import { randomSource } from '@manabi/testing';
import { candidates } from './candidates.ts';
import { equalBits, runGraph, runOnce } from './run-graph.ts';
import { familyOf } from './sections/family.ts';
import { firstOfEachDtype } from './sections/first-samples.ts';
import { randomCase } from './sections/random-graph.ts';

/** Number of elements of the arrays: more than several vectors, and not a multiple of any vector width. */
const LENGTH = 37;

/** Numbers of lines (rows or columns) and their lengths. */
const SIZES: readonly (readonly [lines: number, length: number])[] = [
  [7, 37],
  [13, 130],
  [35, 5],
  [66, 515],
];

/** Functions that compute every line of a matrix (row or column) in the same way. The lines extend along `axis`. */
const lineFunctions: readonly {
  readonly name: string;
  readonly make: (b: GraphBuilder, x: Value, axis: number) => Value;
}[] = [
  { name: 'reduceSum', make: (b, x, axis) => b.reduceSum(x, [axis]) },
  { name: 'reduceProd', make: (b, x, axis) => b.reduceProd(x, [axis]) },
  { name: 'cumSum', make: (b, x, axis) => b.cumSum(x, axis, false, false) },
  { name: 'softmax', make: (b, x, axis) => applyComposite(b, 'softmax', [x], { axis })[0] },
  { name: 'layerNorm', make: (b, x, axis) => applyComposite(b, 'layerNorm', [x], { axes: [axis], epsilon: 1e-3 })[0] },
  { name: 'product with a vector', make: (b, x, axis) => b.dot(x, weights(b, [b.shape(x)[axis]]), [], [[axis, 0]]) },
  {
    name: 'product with a matrix',
    make: (b, x, axis) => {
      const product = b.dot(x, weights(b, [b.shape(x)[axis], 19]), [], [[axis, 0]]);
      return axis === 1 ? product : b.transpose(product, [1, 0]);
    },
  },
];

describe.each(candidates.filter(({ bits }) => bits === 'repeatable'))('bits of results on $name', ({ create }) => {
  const made = create();
  const elementwise = opNames.filter((op) => familyOf(op) === 'elementwise');

  test.each(elementwise)('of %s do not depend on the position of an element or the length of the array', async (op) => {
    expect(await differencesOf(await made, op)).toEqual([]);
  });

  test.each(lineFunctions)('of $name are equal for equal rows or columns at every position', async ({ make }) => {
    const backend = await made;
    for (const axis of [0, 1]) {
      for (const [lines, length] of SIZES) {
        const line = randomSource(length).float32Array(length, -2, 2);
        const shape = axis === 1 ? [lines, length] : [length, lines];
        const x = Float32Array.from({ length: lines * length }, (_, i) =>
          axis === 1 ? line[i % length] : line[Math.floor(i / lines)],
        );
        const b = graphBuilder();
        const graph = b.finish([make(b, b.input({ dtype: 'float32', shape }), axis)]);
        const { outputs } = await runGraph(backend, graph, [hostArray('float32', shape, x)]);
        expect({ axis, lines, length, unequal: unequalLines(outputs[0], lines, axis) }).toEqual({
          axis,
          lines,
          length,
          unequal: [],
        });
      }
    }
  });

  test('are the same in later runs, on a second instance of the backend, and with donated inputs', async () => {
    const [backend, other] = [await made, await create()];
    for (let seed = 0; seed < 40; seed++) {
      const { graph, inputs } = randomCase(7000 + seed, 20);
      const { outputs } = await runGraph(backend, graph, inputs);
      const elsewhere = await runGraph(other, graph, inputs);
      const donating = await runGraph(
        backend,
        graph,
        inputs,
        inputs.map((_, i) => i),
      );
      outputs.forEach((output, i) => {
        const isEqual = equalBits(output, elsewhere.outputs[i]) && equalBits(output, donating.outputs[i]);
        expect({ seed, output: i, isEqual }).toEqual({ seed, output: i, isEqual: true });
      });
    }
  });
});

/**
 * Runs an operator on inputs whose elements are rotated or shortened, and returns the cases in which the result of an
 * element has other bits than before.
 */
async function differencesOf<K extends OpName>(backend: Backend, op: K): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const sample of firstOfEachDtype(op)) {
    const inputs = operandsOf(op, sample);
    const executable = await backend.compile(lengthened(op, sample, LENGTH), { donated: [] });
    const [expected] = await runOnce(backend, executable, inputs);
    for (let shift = 1; shift < 20; shift += 3) {
      const [actual] = await runOnce(
        backend,
        executable,
        inputs.map((input) => rotated(input, shift)),
      );
      if (!equalBits(actual, rotated(expected, shift))) wrong.push(`${sample.name} rotated by ${shift}`);
    }
    executable.dispose();
    for (const length of [1, 2, 3, 5, 9, 18]) {
      const { outputs } = await runGraph(
        backend,
        lengthened(op, sample, length),
        inputs.map((input) => hostArray(input.dtype, [length], input.data.slice(0, length))),
      );
      const start = hostArray(expected.dtype, [length], expected.data.slice(0, length));
      if (!equalBits(outputs[0], start)) wrong.push(`${sample.name}, ${length} elements`);
    }
  }
  return wrong;
}

function lengthened<K extends OpName>(op: K, sample: Sample<K>, length: number): Graph {
  return sampleGraph(op, { ...sample, operands: sample.operands.map((operand) => ({ ...operand, shape: [length] })) });
}

/**
 * Returns operands like those of a sample, with `LENGTH` elements. If the operator has a sample with special values
 * (NaN, infinities), every third element is one of them.
 */
function operandsOf<K extends OpName>(op: K, sample: Sample<K>): readonly HostArray[] {
  const all: readonly Sample<K>[] = samples[op];
  const special = all.find(
    ({ exempt, operands }) =>
      exempt === 'special' &&
      operands.every(({ dtype, shape }, i) => dtype === sample.operands[i].dtype && sizeOf(shape) > 4),
  );
  const given = special === undefined ? null : sampleInputs(special);
  return sample.operands.map((operand, i) => {
    const array = materialize({ ...operand, shape: [LENGTH] }, i + 1);
    const extra = given?.[i].data;
    if (extra !== undefined)
      for (let at = 1; at < LENGTH; at += 3) array.data[at] = extra[((at - 1) / 3) % extra.length];
    return array;
  });
}

/** Returns weights with identical columns. */
function weights(b: GraphBuilder, shape: Shape): Value {
  const [length] = shape;
  const column = b.constant(Array.from(randomSource(1).float32Array(length)), 'float32', [length]);
  return b.expand(column, shape, [0]);
}

/** Returns the lines of a result whose bits differ from those of the first line. */
function unequalLines({ shape, data }: HostArray, lines: number, axis: number): readonly number[] {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const perLine = sizeOf(shape) / lines;
  const [ofLine, ofElement] = axis === 1 || shape.length === 1 ? [perLine, 1] : [1, lines];
  return Array.from({ length: lines }, (_, line) => line).filter((line) =>
    Array.from({ length: perLine }, (_, i) => i).some(
      (i) => bits[line * ofLine + i * ofElement] !== bits[i * ofElement],
    ),
  );
}

function rotated({ dtype, shape, data }: HostArray, by: number): HostArray {
  const moved = dtypes[dtype].create(data.length);
  moved.set(data.subarray(by));
  moved.set(data.subarray(0, by), data.length - by);
  return hostArray(dtype, shape, moved);
}
