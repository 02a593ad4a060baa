import { ManabiError } from '@manabi/errors';
import { type Graph, outputTypes } from '@manabi/ir';
import { Cell } from './cell.ts';
import type { CellContext } from './cell-context.ts';
import { compileOnFallback } from './fallback-program.ts';
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
  context: CellContext,
  graph: Graph,
  inputs: readonly Cell[],
  cause: unknown,
): Promise<ManabiError> {
  const program = await compileOnFallback(context, graph);
  const outputs = outputTypes(graph).map((type) => new Cell(context, type));
  try {
    await program.run(inputs, outputs);
  } catch (error) {
    if (error instanceof ManabiError) return error;
  } finally {
    for (const output of outputs) output.free();
    program.dispose();
  }
  return new ManabiError('index', 'ONNX Runtime found an index out of range.', { op: 'run', cause });
}
