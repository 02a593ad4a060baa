import { describe, expect, test } from '@jest/globals';
import { type DType, type Graph, type GraphBuilder, graphBuilder, hostArray, sizeOf, type Value } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { compilePlan } from './compile.ts';
import { interpretPlan } from './interpreter/interpret-plan.ts';
import { narrowTarget, plainTarget } from './plain-target.fixture.ts';
import type { Axis, Kernel, Statement } from './plan/kernel.ts';
import type { Plan, Step } from './plan/plan.ts';
import { stepBindings } from './plan/step-bindings.ts';
import { stepCosts } from './report/step-costs.ts';
import { routineTable } from './routines/table.ts';
import { gpuStrategies } from './strategies/gpu-strategies.ts';
import type { PlanTarget } from './target.ts';

type Write = (b: GraphBuilder) => readonly Value[];

const input = (b: GraphBuilder, shape: readonly number[], dtype: DType = 'float32') => b.input({ dtype, shape });

function graphOf(write: Write): Graph {
  const b = graphBuilder();
  return b.finish(write(b));
}

/** Compiles a graph, checks the plan against the limits of its target, and compares its results with the reference. */
function checkedPlan(write: Write, target: PlanTarget = narrowTarget, donated: readonly number[] = []): Plan {
  const graph = graphOf(write);
  const strategies = target === plainTarget ? undefined : gpuStrategies;
  const plan = compilePlan(graph, { target, donated, strategies });
  const random = randomSource(11);
  const inputs = graph.types.slice(0, graph.inputCount).map(({ dtype, shape }) =>
    dtype === 'int32'
      ? hostArray(
          dtype,
          shape,
          new Int32Array(sizeOf(shape)).map((_, i) => (i * 3) % 5),
        )
      : hostArray(dtype, shape, random.float32Array(sizeOf(shape), -1, 1)),
  );
  const expected = interpret(graph, inputs);
  interpretPlan(plan, inputs, { target }).forEach(({ data }, i) => {
    assertArraysClose(data, expected[i].data, { rtol: 1e-5, atol: 1e-5 }, `output ${i}`);
  });
  return plan;
}

function kernelsOf({ steps }: Plan): readonly Kernel[] {
  return steps.flatMap((step) => (step.kind === 'kernel' ? [step.kernel] : []));
}

function namesOf({ steps }: Plan): readonly string[] {
  return steps.map((step) => (step.kind === 'kernel' ? step.kernel.name : step.kind));
}

/** Returns the axes of a kernel's loops, outermost first. */
function loopsOf({ axes, body }: Kernel): readonly Axis[] {
  const inside = (block: readonly Statement[]): readonly Axis[] =>
    block.flatMap((statement) => (statement.kind === 'loop' ? [axes[statement.axis], ...inside(statement.body)] : []));
  return inside(body);
}

/** Returns the kinds of a kernel's loops, outermost first. */
function axesOf(kernel: Kernel): readonly string[] {
  return loopsOf(kernel).map(({ kind }) => kind);
}

function only<K extends Step['kind']>({ steps }: Plan, kind: K): Extract<Step, { readonly kind: K }> {
  const found = steps.filter((step): step is Extract<Step, { readonly kind: K }> => step.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('compilePlan for a target with limits', () => {
  test('rejects an unsupported dtype and names the operator that computes it', () => {
    const graph = graphOf((b) => [b.cast(b.exp(b.cast(input(b, [3]), 'float64')), 'float32')]);
    expect(() => compilePlan(graph, { target: narrowTarget, strategies: gpuStrategies })).toThrow(
      expect.objectContaining({
        code: 'dtype',
        data: expect.objectContaining({ dtype: 'float64', backend: 'narrow' }),
      }),
    );
  });

  test('rejects an unsupported dtype in the body of a loop', () => {
    const inner = graphBuilder();
    const carry = inner.input({ dtype: 'float32', shape: [] });
    const body = inner.finish([inner.cast(inner.exp(inner.cast(carry, 'float64')), 'float32')]);
    const graph = graphOf((b) => b.scan([input(b, [])], { body, carries: 1, xs: 0, length: 3, reverse: false }));
    expect(() => compilePlan(graph, { target: narrowTarget, strategies: gpuStrategies })).toThrow(
      expect.objectContaining({ code: 'dtype' }),
    );
  });

  test('rejects a value larger than a buffer of the target', () => {
    const graph = graphOf((b) => [b.cumSum(b.expand(input(b, [2 ** 18]), [2, 2 ** 18], [1]), 0, false, false)]);
    expect(() => compilePlan(graph, { target: narrowTarget, strategies: gpuStrategies })).toThrow(
      expect.objectContaining({
        code: 'memory',
        data: expect.objectContaining({ type: { dtype: 'float32', shape: [2, 262144] }, backend: 'narrow' }),
      }),
    );
  });

  test('rejects an operator that alone binds more buffers than a step may', () => {
    const graph = graphOf((b) => [b.gather(input(b, [9, 4]), input(b, [5], 'int32'), 0)]);
    expect(() =>
      compilePlan(graph, { target: { ...narrowTarget, mostBindings: 3 }, strategies: gpuStrategies }),
    ).toThrow(
      expect.objectContaining({
        code: 'backend',
        op: 'gather',
        data: { operator: 'gather', backend: 'narrow', mostBindings: 3 },
      }),
    );
  });
});

describe('compilePlan, stepCosts and interpretPlan', () => {
  const graph = graphOf((b) => [b.exp(input(b, [3]))]);
  const plan = compilePlan(graph, { target: plainTarget });
  const x = hostArray('float32', [3], new Float32Array(3));
  // Passes an argument of a wrong type without an error of the type checker, as a caller in JavaScript can.
  const wrong = <T>(value: unknown): T => value as T;

  test.each<[string, string, object, () => unknown]>([
    ['compilePlan', 'graph', { name: 'graph' }, () => compilePlan(wrong({}), { target: plainTarget })],
    ['compilePlan', 'target', { name: 'target' }, () => compilePlan(graph, wrong({}))],
    ['compilePlan', 'options', {}, () => compilePlan(graph, wrong(undefined))],
    [
      'compilePlan',
      'donated',
      { name: 'donated[0]' },
      () => compilePlan(graph, { target: plainTarget, donated: [-1] }),
    ],
    [
      'compilePlan',
      'strategies',
      { name: 'strategies' },
      () => compilePlan(graph, { target: narrowTarget, strategies: wrong({}) }),
    ],
    ['stepCosts', 'plan', { name: 'plan' }, () => stepCosts(wrong(graph), plainTarget, routineTable)],
    ['stepCosts', 'target', { name: 'target' }, () => stepCosts(plan, wrong(undefined), routineTable)],
    ['interpretPlan', 'plan', { name: 'plan' }, () => interpretPlan(wrong(null), [x])],
    ['interpretPlan', 'inputs', { name: 'inputs' }, () => interpretPlan(plan, wrong(x))],
    ['interpretPlan', 'element of inputs', {}, () => interpretPlan(plan, [wrong(3)])],
  ])('%s rejects an invalid %s', (op, _, data, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'argument', op, data: expect.objectContaining(data) }));
  });

  test('interpretPlan rejects inputs whose types differ from those of the plan', () => {
    const longer = hostArray('float32', [4], new Float32Array(4));
    expect(() => interpretPlan(plan, [longer])).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => interpretPlan(plan, [x, x])).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('compilePlan with a limited number of bindings', () => {
  const mostBindings = (plan: Plan): number => Math.max(...plan.steps.map((step) => stepBindings(plan, step).length));

  test('computes an expression in several steps if it reads more values than a step may bind', () => {
    const plan = checkedPlan((b) => {
      const values = Array.from({ length: 13 }, () => input(b, [10]));
      return [values.reduce((product, value) => b.mul(product, value))];
    });
    expect(plan.steps.length).toBeGreaterThan(1);
    expect(mostBindings(plan)).toBeLessThanOrEqual(6);
  });

  test('computes a reduction in several steps if its operand is an expression of too many values', () => {
    const plan = checkedPlan((b) => {
      const values = Array.from({ length: 13 }, () => input(b, [10, 9]));
      return [
        b.reduceSum(
          values.reduce((product, value) => b.mul(product, value)),
          [1],
        ),
      ];
    });
    expect(mostBindings(plan)).toBeLessThanOrEqual(6);
  });

  test('updates donated inputs in one kernel, because an output and the input that it overwrites need one binding', () => {
    const plan = checkedPlan(
      (b) => {
        const [p, m, v, g] = [0, 1, 2, 3].map(() => input(b, [40]));
        const [m2, v2] = [b.add(m, g), b.add(v, b.mul(g, g))];
        return [b.sub(p, b.mul(m2, v2)), m2, v2];
      },
      narrowTarget,
      [0, 1, 2],
    );
    expect(plan.steps).toHaveLength(1);
    expect(stepBindings(plan, plan.steps[0])).toHaveLength(4);
  });

  test('updates inputs that are not donated in several kernels, because inputs and outputs need separate bindings', () => {
    const plan = checkedPlan((b) => {
      const [p, m, v, g] = [0, 1, 2, 3].map(() => input(b, [40]));
      const [m2, v2] = [b.add(m, g), b.add(v, b.mul(g, g))];
      return [b.sub(p, b.mul(m2, v2)), m2, v2];
    });
    expect(plan.steps.length).toBeGreaterThan(1);
  });

  test('includes the record of index errors in the bindings of a step that checks indices', () => {
    const plan = checkedPlan((b) => [b.gather(input(b, [9, 4]), input(b, [5], 'int32'), 0)]);
    expect(stepBindings(plan, plan.steps[0]).map(({ root }) => root)).toEqual([1, 0, 2, null]);
  });
});

describe('compilePlan without strategies', () => {
  const graph = graphOf((b) => [b.neg(input(b, [3]))]);

  test.each<[string, Partial<PlanTarget>]>([
    ['parallel tasks', { parallelTasks: 2 }],
    ['one loop nest per kernel', { nestsInOrder: false }],
    ['a limit of bindings per step', { mostBindings: 8 }],
    ['a limit of bytes per buffer', { largestBuffer: 2 ** 20 }],
  ])('rejects a target with %s', (_, limit) => {
    const target = { ...plainTarget, ...limit };
    expect(() => compilePlan(graph, { target })).toThrow(
      expect.objectContaining({
        code: 'argument',
        message: expect.stringContaining('strategies: gpuStrategies'),
        data: { name: 'strategies', target: 'plain' },
      }),
    );
    expect(compilePlan(graph, { target, strategies: gpuStrategies }).steps).toHaveLength(1);
  });

  test('compiles for a target without limits as it does with strategies', () => {
    const graphs = [
      graphOf((b) => [b.reduceSum(input(b, [64]), [0])]),
      graphOf((b) => [b.pad(input(b, [3, 4]), b.constant(2, 'float32'), [1, 0], [0, 2], [1, 2])]),
      graphOf((b) => [b.scatterND(input(b, [6, 2]), input(b, [5, 1], 'int32'), input(b, [5, 2]), 'add')]),
      graphOf((b) => [b.dot(input(b, [2, 40]), input(b, [40, 1]), [], [[1, 0]])]),
    ];
    for (const one of graphs) {
      expect(compilePlan(one, { target: plainTarget, strategies: gpuStrategies })).toEqual(
        compilePlan(one, { target: plainTarget }),
      );
    }
  });
});

describe('compilePlan for targets with one loop nest per kernel', () => {
  test('compiles a pad to one kernel, whose elements select operand or padding', () => {
    const plan = checkedPlan((b) => [b.pad(input(b, [3, 4]), b.constant(2, 'float32'), [1, 0], [0, 2], [1, 2])]);
    expect(namesOf(plan)).toEqual(['pad']);
  });

  test('compiles a concat to one kernel, whose elements select their operand', () => {
    const plan = checkedPlan((b) => {
      const [x, y, z] = [4, 0, 2].map((columns) => input(b, [3, columns]));
      return [b.concat([b.exp(x), y, z], 1)];
    });
    expect(namesOf(plan)).toEqual(['concat']);
  });

  test('compiles a concat to one kernel per operand if one kernel would bind too many buffers', () => {
    const plan = checkedPlan((b) => [
      b.concat(
        Array.from({ length: 9 }, (_, i) => input(b, [3, i + 1])),
        1,
      ),
    ]);
    expect(namesOf(plan)).toEqual(new Array(9).fill('concat'));
  });

  test('compiles a concat of too many operands for one kernel to one kernel per operand, even if loop nests run in order', () => {
    const write: Write = (b) => [
      b.concat(
        Array.from({ length: 9 }, (_, i) => input(b, [3, i + 1])),
        1,
      ),
    ];
    expect(checkedPlan(write, { ...narrowTarget, nestsInOrder: true }).steps).toHaveLength(9);
    expect(checkedPlan(write, plainTarget).steps).toHaveLength(1);
  });

  test('writes only the updated window of a dynamicUpdateSlice if the operand is donated, otherwise all elements', () => {
    const update: Write = (b) => [b.dynamicUpdateSlice(input(b, [8, 4]), input(b, [2, 4]), input(b, [2], 'int32'))];
    const elements = (plan: Plan): number => sizeOf(loopsOf(kernelsOf(plan)[0]).map(({ extent }) => extent));
    expect(elements(checkedPlan(update))).toBe(32);
    expect(elements(checkedPlan(update, narrowTarget, [0]))).toBe(8);
  });
});

describe('compilePlan of scatters', () => {
  const scatter =
    (updates: number, columns: number): Write =>
    (b) => [b.scatterND(input(b, [6, columns]), input(b, [updates, 1], 'int32'), input(b, [updates, columns]), 'add')];

  test('loops over the result if there are few columns: each element searches for its updates', () => {
    const [kernel, ...others] = kernelsOf(checkedPlan(scatter(5, 2)));
    expect(others).toEqual([]);
    expect(axesOf(kernel)).toEqual(['parallel', 'parallel', 'sequential']);
  });

  test('loops over the updates if there are enough columns to run in parallel', () => {
    const [fill, join] = kernelsOf(checkedPlan(scatter(5, 8)));
    expect(axesOf(fill)).toEqual(['parallel']);
    expect(axesOf(join)).toEqual(['parallel', 'sequential']);
  });

  test('loops over the updates if a search by each element would need too many comparisons', () => {
    const plan = checkedPlan(scatter(90, 2));
    expect(kernelsOf(plan).map(axesOf)).toEqual([['parallel'], ['parallel', 'sequential']]);
  });

  test('keeps the last of several updates that set the same element', () => {
    checkedPlan((b) => [b.scatterElements(input(b, [6]), input(b, [12], 'int32'), input(b, [12]), 0, 'set')]);
  });
});

describe('compilePlan for parallel targets', () => {
  test('splits a sum with few results into two stages', () => {
    const plan = checkedPlan((b) => [b.reduceSum(input(b, [64]), [0])]);
    expect(kernelsOf(plan).map(({ axes }) => axes.map(({ extent }) => extent))).toEqual([
      [8, 8],
      [1, 8],
    ]);
  });

  test('combines the remainder of a split reduction last', () => {
    const plan = checkedPlan((b) => {
      const [x, y] = [0, 1].map(() => input(b, [67]));
      return [b.reduceProd(x, [0]), b.reduceMax(y, [0])];
    });
    expect(plan.steps.length).toBeGreaterThan(2);
  });

  test('splits a reduction by whole axes if they are long enough', () => {
    const plan = checkedPlan((b) => [b.reduceSum(input(b, [3, 3, 5]), [0, 2])]);
    expect(kernelsOf(plan)).toHaveLength(2);
    expect(plan.slots.some(({ elements, place }) => place.kind === 'arena' && elements === 9)).toBe(true);
  });

  test.each([true, false])(
    'finds the first of several equal extrema in an argMax or argMin that is split into parts (largest: %s)',
    (largest) => {
      for (const length of [64, 67]) {
        const op = largest ? 'argMax' : 'argMin';
        const plan = compilePlan(
          graphOf((b) => b.emit(op, [input(b, [length])], { axis: 0 })),
          { target: narrowTarget, strategies: gpuStrategies },
        );
        expect(plan.steps.length).toBeGreaterThan(1);
        for (const values of [
          [66, 3, 3],
          [40, 66],
          [3, 40],
        ]) {
          const x = new Float32Array(length);
          for (const index of values) if (index < length) x[index] = largest ? 1 : -1;
          const first = Math.min(...values.filter((index) => index < length));
          const run = (elements: Float32Array): number =>
            interpretPlan(plan, [hostArray('float32', [length], elements)], { target: narrowTarget })[0].data[0];
          expect(run(x)).toBe(first);
          x[length - 1] = Number.NaN;
          expect(run(x)).toBe(length - 1);
          x[20] = Number.NaN;
          expect(run(x)).toBe(20);
        }
        expect(
          interpretPlan(plan, [
            hostArray('float32', [length], new Float32Array(length).fill(largest ? -Infinity : Infinity)),
          ])[0].data[0],
        ).toBe(0);
      }
    },
  );

  test('splits a product with few results into partial products and their sum', () => {
    const plan = checkedPlan((b) => [b.dot(input(b, [2, 40]), input(b, [40, 1]), [], [[1, 0]])]);
    expect(only(plan, 'routine').attributes).toMatchObject({ batch: [4] });
    expect(kernelsOf(plan)).toHaveLength(1);
  });

  test('computes the remainder of a split product as another product', () => {
    const plan = checkedPlan((b) => [b.dot(input(b, [1, 43]), input(b, [43, 1]), [], [[1, 0]])]);
    expect(plan.steps.filter((step) => step.kind === 'routine' && step.name === 'dot')).toHaveLength(2);
  });

  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('splits running sums of few rows into parts (reverse: %s, exclusive: %s)', (reverse, exclusive) => {
    for (const shape of [[43], [2, 40], [40, 2], [170]]) {
      const axis = shape.indexOf(Math.max(...shape));
      const plan = checkedPlan((b) => [b.cumSum(input(b, shape), axis, reverse, exclusive)]);
      expect(kernelsOf(plan).length).toBeGreaterThan(1);
    }
  });

  test('counts lanes that share a reduction along the innermost axis as parallel iterations', () => {
    const shared = { ...narrowTarget, reductionLanes: narrowTarget.parallelTasks };
    const stepsFor = (axis: number): number =>
      checkedPlan((b) => [b.reduceSum(input(b, axis === 1 ? [2, 40] : [40, 2]), [axis])], shared).steps.length;
    expect(stepsFor(1)).toBe(1);
    expect(stepsFor(0)).toBe(2);
  });

  test('does not split reductions for a target with parallelTasks: 1', () => {
    const plan = checkedPlan((b) => [b.reduceSum(input(b, [67]), [0])], plainTarget);
    expect(plan.steps).toHaveLength(1);
  });
});

describe('compilePlan for a target with 32-bit words and separate buffers', () => {
  test('stores one word per uint8 or bool, except that uint8 inputs stay packed', () => {
    const graph = graphOf((b) => {
      const x = b.input({ dtype: 'uint8', shape: [5] });
      return [b.add(x, x), b.equal(x, x)];
    });
    const { slots } = compilePlan(graph, { target: narrowTarget, donated: [0], strategies: gpuStrategies });
    expect(slots.map(({ bytes, packed }) => ({ bytes, packed }))).toEqual([
      { bytes: 8, packed: true },
      { bytes: 20, packed: false },
      { bytes: 20, packed: false },
    ]);
  });

  test('unpacks packed inputs for routines', () => {
    const graph = graphOf((b) => b.topK(b.input({ dtype: 'uint8', shape: [4, 9] }), 2, 1, true));
    const plan = compilePlan(graph, { target: narrowTarget, strategies: gpuStrategies });
    expect(plan.slots[only(plan, 'routine').operands[0]].packed).toBe(false);
    const x = hostArray(
      'uint8',
      [4, 9],
      new Uint8Array(36).map((_, i) => (i * 7) % 23),
    );
    const [expected] = interpret(graph, [x]);
    expect([...interpretPlan(plan, [x], { target: narrowTarget })[0].data]).toEqual([...expected.data]);
  });

  test('stores a chain of five intermediate values in two buffers', () => {
    const plan = checkedPlan((b) => {
      let x = input(b, [4, 4]);
      for (let i = 0; i < 6; i++) x = b.cumSum(x, 0, false, false);
      return [x];
    });
    expect(plan.arenas).toEqual([64, 64]);
  });
});

describe('compilePlan of loops', () => {
  const sums = (length: number): Write => {
    const inner = graphBuilder();
    const [carry, x] = [0, 1].map(() => inner.input({ dtype: 'float32', shape: [length] }));
    const next = inner.add(carry, x);
    const body = inner.finish([next, next]);
    return (b) =>
      b.scan([input(b, [length]), input(b, [4, length])], { body, carries: 1, xs: 1, length: 4, reverse: true });
  };
  const slicedOf = (plan: Plan): readonly boolean[] => only(plan, 'loop').loop.body.slots.map(({ sliced }) => sliced);

  test('binds the whole array if the offsets of its slices are not aligned', () => {
    expect(slicedOf(checkedPlan(sums(3)))).toEqual([false, true, false, true]);
  });

  test('binds only the slice if the offsets of all slices are aligned', () => {
    expect(slicedOf(checkedPlan(sums(64)))).toEqual([false, false, false, false]);
  });

  test('binds the whole array in a nested loop too, whose slices are slices of a slice', () => {
    const deepest = graphBuilder();
    const [sum, element] = [0, 1].map(() => deepest.input({ dtype: 'float32', shape: [] }));
    const deepBody = deepest.finish([deepest.add(sum, element)]);
    const inner = graphBuilder();
    const [carry, row] = [inner.input({ dtype: 'float32', shape: [] }), inner.input({ dtype: 'float32', shape: [3] })];
    const body = inner.finish(
      inner.scan([carry, row], { body: deepBody, carries: 1, xs: 1, length: 3, reverse: false }),
    );
    const plan = checkedPlan((b) =>
      b.scan([input(b, []), input(b, [4, 3])], { body, carries: 1, xs: 1, length: 4, reverse: false }),
    );
    expect(slicedOf(only(plan, 'loop').loop.body)[1]).toBe(true);
  });

  const doubling = (most: number | null): Write => {
    const test = graphBuilder();
    const [x, limit] = [0, 1].map(() => test.input({ dtype: 'float32', shape: [] }));
    const tested = test.finish([test.less(x, limit)]);
    const inner = graphBuilder();
    const [y] = [0, 1].map(() => inner.input({ dtype: 'float32', shape: [] }));
    const body = inner.finish([inner.add(inner.add(y, y), inner.constant(1, 'float32'))]);
    return (b) => {
      const start = b.abs(input(b, []));
      const end = b.constant(100, 'float32');
      return b.while([start, end], { test: tested, body, carries: 1, maxTrips: most });
    };
  };

  test.each([0, 1, 3, 50, null])(
    'lets the device or the host decide when a while loop of at most %s iterations ends, as the target demands',
    (most) => {
      expect(only(checkedPlan(doubling(most)), 'loop').loop.decisions).toBe('device');
      expect(only(checkedPlan(doubling(most), plainTarget), 'loop').loop.decisions).toBe('host');
    },
  );
});

describe('compilePlan for a target whose routines widen operands', () => {
  const product: Write = (b) => [b.dot(input(b, [3, 8], 'float16'), b.cast(input(b, [8, 5]), 'float16'), [], [[1, 0]])];

  test('passes float16 operands to routines without storing them in float32', () => {
    const dtypesOf = ({ slots }: Plan) => slots.map(({ dtype }) => dtype).sort();
    const widening = compilePlan(graphOf(product), { target: { ...plainTarget, widensOperands: true } });
    expect(dtypesOf(widening)).toEqual(['float16', 'float16', 'float16', 'float32']);
    // The operands in float32, besides that which the input has.
    expect(
      dtypesOf(compilePlan(graphOf(product), { target: plainTarget })).filter((each) => each === 'float32'),
    ).toHaveLength(3);
  });

  test('computes the same results as without', () => {
    const graph = graphOf(product);
    const inputs = [3 * 8, 8 * 5].map((length, i) =>
      hostArray(
        i === 0 ? 'float16' : 'float32',
        [
          [3, 8],
          [8, 5],
        ][i],
        Float32Array.from({ length }, (_, j) => (j % 7) / 8),
      ),
    );
    const [expected] = interpret(graph, inputs);
    for (const widensOperands of [true, false]) {
      const target = { ...plainTarget, widensOperands };
      const [found] = interpretPlan(compilePlan(graph, { target }), inputs, { target });
      expect(found.data).toEqual(expected.data);
    }
  });
});

describe('compilePlan of branches', () => {
  const choice = (write: (b: GraphBuilder, x: Value, i: Value) => Value): Write => {
    const branch = (make: (b: GraphBuilder, x: Value, i: Value) => Value): Graph => {
      const b = graphBuilder();
      return b.finish([make(b, input(b, [8]), input(b, [8], 'int32'))]);
    };
    return (b) => {
      const [x, i] = [input(b, [8]), input(b, [8], 'int32')];
      const condition = b.less(b.reduceSum(x, [0]), b.constant(0, 'float32'));
      return b.cond(
        condition,
        [x, i],
        branch(write),
        branch((inner, y) => inner.neg(y)),
      );
    };
  };

  test('computes both cases of a cheap branch and selects one result', () => {
    expect(namesOf(checkedPlan(choice((b, x) => b.add(x, x))))).not.toContain('branch');
  });

  test('keeps an expensive branch', () => {
    const expensive = choice((b, x) => Array.from({ length: 20 }).reduce((y: Value) => b.exp(y), x));
    expect(only(checkedPlan(expensive), 'branch').branch.decisions).toBe('device');
  });

  test('keeps a branch that checks indices, because the case that is not selected must not report errors', () => {
    expect(namesOf(checkedPlan(choice((b, x, i) => b.gather(x, i, 0))))).toContain('branch');
  });

  test('keeps a branch with a reduction, so that the order of its sum does not change', () => {
    const reducing = choice((b, x) => b.expand(b.reduceSum(x, [0]), [8], []));
    expect(namesOf(checkedPlan(reducing))).toContain('branch');
  });

  test('computes all cases of nested cheap branches and selects one result', () => {
    const nested = choice((b, x) => {
      const positive = b.less(b.constant(0, 'float32'), b.reshape(b.slice(x, [0], [1], [1]), []));
      const inner = (write: (c: GraphBuilder, y: Value) => Value): Graph => {
        const c = graphBuilder();
        return c.finish([write(c, input(c, [8]))]);
      };
      return b.cond(
        positive,
        [x],
        inner((c, y) => c.neg(y)),
        inner((c, y) => c.abs(y)),
      )[0];
    });
    expect(namesOf(checkedPlan(nested))).not.toContain('branch');
  });
});
