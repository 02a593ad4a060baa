import type { Backend, Buffer, Executable, Graph, HostArray } from '@manabi/ir';

/** Result of `runGraph`. */
export interface GraphRun {
  readonly outputs: readonly HostArray[];
  /** Problem of the run other than wrong outputs, such as memory that is still held; null if there was none. */
  readonly problem: string | null;
}

/**
 * Compiles a graph, runs it once or twice, and releases all memory.
 *
 * Reports a problem if the second run returns different bits, or if memory is still held afterwards.
 *
 * @param donated positions of donated inputs
 * @param repeats whether to run a second time and require the same bits
 * @throws the errors of the backend
 */
export async function runGraph(
  backend: Backend,
  graph: Graph,
  inputs: readonly HostArray[],
  donated: readonly number[] = [],
  repeats = true,
): Promise<GraphRun> {
  const before = backend.memory();
  const executable = await backend.compile(graph, { donated });
  try {
    const outputs = await runOnce(backend, executable, inputs, donated);
    const again = repeats ? await runOnce(backend, executable, inputs, donated) : outputs;
    const after = backend.memory();
    const isKept = after.held !== before.held || after.buffers !== before.buffers;
    const differs = outputs.findIndex((array, i) => !equalBits(array, again[i]));
    const problem = isKept
      ? `${after.held - before.held} bytes in ${after.buffers - before.buffers} buffers are still held after the run`
      : differs >= 0
        ? `output ${differs} has different bits in the second run`
        : null;
    return { outputs, problem };
  } finally {
    executable.dispose();
  }
}

/** Runs an executable once on host arrays, returns the outputs as host arrays, and releases all buffers. */
export async function runOnce(
  backend: Backend,
  executable: Executable,
  inputs: readonly HostArray[],
  donated: readonly number[] = [],
): Promise<readonly HostArray[]> {
  const buffers = inputs.map((input) => backend.upload(input));
  try {
    return await readAll(backend, await executable.run(buffers));
  } finally {
    for (const [i, buffer] of buffers.entries()) if (!donated.includes(i)) backend.release(buffer);
  }
}

async function readAll(backend: Backend, buffers: readonly Buffer[]): Promise<readonly HostArray[]> {
  const arrays: HostArray[] = [];
  try {
    for (const buffer of buffers) arrays.push(await backend.read(buffer));
  } finally {
    for (const buffer of buffers) backend.release(buffer);
  }
  return arrays;
}

/**
 * Whether two arrays have the same bytes. This comparison distinguishes zeros of different signs and NaNs of different
 * payloads.
 */
export function equalBits(a: HostArray, b: HostArray): boolean {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}

function bytesOf({ data }: HostArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
