// Exports one of two networks over a file again and again, with data beside it, until it kills itself after the
// milliseconds it was told.
import { GraphBuilder, type ProgramFamily } from '@manabi/ir';
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
      const b = new GraphBuilder();
      const [bias, x] = [b.input(w), b.input(w)];
      return b.finish([b.add(x, bias)]);
    },
  };
}

setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(milliseconds));
for (let round = 0; ; round++) {
  const exportable = { exportPrograms: async () => network(1 + (round % 2)) };
  await exportOnnx(exportable, path, { externalData: true });
}
