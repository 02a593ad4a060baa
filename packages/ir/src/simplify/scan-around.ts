import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { inputTypes, producers } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { sizeOf } from '../types/shape.ts';
import { isBatchable } from './batch.ts';
import { reassociated } from './scan-associate.ts';
import { Reach, reachOf, ScanOutside } from './scan-outside.ts';
import { type CarryPort, emitScan, type Port, portsOf, type Scan, type ScanPorts } from './scan-ports.ts';

/**
 * Largest number of elements of a value that is computed outside the loop for all iterations. In ONNX Runtime, an LSTM step
 * with 256 elements per gate takes 0.85 times as long without these nodes in its loop, with 1,024 elements 0.93 times, and with
 * 4,096 elements 1.05 times, because the values of all iterations do not fit into the cache.
 */
const MOST_ELEMENTS = 2 ** 10;

/**
 * Moves computations out of scans for runtimes in which starting a node of a loop's body takes as long as computing some
 * hundred elements. Small values that do not depend on previous iterations are computed once for all of them, also parts of
 * products and sums, whose factors and summands are reordered. Carries that only sum a returned value are summed after the
 * scan. Changes the rounding of results.
 *
 * @returns the graph itself if it has no such computations
 * @example
 * ```ts
 * import { graphBuilder } from '@manabi/ir';
 * import { moveAroundScans } from '@manabi/ir/scans';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [2] });
 * const graph = b.finish([b.add(x, x)]);
 * console.log(moveAroundScans(graph) === graph); // true
 * ```
 */
export function moveAroundScans(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op === 'scan')) return graph;
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  let changed = false;
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => values[operand]);
    const types = node.results.map((result) => graph.types[result]);
    const moved = node.op === 'scan' ? lighter(builder, { ...node, operands }) : null;
    changed ||= moved !== null;
    const results = moved ?? builder.append(node, operands, types);
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  return changed ? builder.finish(graph.outputs.map((output) => values[output])) : graph;
}

/** Emits a scan with less work per iteration; returns null if the scan has no work that can move. */
function lighter(b: GraphBuilder, scan: Scan): readonly Value[] | null {
  const ordered: Scan = { ...scan, attributes: { ...scan.attributes, body: reassociated(scan) } };
  const slices = movedSlices(b, ordered);
  const chosen = slices.length > 0 ? ordered : scan;
  const ports = portsOf(chosen);
  const sums = summingCarries(chosen.attributes.body, ports);
  if (slices.length === 0 && sums.size === 0) return null;
  const carries = ports.carries.filter((carry) => !sums.has(carry));
  const made = emitScan(b, chosen, { ...ports, carries, slices: [...ports.slices, ...slices] });
  const stacks = made.slice(carries.length);
  const last = ports.carries.map((carry) => {
    const summed = sums.get(carry);
    return summed === undefined
      ? made[carries.indexOf(carry)]
      : b.add(carry.initial, b.reduceSum(stacks[ports.ys.indexOf(summed)], [0]));
  });
  return [...last, ...stacks];
}

/** Returns the carries to which an iteration only adds a value that the scan returns for all iterations, with this value. */
function summingCarries(body: Graph, { carries, ys }: ScanPorts): ReadonlyMap<CarryPort, Value> {
  const makers = producers(body);
  const reads = [...body.nodes.flatMap(({ operands }) => operands), ...body.outputs];
  const found = new Map<CarryPort, Value>();
  for (const carry of carries) {
    const { inside, next } = carry;
    const sum = makers[next];
    if (sum?.op !== 'add' || !sum.operands.includes(inside)) continue;
    const added = sum.operands[sum.operands[0] === inside ? 1 : 0];
    if (ys.includes(added) && reads.filter((value) => value === inside).length === 1) found.set(carry, added);
  }
  return found;
}

/**
 * Emits the values of the body that depend only on the slices of an iteration, and that the other nodes of the body need,
 * for all iterations.
 */
function movedSlices(b: GraphBuilder, scan: Scan): readonly Port[] {
  const { body } = scan.attributes;
  const reach = reachOf(scan);
  const needed = new Set(body.outputs);
  for (const { operands, results } of body.nodes) {
    if (reach[results[0]] === Reach.iterations) for (const operand of operands) needed.add(operand);
  }
  const outside = new ScanOutside(b, scan, reach);
  return body.nodes.flatMap((node): Port[] => {
    const [value] = node.results;
    const isMoved = reach[value] === Reach.slices && needed.has(value) && isSmall(body, node) && isBatchable(node);
    const found = isMoved ? outside.get(value) : null;
    return found?.stacked === true ? [{ outside: found.value, inside: [value] }] : [];
  });
}

/** Whether a value is small, and not larger than what it is computed from, as a broadcast would be. */
function isSmall({ types }: Graph, { operands, results: [result] }: Node): boolean {
  const size = sizeOf(types[result].shape);
  return size <= MOST_ELEMENTS && operands.some((operand) => sizeOf(types[operand].shape) >= size);
}
