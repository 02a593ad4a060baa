import { expect, test } from '@jest/globals';
import { compilePlan } from '@manabi/compiler';
import { type Graph, graphBuilder, ManabiError } from '@manabi/ir';
import { emitPlan } from '../emit-plan.ts';
import { Allocator, alignment } from '../memory/allocator.ts';
import { bytesOf } from '../memory/linear-memory.ts';
import { cpuTarget } from '../target.ts';
import { nodeHost } from '../threads/node/node-host.ts';
import { threadsOf } from '../threads/pool/module-tasks.ts';
import { Pool } from '../threads/pool/pool.ts';
import { tools } from '../wide/tools.ts';
import { findWide } from '../wide/wide-memory.ts';
import { LoadedPlan, SharedArena } from './loaded-plan.ts';
import type { Threads } from './threads.ts';

const [ROWS, TAKEN] = [100, 40_000];

/** Takes rows of a list, and computes tanh of them. */
function taken(): Graph {
  const b = graphBuilder();
  const list = b.input({ dtype: 'float32', shape: [ROWS] });
  return b.finish([b.tanh(b.gather(list, b.input({ dtype: 'int32', shape: [TAKEN] }), 0))]);
}

function compiledFor(graph: Graph, { memory }: Allocator) {
  const plan = compilePlan(graph, { target: { ...cpuTarget, routines: [] }, donated: [] });
  return emitPlan(plan, {}, { memory: memory.type });
}

test('a plan is loaded again if the memory gets 64-bit addresses when its run on other threads is prepared', async () => {
  const wide = findWide(tools, [2 ** 16]);
  const [pages, pageBytes] = [64, 2 ** 16];
  const allocator = new Allocator(alignment, true, () => wide, pages);
  const threads: Threads = {
    load: () => ({
      prepare: () => void allocator.allocate(alignment),
      run: (frame, stop, end) => end(frame.run(stop)),
      dispose: () => {},
    }),
  };
  const loaded = new LoadedPlan(allocator, new SharedArena(allocator), compiledFor(taken(), allocator), false, threads);
  const [list, at, result] = [ROWS, TAKEN, TAKEN].map((length) => allocator.allocate(bytesOf('float32', length)));
  loaded.reserveArena();
  allocator.memory.write('float32', list.address, new Float32Array(ROWS).fill(0.5));
  allocator.memory.write('int32', at.address, new Int32Array(TAKEN));
  for (let bytes = pages * pageBytes; bytes >= alignment; bytes /= 2) {
    while (allocator.held + bytes + alignment <= pages * pageBytes - alignment) allocator.allocate(bytes);
  }
  expect(allocator.memory.wide).toBe(null);
  await loaded.run([list, at], [result], false);
  expect(allocator.memory.wide).not.toBe(null);
  expect(allocator.memory.read('float32', result.address, TAKEN)[TAKEN - 1]).toBeCloseTo(Math.tanh(0.5));
});

test('a plan that cannot be loaded leaves no memory behind', () => {
  const b = graphBuilder();
  const list = b.input({ dtype: 'float32', shape: [ROWS] });
  const rows = b.gather(list, b.input({ dtype: 'int32', shape: [TAKEN] }), 0);
  const constant = Array.from({ length: TAKEN }, (_, i) => i);
  const graph = b.finish([b.mul(rows, b.constant(constant, 'float32', [TAKEN]))]);
  // The constant takes 160 kB.
  const allocator = new Allocator(alignment, true, () => null, 2);
  const compiled = compiledFor(graph, allocator);
  const pool = new Pool(nodeHost, () => 3);
  expect(() => new LoadedPlan(allocator, new SharedArena(allocator), compiled, false, threadsOf(pool))).toThrow(
    ManabiError,
  );
  expect(allocator.held).toBe(0);
});
