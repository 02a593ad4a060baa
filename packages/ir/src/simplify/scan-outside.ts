import type { GraphBuilder } from '../graph/builder.ts';
import type { Node, OpName, Value } from '../graph/graph.ts';
import { producers } from '../graph/parts.ts';
import type { Lowering } from '../operators/lowering.ts';
import { lowerings } from '../operators/lowerings-table.ts';
import { type BatchOperand, batchNode } from './batch.ts';
import { portsOf, type Scan } from './scan-ports.ts';

/**
 * What a value in a scan's body depends on: nothing, at most constants, at most constants and slices of xs, or also
 * previous iterations.
 */
export const Reach = { nothing: 0, constants: 1, slices: 2, iterations: 3 } as const;

/** Returns the `Reach` of each value of a scan's body. */
export function reachOf({ attributes: { body, carries, xs } }: Scan): readonly number[] {
  const reach = body.types.map((_, value): number => {
    if (value >= body.inputCount) return Reach.nothing;
    if (value < carries) return Reach.iterations;
    return value < carries + xs ? Reach.slices : Reach.constants;
  });
  for (const { operands, results } of body.nodes) {
    const most = Math.max(Reach.nothing, ...operands.map((operand) => reach[operand]));
    for (const result of results) reach[result] = most;
  }
  return reach;
}

/** Returns true for layout operators and constants, which cost nothing because readers compute their elements. */
export function isFree<K extends OpName>({ op }: Node<K>): boolean {
  const lowering: Lowering<K> = lowerings[op];
  return lowering.class === 'pointwise' && (lowering.kind === 'layout' || lowering.kind === 'source');
}

/** Emits computations of a scan's body outside the scan, once for all iterations. */
export class ScanOutside {
  readonly #builder: GraphBuilder;
  readonly #scan: Scan;
  readonly #makers: readonly (Node | undefined)[];
  readonly #reach: readonly number[];
  readonly #known = new Map<Value, BatchOperand | null>();

  constructor(builder: GraphBuilder, scan: Scan, reach: readonly number[]) {
    this.#builder = builder;
    this.#scan = scan;
    this.#reach = reach;
    this.#makers = producers(scan.attributes.body);
    const { slices, constants } = portsOf(scan);
    for (const { inside, outside } of slices) this.setStack(inside[0], outside);
    for (const { inside, outside } of constants) this.#known.set(inside[0], { value: outside, stacked: false });
  }

  /** Sets the values that a value of the body has in all iterations, stacked along axis 0. */
  setStack(value: Value, stack: Value): void {
    this.#known.set(value, { value: stack, stacked: true });
  }

  /**
   * Returns a value of the body, computed outside the scan: a single value if it is the same in all iterations,
   * otherwise the values of all iterations, stacked along axis 0. Returns null if it cannot be computed outside.
   */
  get(value: Value): BatchOperand | null {
    let known = this.#known.get(value);
    if (known === undefined) {
      known = this.#compute(value);
      this.#known.set(value, known);
    }
    return known;
  }

  #compute(value: Value): BatchOperand | null {
    const node = this.#makers[value];
    if (node === undefined) return null;
    const operands: BatchOperand[] = [];
    for (const operand of node.operands) {
      const outside = this.get(operand);
      if (outside === null) return null;
      operands.push(outside);
    }
    const { body, length } = this.#scan.attributes;
    if (this.#reach[value] <= Reach.constants) {
      const results = this.#builder.append(
        node,
        operands.map((operand) => operand.value),
        node.results.map((result) => body.types[result]),
      );
      return { value: results[node.results.indexOf(value)], stacked: false };
    }
    if (node.results.length !== 1) return null;
    const stack = batchNode(this.#builder, node, operands, length);
    return stack === null ? null : { value: stack, stacked: true };
  }
}
