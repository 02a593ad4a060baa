import { type Graph, graphBuilder, hostArray, inputTypes, sizeOf, vjpGraph } from '@manabi/ir';
import { attentionCall } from '@manabi/ir/attention';
import { createCpuBackend } from '../src/index.ts';
import { cpuRoutines } from '../src/target.ts';

const threads = Number(process.argv[2] ?? 1);
const only = process.argv[3];
const all = createCpuBackend({ threads, measures: true });
const none = createCpuBackend({ threads, measures: true, routines: cpuRoutines.filter((n) => n !== 'attention') });

function graphOf(batch: number[], n: number, d: number, causal: boolean): Graph {
  const b = graphBuilder();
  const type = { dtype: 'float32', shape: [...batch, n, d] } as const;
  const xs = [0, 1, 2].map(() => b.input(type));
  return b.finish(b.emit('call', xs, attentionCall([type, type, type], { scale: 1 / Math.sqrt(d), causal })));
}

async function prepare(backend: typeof all, graph: Graph) {
  const executable = await backend.compile(graph, { donated: [] });
  const inputs = inputTypes(graph).map(({ shape }) =>
    backend.upload(
      hostArray(
        'float32',
        shape,
        Float32Array.from({ length: sizeOf(shape) }, () => Math.random() * 2 - 1),
      ),
    ),
  );
  const arena = /arena of (\d+)/.exec(await executable.describe())?.[1];
  return {
    arena: Number(arena) / 2 ** 20,
    executable,
    step: async () => {
      const start = performance.now();
      const outs = await executable.run(inputs);
      const ms = performance.now() - start;
      for (const o of outs) backend.release(o);
      return ms;
    },
    done: () => {
      for (const i of inputs) backend.release(i);
      executable.dispose();
    },
  };
}
const shapes: [number[], number, number][] = [
  [[16, 4], 128, 32],
  [[8], 128, 64],
  [[12], 512, 64],
  [[8], 2048, 64],
  [[8], 8192, 64],
];
for (const [batch, n, d] of shapes) {
  for (const causal of [false, true]) {
    for (const training of [false, true]) {
      const name = `${batch.join('x')}x${n}x${d} ${causal ? 'causal' : 'full'} ${training ? 'training' : 'forward'}`;
      if (only && !name.includes(only)) continue;
      const f = graphOf(batch, n, d, causal);
      const graph = training ? vjpGraph(f, { wrt: [0, 1, 2] }) : f;
      const large = n > 4000;
      const a = await prepare(all, graph);
      const b = large ? null : await prepare(none, graph);
      let [ta, tb] = [Infinity, Infinity];
      const reps = n >= 2048 ? 4 : n >= 512 ? 12 : 60;
      for (let i = 0; i < reps; i++) {
        ta = Math.min(ta, await a.step());
        if (b) tb = Math.min(tb, await b.step());
      }
      const memory = all.memory().reserved / 2 ** 20;
      console.log(
        `${name}: routine ${ta.toFixed(2)} ms, arena ${a.arena.toFixed(1)} MiB, reserved ${memory.toFixed(0)}; body ${tb.toFixed(2)} ms, arena ${b?.arena.toFixed(1)}, reserved ${(none.memory().reserved / 2 ** 20).toFixed(0)} MiB; ratio ${(ta / tb).toFixed(2)}`,
      );
      if (process.argv[4])
        console.log(
          ((await a.executable.steps?.()) ?? [])
            .map((s) => `   ${s.name ?? ''} ${JSON.stringify(s.milliseconds)}`)
            .join('\n'),
        );
      a.done();
      b?.done();
    }
  }
}
