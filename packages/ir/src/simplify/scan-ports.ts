import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, Value } from '../graph/graph.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { NodeOf } from './match.ts';

/** A scan whose operands are values of the graph that is being made. */
export type Scan = Pick<NodeOf<'scan'>, 'operands' | 'attributes'>;

/** A value outside of a body and the values in it that it is, or whose slice they are. */
export interface Port {
  readonly outside: Value;
  readonly inside: readonly Value[];
}

/** A carry: its first value outside, the value that a turn begins with, and the one that it ends with. */
export interface CarryPort {
  readonly initial: Value;
  readonly inside: Value;
  readonly next: Value;
}

/** A scan by what goes in and out of its body; values inside are those of the present body. */
export interface ScanPorts {
  readonly carries: readonly CarryPort[];
  readonly slices: readonly Port[];
  readonly constants: readonly Port[];
  /** Constants that are written into the body. */
  readonly literals: readonly { readonly attributes: Attributes['constant']; readonly inside: readonly Value[] }[];
  readonly ys: readonly Value[];
}

/** What goes in and out of a scan's body. */
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

/** Emits a scan with other ports; what its turns do not need is left out. Results are the carries and the ys. */
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
  const places = new Map<Value, Value>();
  const place = (values: readonly Value[], at: Value): void => {
    for (const value of values) places.set(value, at);
  };
  for (const { inside } of ports.carries) place([inside], inner.input(body.types[inside]));
  for (const { inside } of [...slices, ...constants]) place(inside, inner.input(body.types[inside[0]]));
  for (const { attributes, inside } of ports.literals.filter(isUsed)) {
    place(inside, inner.emit('constant', [], attributes)[0]);
  }
  for (const node of body.nodes) {
    if (!node.results.some((result) => needed[result] && !given.has(result))) continue;
    const results = inner.append(
      node,
      node.operands.map((operand) => placed(places, operand)),
      node.results.map((result) => body.types[result]),
    );
    node.results.forEach((result, i) => {
      if (!given.has(result)) places.set(result, results[i]);
    });
  }
  return builder.scan(
    [
      ...ports.carries.map(({ initial }) => initial),
      ...slices.map(({ outside }) => outside),
      ...constants.map(({ outside }) => outside),
    ],
    {
      body: inner.finish(outputs.map((output) => placed(places, output))),
      carries: ports.carries.length,
      xs: slices.length,
      length,
      reverse,
    },
  );
}

/** For each value, whether `outputs` need it, where values that are `given` need nothing else. */
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

function placed(places: ReadonlyMap<Value, Value>, value: Value): Value {
  const at = places.get(value);
  if (at === undefined) throw new Error(`Value ${value} of a scan's body is neither given nor made.`);
  return at;
}
