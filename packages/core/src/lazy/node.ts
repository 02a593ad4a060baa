import { canonicalElements, type HostArray, type Node } from '@manabi/ir';
import { goneError } from './gone.ts';
import { newer } from './trace.ts';
import { type LazyNode, LazyValue, type Trace, templateOf, traceOf } from './value.ts';

/** Turns a value into a pending copy of another value of the same type. */
export function becomeCopy(value: LazyValue, source: LazyValue): void {
  if (source.origin.kind === 'failed') value.origin = source.origin;
  else become(value, source, templateOf('reshape', { shape: source.type.shape }));
}

/**
 * Turns a value into a pending slice of another value that starts at index 0 on each axis. The shape of the slice is
 * that of the value.
 */
export function becomeBeginning(value: LazyValue, source: LazyValue): void {
  const { shape } = value.type;
  const [start, step] = [shape.map(() => 0), shape.map(() => 1)];
  become(value, source, templateOf('slice', { start, limit: shape, step }));
}

function become(value: LazyValue, source: LazyValue, template: Node): void {
  const node = newNode(template, [source]);
  node.results = [value];
  source.consumers++;
  value.origin = { kind: 'node', node, result: 0 };
}

/**
 * Creates a node of the lazy graph.
 *
 * @throws ManabiError `donated` or `disposed` if an operand was donated or disposed of
 */
export function newNode(template: Node, operands: readonly LazyValue[]): LazyNode {
  let trace: Trace | null = null;
  let depth = 0;
  for (const operand of operands) {
    const { origin } = operand;
    if (origin.kind === 'gone') throw goneError(origin.reason, origin.by, operand.type, template.op);
    if (origin.kind === 'node') depth = Math.max(depth, origin.node.depth);
    trace = newer(trace, traceOf(operand));
  }
  return { template, operands, results: NO_VALUES, trace, depth: depth + 1, runs: 0, stamp: 0, cursor: 0 };
}

const NO_VALUES: readonly LazyValue[] = [];

/**
 * Creates a value from elements in host memory. Also converts the bytes of bools to 0 and 1, because all tensors from
 * host data are created here.
 */
export function hostValue(data: HostArray, literal = false): LazyValue {
  const { dtype, shape } = data;
  return new LazyValue({ dtype, shape }, { kind: 'host', data: canonicalElements(data), literal });
}
