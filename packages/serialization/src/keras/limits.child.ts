// Reads one file, and prints the time, the memory and the error as JSON.
import { readFileSync } from 'node:fs';
import '@manabi/backend-cpu/register';
import { inspectModelFile, loadModel, loadWeights, openSafetensors, readSafetensors } from '../index.ts';
import { filled } from '../saved-models.fixture.ts';

/** What this program prints. */
export interface Measured {
  /** Code of the error; null if the file was read. */
  readonly code: string | null;
  readonly message: string;
  readonly milliseconds: number;
  /** Most bytes that the process occupied, less those before it read the file. */
  readonly bytes: number;
}

const readers: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  loadModel: (path) => loadModel(path),
  inspectModelFile: (path) => inspectModelFile(path),
  loadWeights: (path) => loadWeights(filled(0), path),
  readSafetensors: (path) => readSafetensors(path),
  readTensor: async (path) => (await openSafetensors(path)).read('large'),
};

const [reader, path, small] = process.argv.slice(2);
// Lazy modules are loaded before the measurement.
if (small !== undefined) await readers[reader](small).catch(() => null);
const peak = (): number => Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
const before = peak();
const start = performance.now();
let error: unknown = null;
try {
  await readers[reader](path);
} catch (thrown) {
  error = thrown;
}
const measured: Measured = {
  code: error instanceof Error && 'code' in error ? String(error.code) : error === null ? null : 'none',
  message: String(error).slice(0, 500),
  milliseconds: performance.now() - start,
  bytes: peak() - before,
};
process.stdout.write(JSON.stringify(measured));
