import type { Backend, Buffer, Executable, Graph, HostArray } from '@manabi/ir';

/** What came of running a graph. */
export interface GraphRun {
  readonly outputs: readonly HostArray[];
  /** What is wrong with the run itself, whatever the outputs; null if nothing is. */
  readonly problem: string | null;
}

/**
 * Compiles a graph, runs it on inputs, a second time if its bits must repeat, and gives everything back.
 *
 * A problem is: other bits the second time, or memory that is held afterwards.
 *
 * @param donated positions of inputs that the runs take over
 * @param repeats whether a second run must give the same bits
 * @throws whatever the backend throws
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
      ? `${after.held - before.held} bytes in ${after.buffers - before.buffers} buffers are held after the run`
      : differs >= 0
        ? `output ${differs} has other bits in a second run`
        : null;
    return { outputs, problem };
  } finally {
    executable.dispose();
  }
}

/** Runs an executable once on inputs from the host; outputs come to the host, and nothing stays on the backend. */
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

/** True for arrays of the same bytes: NaN, and zeros of either sign, told apart by their bits. */
export function equalBits(a: HostArray, b: HostArray): boolean {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}

function bytesOf({ data }: HostArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
