import { dtypes, hostArray, ManabiError, type OpName, type Value } from '@manabi/ir';
import { rows } from '../operators/index.ts';
import type { Row } from '../operators/row.ts';
import { fixedShape } from '../symbolic/length.ts';
import type { OpenGraph, OpenNode, OpenType } from '../symbolic/open-graph.ts';
import { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';

/**
 * Writes all nodes of a graph as ONNX nodes, and returns the outputs of the graph. The functions for each operator are
 * in `rows`.
 *
 * @throws ManabiError `graph` for an operator that ONNX lacks, or whose attribute depends on the batch size although ONNX
 * only has a fixed number for it; `dtype` if ONNX Runtime has no kernel
 */
export function writeGraph(writer: Writer, graph: OpenGraph, inputs: readonly Bound[]): readonly Bound[] {
  const scope = new Scope(writer, graph, inputs, writeGraph);
  for (const node of graph.nodes) writeNode(scope, node);
  return graph.outputs.map((output) => scope.bound(output));
}

function writeNode<K extends OpName>(scope: Scope, node: OpenNode<K>): void {
  const { op, results, open, quotients }: OpenNode<K> = node;
  const row: Row<K> = rows[op];
  for (const path of open.keys()) checkAllowed(op, path, row.open ?? []);
  for (const path of quotients.keys()) checkAllowed(op, path, row.quotients ?? []);
  const bounds = results.every((result) => isEmpty(scope.type(result)))
    ? results.map((result) => nothing(scope, result))
    : row.write(scope, node);
  bounds.forEach((bound, i) => {
    scope.bind(results[i], bound);
  });
}

function checkAllowed(op: OpName, path: string, allowed: readonly string[]): void {
  if (allowed.includes(path.split('.')[0])) return;
  throw new ManabiError(
    'graph',
    `\`${path}\` of ${op} depends on the batch size or another variable length, but must be a constant in ONNX. Export for one ` +
      'batch size with { batch: 32 }, and build the model with fixed input lengths.',
    { op: 'exportOnnx', data: { operator: op, attribute: path } },
  );
}

function isEmpty({ shape }: OpenType): boolean {
  return shape.includes(0) && fixedShape(shape) !== null;
}

/**
 * Creates a constant for a result without elements in place of its node, because several kernels of ONNX Runtime reject
 * empty arrays.
 */
function nothing(scope: Scope, result: Value): Bound {
  const { dtype, shape } = scope.type(result);
  return scope.writer.constant(hostArray(dtype, fixedShape(shape) ?? [0], dtypes[dtype].create(0)));
}
