// Speed of products and elementwise steps on several threads: `node tooling/run/start.mjs packages/backend-cpu/bench/threads.ts 2`.
// Samples with one thread and with several alternate. CPU time is the sum over all threads.
import { availableParallelism, loadavg } from 'node:os';
import { type Graph, graphBuilder, hostArray } from '@manabi/ir';
import { createCpuBackend } from '../src/index.ts';
import { Allocator } from '../src/memory/allocator.ts';
import type { RunTasks } from '../src/runtime/threads.ts';
import { nodeHost } from '../src/threads/node/node-host.ts';
import { ModuleTasks } from '../src/threads/pool/module-tasks.ts';
import { Pool } from '../src/threads/pool/pool.ts';
import { compileModule } from '../src/wasm/compile-in-node.ts';
import { ModuleBuilder } from '../src/wasm/index.ts';

const threads = Number(process.argv[2] ?? availableParallelism());
const seconds = Number(process.argv[3] ?? 2);

function product(n: number): Graph {
  const b = graphBuilder();
  const [x, y] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [n, n] }));
  return b.finish([b.dot(x, y, [], [[1, 0]])]);
}

function elementwise(n: number): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [n] });
  return b.finish([b.tanh(b.exp(x))]);
}

const works: readonly (readonly [name: string, graph: Graph])[] = [
  ...[64, 128, 256, 512, 1024].map((n) => [`product ${n}`, product(n)] as const),
  ...[4096, 16384, 65536, 1048576].map((n) => [`tanh(exp) ${n}`, elementwise(n)] as const),
];

/** Returns a job whose tasks do nothing, so that only starting and ending it takes time. */
function emptyJob(): () => void {
  const allocator = new Allocator(4096, true);
  const { memory } = allocator;
  const builder = new ModuleBuilder(memory.type);
  builder.function('f', ['i32', 'i32', 'i32'], []);
  const module = compileModule(builder.toBytes());
  const { f } = new WebAssembly.Instance(module, { env: { memory: memory.memory as WebAssembly.Memory } }).exports;
  const tasks = new ModuleTasks(new Pool(nodeHost, () => threads, true), module, allocator);
  // The function was declared with this signature above.
  return tasks.forTable({ address: 64, bytes: 128 }, 80, false)('f', f as RunTasks, threads, 0);
}

{
  const run = emptyJob();
  const times: number[] = [];
  for (let round = 0; round < 20_000; round++) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const microseconds = [0.05, 0.5, 0.9].map((part) => (1000 * times[Math.floor(part * times.length)]).toFixed(2));
  console.log(`fork and join, all threads taking part: ${microseconds.join(', ')} µs (5 %, median, 90 %)`);
}

console.log(`load ${loadavg()[0].toFixed(1)}; milliseconds with 1 and ${threads} threads`);
for (const [name, graph] of works) {
  const makers = [1, threads].map((count) => {
    const backend = createCpuBackend({ threads: count });
    const executable = backend.compile(graph, { donated: [] });
    if (executable instanceof Promise) throw new Error('The backend must compile synchronously.');
    const inputs = graph.types.slice(0, graph.inputCount).map(({ dtype, shape }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return backend.upload(
        hostArray(
          dtype,
          shape,
          Float32Array.from({ length }, (_, i) => Math.sin(i)),
        ),
      );
    });
    return () => {
      const outputs = executable.run(inputs);
      if (outputs instanceof Promise) throw new Error('The backend must run synchronously.');
      for (const output of outputs) backend.release(output);
    };
  });
  const times: number[][] = [[], []];
  const cpu = [0, 0];
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
    makers.forEach((run, i) => {
      const used = process.cpuUsage();
      for (let round = 0; round < 10; round++) {
        const start = performance.now();
        run();
        times[i].push(performance.now() - start);
      }
      const { user, system } = process.cpuUsage(used);
      cpu[i] += (user + system) / 1000;
    });
  }
  const at = (list: number[], part: number): number => list.sort((a, b) => a - b)[Math.floor(part * list.length)];
  const row = times.map(
    (list, i) =>
      `least ${at(list, 0).toFixed(4)} median ${at(list, 0.5).toFixed(4)} CPU ${(cpu[i] / list.length).toFixed(4)}`,
  );
  console.log(`${name.padEnd(18)} ${row.join(' | ')} | ${(at(times[0], 0) / at(times[1], 0)).toFixed(2)}x`);
}
