import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, Value } from '../graph/graph.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { NodeOf } from './match.ts';

/** A `scan` node of the old graph, but with operands that are values of the new graph. */
export type Scan = Pick<NodeOf<'scan'>, 'operands' | 'attributes'>;

/** A value outside the scan, and the values of the body that equal it (constants) or that are its slices (xs). */
export interface Port {
  readonly outside: Value;
  readonly inside: readonly Value[];
}

/**
 * A carry: its initial value outside the scan, and the values of the body that are the carry at the start and at the
 * end of an iteration.
 */
export interface CarryPort {
  readonly initial: Value;
  readonly inside: Value;
  readonly next: Value;
}

/** Inputs and outputs of a scan's body. In `inside`, values are numbered as in the current body. */
export interface ScanPorts {
  readonly carries: readonly CarryPort[];
  readonly slices: readonly Port[];
  readonly constants: readonly Port[];
  /** Constants that the new body contains as nodes, instead of taking them as inputs. */
  readonly literals: readonly { readonly attributes: Attributes['constant']; readonly inside: readonly Value[] }[];
  readonly ys: readonly Value[];
}

/** Returns the inputs and outputs of a scan's body. */
export function portsOf({ operands, attributes: { body, carries, xs } }: Scan): ScanPorts {
  const port = (input: number): Port => ({ outside: operands[input], inside: [input] });
  const count = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  return {
    carries: count(0, carries).map((i) => ({ initial: operands[i], inside: i, next: body.outputs[i] })),
    slices: count(carries, carries + xs).map(port),
    constants: count(carries + xs, operands.length).map(port),
    literals: [],
    ys: body.outputs.slice(carries),
  };
}

/**
 * Emits a scan with the given inputs and outputs of its body, from which nodes that the outputs do not need are
 * removed. Returns the carries and the ys.
 */
export function emitScan(builder: GraphBuilder, scan: Scan, ports: ScanPorts): readonly Value[] {
  const { body, length, reverse } = scan.attributes;
  const outputs = [...ports.carries.map(({ next }) => next), ...ports.ys];
  const given = new Set([
    ...ports.carries.map(({ inside }) => inside),
    ...[...ports.slices, ...ports.constants, ...ports.literals].flatMap(({ inside }) => inside),
  ]);
  const needed = neededUpTo(body, outputs, given);
  const isUsed = ({ inside }: { readonly inside: readonly Value[] }): boolean => inside.some((value) => needed[value]);
  const slices = ports.slices.filter(isUsed);
  const constants = ports.constants.filter(isUsed);

  const inner = graphBuilder();
  const mapped = new Map<Value, Value>();
  const assign = (values: readonly Value[], to: Value): void => {
    for (const value of values) mapped.set(value, to);
  };
  for (const { inside } of ports.carries) assign([inside], inner.input(body.types[inside]));
  for (const { inside } of [...slices, ...constants]) assign(inside, inner.input(body.types[inside[0]]));
  for (const { attributes, inside } of ports.literals.filter(isUsed)) {
    assign(inside, inner.emit('constant', [], attributes)[0]);
  }
  for (const node of body.nodes) {
    if (!node.results.some((result) => needed[result] && !given.has(result))) continue;
    const results = inner.append(
      node,
      node.operands.map((operand) => lookUp(mapped, operand)),
      node.results.map((result) => body.types[result]),
    );
    node.results.forEach((result, i) => {
      if (!given.has(result)) mapped.set(result, results[i]);
    });
  }
  return builder.scan(
    [
      ...ports.carries.map(({ initial }) => initial),
      ...slices.map(({ outside }) => outside),
      ...constants.map(({ outside }) => outside),
    ],
    {
      body: inner.finish(outputs.map((output) => lookUp(mapped, output))),
      carries: ports.carries.length,
      xs: slices.length,
      length,
      reverse,
    },
  );
}

/**
 * Returns, for each value of a body, whether it is needed to compute `outputs`. The operands of values in `given` are
 * not needed.
 */
export function neededUpTo(body: Graph, outputs: readonly Value[], given: ReadonlySet<Value>): readonly boolean[] {
  const needed = new Array<boolean>(body.types.length).fill(false);
  for (const output of outputs) needed[output] = true;
  for (let i = body.nodes.length - 1; i >= 0; i--) {
    const { operands, results } = body.nodes[i];
    const isMade = results.some((result) => needed[result] && !given.has(result));
    if (isMade) for (const operand of operands) needed[operand] = true;
  }
  return needed;
}

function lookUp(mapped: ReadonlyMap<Value, Value>, value: Value): Value {
  const found = mapped.get(value);
  if (found === undefined) throw new Error(`Value ${value} of a scan body is neither given nor computed.`);
  return found;
}
