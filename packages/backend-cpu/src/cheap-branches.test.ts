import { expect, test } from '@jest/globals';
import { compilePlan, type Plan } from '@manabi/compiler';
import { type Graph, type GraphBuilder, graphBuilder, sizeOf, type Value } from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import { emitPlan } from './emit-plan.ts';
import { Allocator } from './memory/allocator.ts';
import { emitters } from './routines/at-once.ts';
import { LoadedPlan, SharedArena } from './runtime/loaded-plan.ts';
import { cpuTarget } from './target.ts';

const type = { dtype: 'float32', shape: [3, 5] } as const;

function branch(write: (b: GraphBuilder, x: Value, y: Value) => Value): Graph {
  const b = graphBuilder();
  return b.finish([write(b, b.input(type), b.input(type))]);
}

/**
 * Returns a graph with a small branch between reductions and transposes, whose bits depend on the order of elements in
 * memory.
 */
function graph(): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input(type), b.input({ dtype: 'float32', shape: [5, 3] })];
  const before = b.mul(x, b.transpose(y, [1, 0]));
  const condition = b.less(b.reduceSum(before, [0, 1]), b.constant(0, 'float32'));
  const [chosen] = b.cond(
    condition,
    [before, x],
    branch((inner, u, v) => inner.mul(inner.add(u, v), v)),
    branch((inner, u, v) => inner.sub(u, inner.mul(v, v))),
  );
  const after = b.mul(chosen, before);
  return b.finish([b.reduceSum(after, [1]), b.reduceSum(b.transpose(after, [1, 0]), [1]), b.reduceSum(chosen, [0, 1])]);
}

/** Runs a plan on random inputs and returns the bits of all outputs. */
function run(plan: Plan, seed: number): readonly (readonly number[])[] {
  const allocator = new Allocator();
  const loaded = new LoadedPlan(allocator, new SharedArena(allocator), emitPlan(plan, emitters));
  const random = randomSource(seed);
  const allocate = (elements: number) => allocator.allocate(4 * elements);
  const inputs = plan.inputs.map(({ shape }) => {
    const block = allocate(sizeOf(shape));
    allocator.memory.write('float32', block.address, random.float32Array(sizeOf(shape), -1, 1));
    return block;
  });
  const outputs = plan.outputs.map(({ shape }) => allocate(sizeOf(shape)));
  loaded.run(inputs, outputs);
  return plan.outputs.map(({ shape }, i) => [...allocator.memory.read('int32', outputs[i].address, sizeOf(shape))]);
}

test('a cond whose two branches are both computed returns the same bits as one that runs the chosen branch', () => {
  const selecting = compilePlan(graph(), { target: cpuTarget });
  const choosing = compilePlan(graph(), { target: { ...cpuTarget, costs: { ...cpuTarget.costs, branch: 0 } } });
  expect(selecting.steps.map(({ kind }) => kind)).not.toContain('branch');
  expect(choosing.steps.map(({ kind }) => kind)).toContain('branch');
  for (let seed = 0; seed < 20; seed++) expect(run(selecting, seed)).toEqual(run(choosing, seed));
});
