// Measures convolutions of channels-last images on one thread: forward, and the gradients of filters and images.
// Run: node tooling/run/start.mjs packages/backend-cpu/bench/convolution.ts [part of a name] [functions] [plan]
import { compilePlan, routineTable } from '@manabi/compiler';
import { printPlan } from '@manabi/compiler/report';
import { type Graph, gradGraph, graphBuilder, type Shape, sizeOf } from '@manabi/ir';
import { emitPlan } from '../src/emit-plan.ts';
import { peakGflops } from '../src/limits.ts';
import { Allocator } from '../src/memory/allocator.ts';
import { emitters } from '../src/routines/at-once.ts';
import { LoadedPlan, SharedArena } from '../src/runtime/loaded-plan.ts';
import { cpuTarget } from '../src/target.ts';
import { fusesMultiplyAdd } from '../src/wasm/fused.ts';
import { bestTime } from './best-time.ts';

/** Number of images, their padded height and width, channels, filters, window size and stride (default: 1). */
interface Case {
  readonly name: string;
  readonly images: number;
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly window: number;
  readonly stride?: number;
}

const cases: readonly Case[] = [
  { name: 'mnist conv1', images: 128, size: 28, channels: 1, filters: 32, window: 3 },
  { name: 'mnist conv2', images: 128, size: 13, channels: 32, filters: 64, window: 3 },
  { name: '58x58x64', images: 8, size: 58, channels: 64, filters: 64, window: 3 },
  { name: '30x30x128', images: 8, size: 30, channels: 128, filters: 128, window: 3 },
  { name: '16x16x256', images: 8, size: 16, channels: 256, filters: 256, window: 3 },
  { name: '9x9x512', images: 8, size: 9, channels: 512, filters: 512, window: 3 },
  { name: '34x34x3', images: 64, size: 34, channels: 3, filters: 32, window: 3 },
  { name: '28x28x64 1x1', images: 32, size: 28, channels: 64, filters: 256, window: 1 },
  { name: '14x14x256 1x1', images: 32, size: 14, channels: 256, filters: 64, window: 1 },
  { name: '57x57x64 stride 2', images: 8, size: 57, channels: 64, filters: 128, window: 3, stride: 2 },
  { name: '32x32x16 5x5', images: 16, size: 32, channels: 16, filters: 20, window: 5 },
];

const float = (shape: Shape) => ({ dtype: 'float32', shape }) as const;
const allocator = new Allocator();
const rounds = 12;

/**
 * Returns a graph with the inputs images, filters and weights. Its output is the result of the convolution, or the sum
 * of the result multiplied by the weights.
 */
function convolution({ images, size, channels, filters, window, stride = 1 }: Case, summed: boolean): Graph {
  const b = graphBuilder();
  const x = b.input(float([images, size, size, channels]));
  const w = b.input(float([window, window, channels, filters]));
  const outputSize = Math.floor((size - window) / stride) + 1;
  const weights = summed ? b.input(float([images, outputSize, outputSize, filters])) : null;
  const [product] = b.emit('conv', [b.transpose(x, [0, 3, 1, 2]), b.transpose(w, [3, 2, 0, 1])], {
    strides: [stride, stride],
    padding: [
      [0, 0],
      [0, 0],
    ],
    lhsDilation: [1, 1],
    rhsDilation: [1, 1],
    groups: 1,
  });
  const y = b.transpose(product, [0, 2, 3, 1]);
  return b.finish([weights === null ? y : b.reduceSum(b.mul(y, weights), [0, 1, 2, 3])]);
}

/** Measures the best time of a run in milliseconds of processor time, which excludes the time of other programs. */
function measure(graph: Graph): number {
  const plan = compilePlan(graph, { target: cpuTarget });
  const loaded = new LoadedPlan(
    allocator,
    new SharedArena(allocator),
    emitPlan(plan, emitters, { fused: fusesMultiplyAdd() }),
  );
  const blocks = [...plan.inputs, ...plan.outputs].map(({ shape }) => {
    const block = allocator.allocate(4 * sizeOf(shape));
    const data = Float32Array.from({ length: sizeOf(shape) }, () => Math.random() - 0.5);
    allocator.memory.write('float32', block.address, data);
    return block;
  });
  const run = () => loaded.run(blocks.slice(0, plan.inputs.length), blocks.slice(plan.inputs.length));
  run();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  if (process.argv.includes('functions')) {
    for (const { name, run } of loaded.code.frame.functions()) {
      console.log(`  ${bestTime(run).toFixed(3)} ms ${name}`);
    }
  }
  if (process.argv.includes('plan')) console.log(printPlan(plan, routineTable));
  for (const block of blocks) allocator.free(block);
  return best;
}

/**
 * Returns a graph that computes the gradient of the output of another graph with respect to one input, and nothing
 * else.
 */
function gradient(graph: Graph, input: number): Graph {
  const both = gradGraph(graph, { wrt: [input] });
  return { ...both, outputs: both.outputs.slice(1) };
}

const names = process.argv.slice(2).filter((word) => word !== 'functions' && word !== 'plan');
const peak = peakGflops();
console.log(`register-only peak ${peak.toFixed(1)} GFLOP/s`);
console.log('| convolution | forward | of filters | of images |\n| --- | --- | --- | --- |');
for (const each of cases) {
  if (names.length > 0 && !names.some((name) => each.name.includes(name))) continue;
  const { images, size, channels, filters, window, stride = 1 } = each;
  const outputSize = Math.floor((size - window) / stride) + 1;
  const products = images * outputSize * outputSize * window * window * channels * filters;
  const graphs = [convolution(each, false), ...[1, 0].map((input) => gradient(convolution(each, true), input))];
  const rates = graphs.map((graph) => {
    const time = measure(graph);
    const rate = (2 * products) / time / 1e6;
    return `${rate.toFixed(1)} (${((100 * rate) / peak).toFixed(0)} %, ${time.toFixed(2)} ms)`;
  });
  console.log(`| ${each.name} | ${rates.join(' | ')} |`);
}
