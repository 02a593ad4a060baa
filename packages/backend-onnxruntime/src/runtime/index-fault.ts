import { ManabiError } from '@manabi/errors';
import type { Backend, Graph } from '@manabi/ir';
import { compileOnFallback } from './fallback-program.ts';
import type { Runtime, RuntimeTensor } from './library.ts';
import { messageOf } from './message-of.ts';

/** Returns whether ONNX Runtime failed because an index was out of range. */
export function isIndexFault(cause: unknown): boolean {
  return /out of data bounds|Out of range value in index|invalid index found/.test(messageOf(cause));
}

/**
 * Returns the error for an index out of range. ONNX Runtime does not tell its position, so the graph runs once more on
 * the fallback, which does.
 */
export async function exactError(
  runtime: Runtime,
  fallback: Backend,
  graph: Graph,
  inputs: readonly RuntimeTensor[],
  cause: unknown,
): Promise<ManabiError> {
  const program = await compileOnFallback(runtime, fallback, graph);
  try {
    await program.run(inputs, [...inputs.keys()]);
  } catch (error) {
    if (error instanceof ManabiError) return error;
  } finally {
    program.dispose();
  }
  return new ManabiError('index', 'ONNX Runtime found an index out of range.', { op: 'run', cause });
}
