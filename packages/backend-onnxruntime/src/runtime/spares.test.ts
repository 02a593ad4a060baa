import { describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { type Buffer, type GraphBuilder, graphBuilder, hostArray, type TensorType, type Value } from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import { createOnnxRuntimeBackend } from '../backend.ts';

/** From this number of operations, graphs run in ONNX Runtime: those of `works` that call `long`. */
const LEAST_OPERATIONS = 20;

const typeOf = (rows: number): TensorType => ({ dtype: 'float32', shape: [rows, 2] });
const [FEW, MANY] = [4, 6];

/** Computes |x| - 5 in enough operations for ONNX Runtime. */
function long(b: GraphBuilder, x: Value): Value {
  return b.sub(b.max(x, b.neg(x)), b.full(x, 5));
}

/** What runs compute: the outputs for an element, and whether the input is donated. */
const works = [
  { isDonated: false, of: (x: number) => [-x], build: (b: GraphBuilder, x: Value) => [b.neg(x)] },
  { isDonated: true, of: (x: number) => [-x], build: (b: GraphBuilder, x: Value) => [b.neg(x)] },
  { isDonated: true, of: (x: number) => [Math.abs(x) - 5], build: (b: GraphBuilder, x: Value) => [long(b, x)] },
  {
    isDonated: false,
    of: (x: number) => [Math.abs(x) - 5, -x, Math.abs(x) - 5],
    build: (b: GraphBuilder, x: Value) => {
      const value = long(b, x);
      return [value, b.neg(x), value];
    },
  },
];

/** A buffer, and the elements that it should have. */
interface Held {
  readonly buffer: Buffer;
  readonly rows: number;
  readonly elements: readonly number[];
}

describe('memory of released buffers', () => {
  test('gets the elements of later buffers', async () => {
    const backend = await createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend() });
    const upload = (...elements: number[]) => backend.upload(hostArray('float32', [2], Float32Array.from(elements)));
    const kept = upload(7, 8);
    backend.release(upload(1, 2));
    const spare = backend.memory();
    expect(spare.reserved).toBe(spare.held + 8);
    const next = upload(3, 4);
    expect(backend.memory().reserved).toBe(backend.memory().held);
    expect(await backend.read(next)).toEqual(hostArray('float32', [2], Float32Array.of(3, 4)));
    backend.release(next);
    backend.release(kept);
    expect(backend.memory()).toEqual({ held: 0, reserved: 0, buffers: 0 });
  });

  test('is not used for elements of another number', async () => {
    const backend = await createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend() });
    const upload = (data: Float32Array<ArrayBuffer>) => backend.upload({ dtype: 'float32', shape: [4], data });
    const kept = upload(new Float32Array(4));
    backend.release(upload(Float32Array.of(1, 2, 3, 4)));
    expect(() => upload(Float32Array.of(9, 9))).toThrow('does not match');
    backend.release(kept);
  });

  test.each([1, 2, 3, 4])('never changes the elements of buffers in use (seed %i)', async (seed) => {
    const random = randomSource(seed);
    const fallback = createCpuBackend({ threads: 1 });
    const backend = await createOnnxRuntimeBackend({ threads: 1, fallback, leastOperations: LEAST_OPERATIONS });
    const executables = await Promise.all(
      works.flatMap(({ isDonated, build }) =>
        [FEW, MANY].map(async (rows) => {
          const b = graphBuilder();
          return backend.compile(b.finish(build(b, b.input(typeOf(rows)))), { donated: isDonated ? [0] : [] });
        }),
      ),
    );
    const places = backend.placements().map(({ place }) => place);
    expect(new Set(places)).toEqual(new Set(['fallback', 'onnxruntime']));
    let live: Held[] = [];
    for (let step = 0; step < 200; step++) {
      const chosen = live[random.integer(0, live.length)];
      const action = live.length === 0 ? 0 : live.length > 12 ? 1 : random.integer(0, 7);
      if (action === 0) {
        const rows = random.integer(0, 2) === 0 ? FEW : MANY;
        const elements = Array.from({ length: 2 * rows }, () => random.integer(-9, 9));
        const buffer = backend.upload(hostArray('float32', [rows, 2], Float32Array.from(elements)));
        live.push({ buffer, rows, elements });
      } else if (action === 1) {
        backend.release(chosen.buffer);
        live = live.filter((each) => each !== chosen);
      } else if (action === 2) {
        if (chosen.rows === FEW) continue;
        const buffer = backend.firstRows?.(chosen.buffer, FEW) ?? chosen.buffer;
        live = live.filter((each) => each !== chosen);
        live.push({ buffer, rows: FEW, elements: chosen.elements.slice(0, 2 * FEW) });
      } else {
        const work = action - 3;
        const { isDonated, of } = works[work];
        const outputs = await executables[2 * work + (chosen.rows === FEW ? 0 : 1)].run([chosen.buffer]);
        if (isDonated) live = live.filter((each) => each !== chosen);
        for (const [i, buffer] of outputs.entries()) {
          live.push({ buffer, rows: chosen.rows, elements: chosen.elements.map((x) => of(x)[i]) });
        }
      }
      for (const { buffer, elements } of live) {
        const { data } = await backend.read(buffer);
        expect(Array.from(data, (x) => x + 0)).toEqual(elements.map((x) => x + 0));
      }
    }
  });
});
