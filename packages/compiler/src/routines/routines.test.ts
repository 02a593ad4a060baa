import { describe, expect, test } from '@jest/globals';
import {
  type Attributes,
  type DType,
  dtypes,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  hostArray,
  inputTypes,
  type Node,
  sizeOf,
  unravelIndex,
  type Value,
} from '@manabi/ir';
import { interpret, references } from '@manabi/ir/reference';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { compilePlan } from '../compile.ts';
import type { IndexedGraph } from '../graph/element.ts';
import { expressionPattern } from '../graph/expression-pattern.ts';
import type { Routine, RoutineTable } from '../graph/routine.ts';
import { interpretPlan } from '../interpreter/interpret-plan.ts';
import { narrowTarget, plainTarget } from '../plain-target.fixture.ts';
import type { Plan } from '../plan/plan.ts';
import { printPlan, printStep } from '../report/print-plan.ts';
import { stepCosts } from '../report/step-costs.ts';
import { gpuStrategies } from '../strategies/gpu-strategies.ts';
import type { PlanTarget } from '../target.ts';
import { type RoutineInterpreter, type RoutineInterpreters, routineInterpreters } from './interpreters.ts';
import { routineTable } from './table.ts';

interface Rows {
  readonly rows: number;
  readonly length: number;
}

/**
 * Routine for sums of products along rows. It computes both expressions that its pattern finds and calls of the
 * composite `innerProducts` in float32.
 */
const rowDot: Routine<Rows> = {
  name: 'rowDot',
  covers: {
    operators: [],
    composites: ['innerProducts'],
    pattern: expressionPattern(sumOfProducts),
    accepts: (graph, { results: [result] }) => graph.types[result].dtype === 'float32',
  },
  operands: ['rows', 'rows'],
  standardForm: null,
  attributes: ({ operands: [{ shape }] }) => rowsOf(shape),
  epilogue: {
    axes: ({ rows }) => [rows],
    index: ([row], _attributes, { results: [{ shape }] }) => unravelIndex(row, shape),
  },
  cost: ({ rows, length }) => ({
    name: `${rows}x${length}`,
    operations: 2 * rows * length,
    reads: [rows * length, rows * length],
  }),
  print: ({ rows, length }, [x, y]) => `${rows}x${length}: ${x} times ${y}`,
};

const interpretRowDot: RoutineInterpreter<Rows> = {
  run: ({ rows, length }, { operands: [x, y], finish }) => {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = row * length; i < (row + 1) * length; i++) sum += x[i] * y[i];
      finish([row], sum);
    }
  },
};

/** Routine for the squared error of each row and its gradient: it has two results and no epilogue. */
const errorAndGradient: Routine<Rows> = {
  name: 'errorAndGradient',
  covers: { operators: [], composites: ['meanSquares'], pattern: null, accepts: null },
  operands: ['rows', 'strided'],
  standardForm: null,
  attributes: ({ operands: [{ shape }] }) => rowsOf(shape),
  epilogue: null,
  cost: ({ rows, length }) => ({ name: `${rows}`, operations: 3 * rows * length, reads: [rows * length, length] }),
  print: ({ rows, length }, operands, results) => `${results.join(', ')} = ${rows}x${length} ${operands.join(', ')}`,
};

const interpretErrorAndGradient: RoutineInterpreter<Rows> = {
  run: ({ rows, length }, { operands: [x, label], results: [errors, gradient] }) => {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0; i < length; i++) {
        const difference = x[row * length + i] - label[i];
        gradient[row * length + i] = 2 * difference;
        sum += difference * difference;
      }
      errors[row] = sum;
    }
  },
};

/**
 * Routine for convolutions with 3x3 windows only, such as one by Winograd's algorithm. All other convolutions are
 * computed by `dot`.
 */
const smallWindows: Routine<Convolution> = {
  name: 'smallWindows',
  covers: {
    operators: ['conv'],
    composites: [],
    pattern: null,
    accepts: ({ types }, { operands: [, filters] }) =>
      types[filters].shape.slice(2).every((extent) => extent === 3) && types[filters].shape.length === 4,
  },
  operands: ['rows', 'rows'],
  standardForm: null,
  attributes: ({ node, operands, results: [{ shape }] }) => {
    if (node.op !== 'conv') throw new Error(`smallWindows does not cover ${node.op}.`);
    return { of: node.attributes, shapes: operands.map((operand) => operand.shape), result: shape };
  },
  epilogue: null,
  cost: ({ result }) => ({ name: result.join('x'), operations: 9 * sizeOf(result), reads: [0, 0] }),
  print: ({ result }, operands) => `${result.join('x')} of ${operands.join(', ')}`,
};

interface Convolution {
  readonly of: Attributes['conv'];
  readonly shapes: readonly (readonly number[])[];
  readonly result: readonly number[];
}

const interpretSmallWindows: RoutineInterpreter<Convolution> = {
  run: ({ of, shapes, result }, { operands, results }) => {
    const dtype: DType = 'float32';
    const [{ data }] = references.conv(
      operands.map((elements, i) => ({ dtype, shape: shapes[i], data: elements })),
      of,
      [{ dtype, shape: result }],
      () => [],
    );
    results[0].set(data);
  },
};

const table: RoutineTable = { ...routineTable, rowDot, errorAndGradient, smallWindows };
const interpreters: RoutineInterpreters = {
  ...routineInterpreters,
  rowDot: interpretRowDot,
  errorAndGradient: interpretErrorAndGradient,
  smallWindows: interpretSmallWindows,
};

function rowsOf(shape: readonly number[]): Rows {
  return { rows: sizeOf(shape.slice(0, -1)), length: shape[shape.length - 1] };
}

/** Returns the two factors if a node is a sum of products along the last axis; otherwise null. */
function sumOfProducts({ makers, types }: IndexedGraph, node: Node): readonly Value[] | null {
  if (node.op !== 'reduceSum') return null;
  const [joined] = node.operands;
  const product = makers[joined];
  const last = types[joined].shape.length - 1;
  if (product?.op !== 'mul' || types[joined].dtype !== 'float32') return null;
  return node.attributes.axes.length === 1 && node.attributes.axes[0] === last ? product.operands : null;
}

function graphOf(write: (b: GraphBuilder) => readonly Value[]): Graph {
  const b = graphBuilder();
  return b.finish(write(b));
}

const float = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;

/** Emits inner products of two values along their last axes. */
const innerProducts = (b: GraphBuilder, x: Value, y: Value) => b.reduceSum(b.mul(x, y), [b.shape(x).length - 1]);

/** Emits a call of a composite with the given name and body. */
function call(
  b: GraphBuilder,
  name: string,
  operands: readonly Value[],
  write: (body: GraphBuilder, inputs: readonly Value[]) => readonly Value[],
): readonly Value[] {
  const body = graphBuilder();
  const inputs = operands.map((operand) => body.input({ dtype: b.dtype(operand), shape: b.shape(operand) }));
  return b.emit('call', operands, {
    name,
    config: {},
    body: body.finish(write(body, inputs)),
    vjp: null,
    checkpoint: false,
  });
}

/**
 * Compiles a graph for a target with all routines and for a target without routines, compares the results of both plans
 * with the reference, and returns the first plan.
 */
function planOf(graph: Graph, target: PlanTarget = plainTarget): Plan {
  const random = randomSource(5);
  const inputs = inputTypes(graph).map(({ dtype, shape }) => {
    const data = dtypes[dtype].create(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = random.uniform(-1, 1);
    return hostArray(dtype, shape, data);
  });
  const expected = interpret(graph, inputs);
  const [plan] = [Object.keys(table), []].map((routines) => {
    const of = { ...target, routines };
    const compiled = compilePlan(graph, { target: of, routineTable: table, strategies: gpuStrategies });
    interpretPlan(compiled, inputs, { target: of, routineInterpreters: interpreters }).forEach(({ data }, i) => {
      assertArraysClose(data, expected[i].data, { rtol: 1e-5, atol: 1e-5 }, `output ${i}`);
    });
    return compiled;
  });
  return plan;
}

const namesOf = ({ steps }: Plan): readonly string[] =>
  steps.map((step) => (step.kind === 'kernel' ? step.kernel.name : step.kind === 'routine' ? step.name : step.kind));

describe('compilePlan with a table of routines', () => {
  const doubled = graphOf((b) => {
    const [x, y, bias] = [b.input(float(3, 4, 5)), b.input(float(3, 4, 5)), b.input(float(3, 4))];
    return [b.tanh(b.add(innerProducts(b, x, y), bias))];
  });

  test('compiles an expression that a pattern finds to one step, with the following operators as its epilogue', () => {
    const plan = planOf(doubled);
    expect(namesOf(plan)).toEqual(['rowDot']);
    expect(plan.steps[0]).toMatchObject({ operands: [0, 1], results: [], attributes: { rows: 12, length: 5 } });
    expect(plan.steps[0]).toMatchObject({ epilogue: { name: 'rowDot+tanh', axes: [{ extent: 12 }] } });
  });

  test('uses a routine with a pattern for a target that limits the number of bindings', () => {
    expect(namesOf(planOf(doubled, narrowTarget))).toContain('rowDot');
  });

  test('prints a step and estimates its costs by the functions of its routine', () => {
    const plan = planOf(doubled);
    expect(printStep(plan.steps[0], table).split('\n')[0]).toBe('rowDot 12x5: %0 times %1');
    expect(printPlan(plan, table)).toContain('step 0: rowDot 12x5');
    const [cost] = stepCosts(plan, plainTarget, table);
    expect(cost).toMatchObject({ name: 'rowDot+tanh 12x5', operations: 2 * 60 + 2 * 12, bytes: (2 * 60 + 2 * 12) * 4 });
  });

  test('stores computed and transposed operands in row-major order for a routine that requires it', () => {
    const plan = planOf(
      graphOf((b) => {
        const [x, y] = [b.input(float(5, 4)), b.input(float(4, 5))];
        return [innerProducts(b, b.transpose(x, [1, 0]), b.exp(y))];
      }),
    );
    expect(namesOf(plan).at(-1)).toBe('rowDot');
    expect(namesOf(plan).length).toBeGreaterThan(1);
  });

  test('unpacks packed inputs for a routine that reads them', () => {
    const plan = planOf(
      graphOf((b) => call(b, 'meanSquares', [b.input(float(3, 4)), b.input(float(4))], meanSquares)),
      { ...narrowTarget, packedInputs: ['float32'] },
    );
    for (const step of plan.steps) {
      if (step.kind === 'routine') expect(step.operands.map((slot) => plan.slots[slot].packed)).toEqual([false, false]);
    }
    expect(namesOf(plan)).toContain('errorAndGradient');
  });

  test('replaces expressions that a pattern finds in the body of a loop', () => {
    const body = graphOf((b) => {
      const [carry, x] = [b.input(float(3)), b.input(float(3, 5))];
      return [b.add(carry, innerProducts(b, x, b.tanh(x)))];
    });
    const graph = graphOf((b) =>
      b.scan([b.input(float(3)), b.input(float(4, 3, 5))], { body, carries: 1, xs: 1, length: 4, reverse: false }),
    );
    const [loop] = planOf(graph).steps.filter(({ kind }) => kind === 'loop');
    expect(loop).toMatchObject({ kind: 'loop' });
    if (loop.kind === 'loop') expect(namesOf(loop.loop.body)).toContain('rowDot');
  });

  test('does not replace an expression if its intermediate value is an output or is read by another node', () => {
    const read = graphOf((b) => {
      const product = b.mul(b.input(float(3, 5)), b.input(float(3, 5)));
      return [b.reduceSum(product, [1]), b.tanh(product)];
    });
    expect(namesOf(planOf(read))).not.toContain('rowDot');
    const output = graphOf((b) => {
      const product = b.mul(b.input(float(3, 5)), b.input(float(3, 5)));
      return [b.reduceSum(product, [1]), product];
    });
    expect(namesOf(planOf(output))).not.toContain('rowDot');
  });

  function meanSquares(b: GraphBuilder, [x, label]: readonly Value[]): readonly Value[] {
    const difference = b.sub(x, b.expand(label, b.shape(x), [1]));
    return [b.reduceSum(b.mul(difference, difference), [1]), b.add(difference, difference)];
  }

  test('compiles a call of a composite with two results to one step', () => {
    const plan = planOf(
      graphOf((b) => {
        const x = b.input(float(6, 4));
        const [errors, gradient] = call(b, 'meanSquares', [x, b.reverse(b.input(float(4)), [0])], meanSquares);
        return [b.exp(errors), gradient];
      }),
    );
    const step = plan.steps.find(({ kind }) => kind === 'routine');
    expect(step).toMatchObject({ name: 'errorAndGradient', epilogue: null });
    if (step?.kind === 'routine') expect(step.results).toHaveLength(2);
    // A kernel copies the reversed operand first, because a routine cannot use negative strides. The kernel `exp` reads
    // the result.
    expect(namesOf(plan)).toEqual(['reverse', 'errorAndGradient', 'exp']);
  });

  test('inlines a call that the routine does not accept', () => {
    const graph = (dtype: DType) =>
      graphOf((b) => {
        const [x, y] = [b.input({ dtype, shape: [3, 5] }), b.input({ dtype, shape: [3, 5] })];
        return call(b, 'innerProducts', [x, y], (body, [u, v]) => [innerProducts(body, u, v)]);
      });
    expect(namesOf(planOf(graph('float32')))).toEqual(['rowDot']);
    expect(namesOf(planOf(graph('float64')))).toEqual(['reduceSum']);
  });

  test('inlines a call with more operands than the routine takes', () => {
    const graph = graphOf((b) => {
      const [x, y] = [b.input(float(3, 5)), b.input(float(3, 5))];
      return call(b, 'innerProducts', [x, y, x], (body, [u, v, w]) => [
        body.reduceMax(body.mul(u, body.mul(v, w)), [1]),
      ]);
    });
    expect(namesOf(planOf(graph))).toEqual(['reduceMax']);
  });

  test('rejects a routine that has both an epilogue and two results', () => {
    const broken: Routine<Rows> = { ...errorAndGradient, epilogue: rowDot.epilogue };
    const graph = graphOf((b) => call(b, 'meanSquares', [b.input(float(3, 4)), b.input(float(4))], meanSquares));
    const target = { ...plainTarget, routines: ['broken'] };
    expect(() => compilePlan(graph, { target, routineTable: { broken } })).toThrow(/must have one result; it has 2/);
  });

  test('inlines a checkpoint even if it has the name of a composite that a routine computes', () => {
    const graph = graphOf((b) => {
      const [x, y] = [b.input(float(3, 5)), b.input(float(3, 5))];
      const body = graphOf((inner) => [
        inner.reduceMax(inner.mul(inner.input(float(3, 5)), inner.input(float(3, 5))), [1]),
      ]);
      return b.emit('call', [x, y], { name: 'innerProducts', config: {}, body, vjp: null, checkpoint: true });
    });
    expect(namesOf(planOf(graph))).toEqual(['reduceMax']);
  });

  test.each([
    ['computes an operator by the routine that accepts it', 3, ['smallWindows']],
    ['inlines the body of an operator that no routine accepts, and computes the body by another routine', 2, ['dot']],
  ] as const)('%s', (_name, window, steps) => {
    const graph = graphOf((b) => {
      const [x, filters] = [b.input(float(1, 2, 6, 6)), b.input(float(3, 2, window, window))];
      return [
        b.conv(x, filters, {
          strides: [1, 1],
          padding: [
            [0, 0],
            [0, 0],
          ],
          lhsDilation: [1, 1],
          rhsDilation: [1, 1],
          groups: 1,
        }),
      ];
    });
    expect(planOf(graph).steps.flatMap((step) => (step.kind === 'routine' ? [step.name] : []))).toEqual(steps);
  });
});

describe('an unknown routine', () => {
  const graph = graphOf((b) => [b.exp(b.input(float(2)))]);

  test('is rejected by compilePlan with a list of the known names', () => {
    const target = { ...plainTarget, routines: ['dot', 'fourier'] };
    expect(() => compilePlan(graph, { target })).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: { routine: 'fourier', known: ['dot', 'depthwise', 'winograd', 'topK', 'matMulInteger'] },
      }),
    );
  });

  test.each(['toString', '__proto__'])(
    'is rejected by compilePlan even if it has the name of a property of Object.prototype, %s',
    (name) => {
      expect(() => compilePlan(graph, { target: { ...plainTarget, routines: [name] } })).toThrow(
        expect.objectContaining({ code: 'argument' }),
      );
    },
  );

  test('is rejected by interpretPlan and printPlan if a step of the plan names it', () => {
    const step = {
      kind: 'routine',
      name: 'fourier',
      operands: [],
      results: [],
      attributes: {},
      epilogue: null,
    } as const;
    const plan = { ...compilePlan(graph, { target: plainTarget }), steps: [step] };
    const unknown = expect.objectContaining({ code: 'argument' });
    expect(() => interpretPlan(plan, [hostArray('float32', [2], Float32Array.of(1, 2))])).toThrow(unknown);
    expect(() => printPlan(plan, routineTable)).toThrow(unknown);
  });
});
