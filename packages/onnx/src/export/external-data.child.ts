// Exports one of two networks over a file again and again, with data beside it, until it kills itself after the
// milliseconds it was told, counted from the first export.
import { graphBuilder, type ProgramFamily } from '@manabi/ir';
import { exportOnnx } from './export-onnx.ts';

const [path, milliseconds] = process.argv.slice(2);

/** A sum with a parameter that holds one number everywhere, and a property that says which. */
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

// However slow the machine is, one network is there before the end can come.
await exportRound(0);
setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(milliseconds));
for (let round = 1; ; round++) await exportRound(round);
