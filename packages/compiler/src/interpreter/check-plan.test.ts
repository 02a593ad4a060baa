import { describe, expect, test } from '@jest/globals';
import { axisIndex, constantIndex, hostArray, type IndexExpr, scaleIndex } from '@manabi/ir';
import { narrowTarget, plainTarget } from '../plain-target.fixture.ts';
import type { Axis, Block, Kernel, Statement } from '../plan/kernel.ts';
import type { Plan, Slot, SlotPlace } from '../plan/plan.ts';
import { stepBindings } from '../plan/step-bindings.ts';
import { checkPlan } from './check-plan.ts';
import { interpretPlan } from './interpret-plan.ts';

const float8 = { dtype: 'float32', shape: [8] } as const;

function slot(place: SlotPlace, facts: Partial<Slot> = {}): Slot {
  return { dtype: 'float32', elements: 8, bytes: 32, packed: false, sliced: false, place, ...facts };
}

const inputSlot = slot({ kind: 'input', input: 0 });
const outputSlot = slot({ kind: 'output', output: 0, reuses: null });

function planOf(slots: readonly Slot[], ...kernels: readonly Kernel[]): Plan {
  return {
    slots,
    steps: kernels.map((kernel) => ({ kind: 'kernel', kernel })),
    arenas: [64, 64],
    inputs: [float8],
    outputs: [float8],
    sites: [],
  };
}

/** Returns a kernel statement: a loop that copies 8 elements from one slot to another. */
function copy(
  from: number,
  to: number,
  index: (i: IndexExpr) => IndexExpr = (i) => i,
  kind: Axis['kind'] = 'parallel',
): Kernel {
  return nests([{ kind, extent: 8 }], copyLoop(0, from, to, index));
}

function copyLoop(axis: number, from: number, to: number, index: (i: IndexExpr) => IndexExpr): Statement {
  const i = axisIndex(axis, 8);
  return {
    kind: 'loop',
    axis,
    body: [
      { kind: 'define', scalar: axis, instruction: { kind: 'load', slot: from, index: i } },
      { kind: 'store', slot: to, index: index(i), value: axis, combine: 'set' },
    ],
  };
}

function nests(axes: readonly Axis[], ...body: Block): Kernel {
  return { name: 'copy', axes, scalars: axes.map(() => 'float32'), accumulators: [], body };
}

const reversed = (i: IndexExpr): IndexExpr => {
  const { terms } = scaleIndex(i, -1);
  return { constant: 7, terms };
};

const broken = expect.objectContaining({ code: 'graph', op: 'checkPlan' });

describe('checkPlan rejects', () => {
  test('a step that binds more buffers than the target allows', () => {
    const inputs = Array.from({ length: 7 }, (_, input) => slot({ kind: 'input', input }));
    const body = inputs.map((_, axis) => copyLoop(axis, axis, 7, (i) => i));
    const kernel = nests(
      inputs.map(() => ({ kind: 'parallel', extent: 8 }) as const),
      ...body,
    );
    const target = { ...narrowTarget, nestsInOrder: true };
    expect(() => checkPlan(planOf([...inputs, outputSlot], kernel), target)).toThrow(broken);
    expect(() => checkPlan(planOf([...inputs, outputSlot], kernel), { ...target, mostBindings: 8 })).not.toThrow();
  });

  test('a kernel with two loop nests, unless the target runs loop nests in order', () => {
    const axes = [0, 1].map(() => ({ kind: 'parallel', extent: 8 }) as const);
    const kernel = nests(
      axes,
      copyLoop(0, 0, 1, (i) => i),
      copyLoop(1, 0, 1, (i) => i),
    );
    expect(() => checkPlan(planOf([inputSlot, outputSlot], kernel), narrowTarget)).toThrow(broken);
    expect(() => checkPlan(planOf([inputSlot, outputSlot], kernel), plainTarget)).not.toThrow();
  });

  test('a step that reads and writes the same buffer through two slots', () => {
    const tenants = [0, 0].map((arena) => slot({ kind: 'arena', arena, offset: 0 }));
    expect(() => checkPlan(planOf([inputSlot, outputSlot, ...tenants], copy(2, 3)), narrowTarget)).toThrow(broken);
    const apart = [0, 1].map((arena) => slot({ kind: 'arena', arena, offset: 0 }));
    expect(() => checkPlan(planOf([inputSlot, outputSlot, ...apart], copy(2, 3)), narrowTarget)).not.toThrow();
  });

  test('a value at an offset that violates the alignment of the target', () => {
    const tenant = slot({ kind: 'arena', arena: 0, offset: 32 });
    expect(() => checkPlan(planOf([inputSlot, outputSlot, tenant], copy(0, 2)), narrowTarget)).toThrow(broken);
  });

  test('a value that ends beyond its arena', () => {
    const tenant = slot({ kind: 'arena', arena: 0, offset: 0 }, { elements: 32, bytes: 128 });
    expect(() => checkPlan(planOf([inputSlot, outputSlot, tenant], copy(0, 2)), narrowTarget)).toThrow(broken);
  });

  test('a slot whose dtype the target does not support or stores in another size', () => {
    const bytes = slot({ kind: 'input', input: 0 }, { dtype: 'bool', bytes: 8 });
    expect(() => checkPlan(planOf([bytes, outputSlot]), narrowTarget)).toThrow(broken);
    expect(() => checkPlan(planOf([bytes, outputSlot]), plainTarget)).not.toThrow();
    const wide = slot({ kind: 'input', input: 0 }, { dtype: 'float64', bytes: 64 });
    expect(() => checkPlan(planOf([wide, outputSlot]), narrowTarget)).toThrow(broken);
  });

  test('a packed slot that a step writes or that is not an input', () => {
    const packed = { dtype: 'uint8', bytes: 8, packed: true } as const;
    const input = slot({ kind: 'input', input: 0 }, packed);
    expect(() => checkPlan(planOf([input, outputSlot], copy(0, 1)), narrowTarget)).not.toThrow();
    expect(() => checkPlan(planOf([input, outputSlot], copy(1, 0)), narrowTarget)).toThrow(broken);
    expect(() => checkPlan(planOf([inputSlot, slot(outputSlot.place, packed)]), narrowTarget)).toThrow(broken);
  });

  test('a value larger than the target can bind', () => {
    const large = slot({ kind: 'input', input: 0 }, { elements: 2 ** 20, bytes: 2 ** 22 });
    expect(() => checkPlan(planOf([large, outputSlot]), narrowTarget)).toThrow(broken);
  });
});

describe('interpretPlan with a target', () => {
  const x = hostArray(
    'float32',
    [8],
    new Float32Array(8).map((_, i) => i),
  );
  const run = (plan: Plan): readonly number[] => [...interpretPlan(plan, [x], { target: plainTarget })[0].data];
  const race = expect.objectContaining({ code: 'graph', op: 'interpretKernel' });

  test('reports a race between two parallel iterations that write the same element', () => {
    const toOne = (): IndexExpr => constantIndex(0);
    expect(() => run(planOf([inputSlot, outputSlot], copy(0, 1, toOne)))).toThrow(race);
    expect(run(planOf([inputSlot, outputSlot], copy(0, 1, toOne, 'sequential')))[0]).toBe(7);
  });

  test('reports a race if a parallel iteration reads an element that another one overwrites', () => {
    const inPlace = slot({ kind: 'output', output: 0, reuses: 0 });
    expect(() => run(planOf([inputSlot, inPlace], copy(0, 1, reversed)))).toThrow(race);
    expect(run(planOf([inputSlot, inPlace], copy(0, 1)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('makes a value unusable once a later value reuses its memory, as on a backend', () => {
    const [early, late] = [0, 0].map((arena) => slot({ kind: 'arena', arena, offset: 0 }));
    const slots = [inputSlot, outputSlot, early, late];
    expect(run(planOf(slots, copy(0, 2), copy(2, 1), copy(0, 3)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(run(planOf(slots, copy(0, 2), copy(0, 3), copy(2, 1)))).toEqual(new Array(8).fill(Number.NaN));
  });
});

describe('stepBindings', () => {
  test('lists an output and the input that it overwrites as one binding that is read and written', () => {
    const plan = planOf([inputSlot, slot({ kind: 'output', output: 0, reuses: 0 })], copy(0, 1));
    expect(stepBindings(plan, plan.steps[0])).toEqual([{ root: 0, read: true, written: true }]);
  });

  test('lists two values that share an arena as one binding', () => {
    const tenants = [0, 32].map((offset) => slot({ kind: 'arena', arena: 0, offset }));
    const plan = planOf([inputSlot, outputSlot, ...tenants], copy(2, 3));
    expect(stepBindings(plan, plan.steps[0])).toEqual([{ root: 2, read: true, written: true }]);
  });

  test('lists the record of index errors for a step that checks indices', () => {
    const checked: Kernel = {
      ...copy(0, 1),
      scalars: ['int32', 'int32'],
      body: [
        { kind: 'define', scalar: 0, instruction: { kind: 'constant', value: 0 } },
        { kind: 'define', scalar: 1, instruction: { kind: 'checkedIndex', operand: 0, extent: 1, site: 0 } },
      ],
    };
    const plan = planOf([inputSlot, outputSlot], checked);
    expect(stepBindings(plan, plan.steps[0])).toEqual([{ root: null, read: true, written: true }]);
  });
});
