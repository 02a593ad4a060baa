// Measures the forward pass, and the forward and backward pass, of an LSTM: batch 64, 100 steps, 64 inputs and 64 units.
// Run: node tooling/run/start.mjs packages/backend-cpu/bench/lstm.ts [functions]
import { compilePlan, routineTable } from '@manabi/compiler';
import { printPlan } from '@manabi/compiler/report';
import { type Graph, gradGraph, graphBuilder, type Shape, sizeOf } from '@manabi/ir';
import { emitPlan } from '../src/emit-plan.ts';
import { Allocator, type Block } from '../src/memory/allocator.ts';
import { emitters } from '../src/routines/at-once.ts';
import { LoadedPlan, SharedArena } from '../src/runtime/loaded-plan.ts';
import { cpuTarget } from '../src/target.ts';
import { fusesMultiplyAdd } from '../src/wasm/fused.ts';
import { bestTime } from './best-time.ts';

const [batch, steps, inputs, units] = [64, 100, 64, 64];
const rounds = 20;

const float = (shape: Shape) => ({ dtype: 'float32', shape }) as const;

/**
 * Returns the body of the loop over time steps, (h, c, x, weights of x, weights of h, bias) → (h, c, h), with gates in
 * the order of Keras: i, f, c, o.
 */
function cell(): Graph {
  const b = graphBuilder();
  const shapes = [
    [batch, units],
    [batch, units],
    [batch, inputs],
    [inputs, 4 * units],
    [units, 4 * units],
    [4 * units],
  ];
  const [h, c, x, wx, wh, bias] = shapes.map((shape) => b.input(float(shape)));
  const products = b.add(b.dot(x, wx, [], [[1, 0]]), b.dot(h, wh, [], [[1, 0]]));
  const before = b.add(products, b.expand(bias, [batch, 4 * units], [1]));
  const part = (i: number) => b.slice(before, [0, i * units], [batch, (i + 1) * units], [1, 1]);
  const [input, forget, candidate, output] = [
    b.sigmoid(part(0)),
    b.sigmoid(part(1)),
    b.tanh(part(2)),
    b.sigmoid(part(3)),
  ];
  const nextC = b.add(b.mul(forget, c), b.mul(input, candidate));
  const nextH = b.mul(output, b.tanh(nextC));
  return b.finish([nextH, nextC, nextH]);
}

/** Returns the graph of the LSTM: (x [batch, steps, inputs], weights…) → sum of the squares of all outputs. */
function loss(): Graph {
  const b = graphBuilder();
  const shapes = [[batch, steps, inputs], [inputs, 4 * units], [units, 4 * units], [4 * units]];
  const [x, ...weights] = shapes.map((shape) => b.input(float(shape)));
  const zero = b.constant(0, 'float32', [batch, units]);
  const attributes = { body: cell(), carries: 2, xs: 1, length: steps, reverse: false };
  const ys = b.scan([zero, zero, b.transpose(x, [1, 0, 2]), ...weights], attributes)[2];
  return b.finish([b.reduceSum(b.mul(ys, ys), [0, 1, 2])]);
}

function measure(name: string, graph: Graph): void {
  const allocator = new Allocator();
  const begin = performance.now();
  const plan = compilePlan(graph, { target: cpuTarget });
  const planned = performance.now();
  const loaded = new LoadedPlan(
    allocator,
    new SharedArena(allocator),
    emitPlan(plan, emitters, { fused: fusesMultiplyAdd() }),
  );
  const compiled = performance.now();
  const blocksOf = (types: Graph['types']): Block[] =>
    types.map((type) => {
      const block = allocator.allocate(4 * sizeOf(type.shape));
      const data = Float32Array.from({ length: sizeOf(type.shape) }, (_, i) => 0.2 * Math.sin(12.9898 * i));
      allocator.memory.write('float32', block.address, data);
      return block;
    });
  const [given, made] = [blocksOf(plan.inputs), blocksOf(plan.outputs)];
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    // Measures processor time, which excludes the time of other programs.
    const before = process.cpuUsage();
    loaded.run(given, made);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  console.log(
    `${name}: ${best.toFixed(2)} ms; plan ${(planned - begin).toFixed(0)} ms, code ${(compiled - planned).toFixed(0)} ms`,
  );
  if (process.argv.includes('functions')) {
    for (const { name: step, run } of loaded.code.frame.functions())
      console.log(`  ${(1000 * bestTime(run)).toFixed(1)} us ${step}`);
  }
  if (process.argv.includes('plan')) console.log(printPlan(plan, routineTable));
}

measure('forward', loss());
measure('forward and backward', gradGraph(loss(), { wrt: [1, 2, 3] }));
