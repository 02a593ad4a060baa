// Exports two networks alternately to the path in the first argument, with external data, and kills itself. The second
// argument is the time between the first export and the kill, in milliseconds.
import { graphBuilder, type ProgramFamily } from '@manabi/ir';
import { exportOnnx } from './export-onnx.ts';

const [path, milliseconds] = process.argv.slice(2);

/**
 * Creates a network that adds a parameter to its input. Every element of the parameter is `which`, and the name of the
 * network states this number.
 */
function network(which: number): ProgramFamily {
  const w = { dtype: 'float32', shape: [300_000], data: new Float32Array(300_000).fill(which) } as const;
  return {
    name: String(which),
    inputNames: ['x'],
    outputNames: ['y'],
    parameters: new Map([['w', w]]),
    graph: () => {
      const b = graphBuilder();
      const [bias, x] = [b.input(w), b.input(w)];
      return b.finish([b.add(x, bias)]);
    },
  };
}

async function exportRound(round: number): Promise<void> {
  const exportable = { exportPrograms: async () => network(1 + (round % 2)) };
  await exportOnnx(exportable, path, { externalData: true });
}

// Ensures that one complete network exists before the process kills itself, even on a slow machine.
await exportRound(0);
setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(milliseconds));
for (let round = 1; ; round++) await exportRound(round);
