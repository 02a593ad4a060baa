import { ManabiError } from '@manabi/ir';
import { compositeRow } from '../composites/index.ts';
import type { OpenGraph, OpenNode } from '../symbolic/open-graph.ts';
import { graphAttribute, int, ints } from '../write/attribute.ts';
import type { AttributeValue, DraftPort } from '../write/draft.ts';
import { expand, reshape } from '../write/layout.ts';
import { type Scope, written } from '../write/scope.ts';
import type { Bound, Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import type { Rows } from './row.ts';

/** Names of operators whose attributes contain graphs, such as the body of a loop. */
export type ControlName = 'call' | 'cond' | 'scan' | 'while';

export const controlRows: Rows<ControlName> = {
  // The configuration of a composite may depend on variable lengths. In this case, the call is inlined, which computes
  // the same result.
  call: { open: ['config'], quotients: ['config'], write: call },
  cond: { write: cond },
  scan: { open: ['length'], write: scan },
  while: { write: whileLoop },
};

/**
 * Writes a call of a composite as an ONNX operator if possible; otherwise, inlines the elementary operators that define
 * it.
 */
function call(scope: Scope, node: OpenNode<'call'>): readonly Bound[] {
  const { writer: w } = scope;
  if (w.file.keepsComposites) {
    const written = compositeRow(node.attributes.name)?.(scope, node) ?? null;
    if (written !== null) return written;
  }
  return scope.writeGraph(
    w,
    bodyNamed(node, 'body'),
    node.operands.map((operand) => scope.bound(operand)),
  );
}

/** Writes `cond` as If. The two bodies of If have no inputs; they read values of the enclosing graph directly. */
function cond(scope: Scope, node: OpenNode<'cond'>): readonly Bound[] {
  const { writer: w } = scope;
  const [condition, ...operands] = scope.terms(node.operands);
  const single = reshape(w, condition, scope.shape(node.operands[0]), []);
  const branch = (name: string): AttributeValue => {
    const inner = w.inner();
    const body = bodyNamed(node, name);
    const outputs = scope.writeGraph(inner, body, operands);
    return graphAttribute({ name, inputs: [], outputs: ports(inner, body, outputs, new Set()), nodes: inner.nodes });
  };
  const attributes = { then_branch: branch('thenBranch'), else_branch: branch('elseBranch') };
  const dtypes = node.results.map((result) => scope.type(result).dtype);
  return w.emit('If', [single], dtypes, attributes);
}

/**
 * Writes `scan` as Scan. The carries and slices become inputs of its body; the body reads values that do not change
 * from the enclosing graph directly.
 */
function scan(scope: Scope, node: OpenNode<'scan'>): readonly Bound[] {
  const { writer: w } = scope;
  const { carries, xs, reverse } = node.attributes;
  const body = bodyNamed(node, 'body');
  const operands = scope.terms(node.operands);
  const given = operands.slice(0, carries + xs);
  // ONNX takes the number of iterations from an input that is sliced, so at least one such input is needed.
  const iterations = xs > 0 ? [] : [iterationsOf(scope, node)];
  const inner = w.inner();
  const inputs = given.map(({ dtype }): Term => ({ name: w.file.freshName('scan'), dtype }));
  const unused = iterations.map(({ dtype }): Term => ({ name: w.file.freshName('iteration'), dtype }));
  const outputs = scope.writeGraph(inner, body, [...inputs, ...operands.slice(carries + xs)]);
  const ys = body.outputs.length - carries;
  const directions = (count: number): AttributeValue => ints(new Array<number>(count).fill(1));
  const graph = {
    name: 'body',
    inputs: [...inputs, ...unused].map((input): DraftPort => ({ ...input, shape: null })),
    outputs: ports(inner, body, outputs, new Set()),
    nodes: inner.nodes,
  };
  const attributes = {
    body: graphAttribute(graph),
    num_scan_inputs: int(xs + iterations.length),
    ...(reverse
      ? { scan_input_directions: directions(xs + iterations.length), scan_output_directions: directions(ys) }
      : {}),
  };
  return w.emit(
    'Scan',
    [...given, ...iterations],
    node.results.map((result) => scope.type(result).dtype),
    attributes,
  );
}

/** Creates an array of zeros with one element for each iteration of a scan. */
function iterationsOf(scope: Scope, node: OpenNode<'scan'>): Term {
  const length = node.open.get('length') ?? node.attributes.length;
  return expand(scope.writer, scope.writer.int64([0]), [length]);
}

/**
 * Writes a while loop as Loop. The nodes that compute the condition are written twice: before the loop and at the end
 * of its body.
 */
function whileLoop(scope: Scope, node: OpenNode<'while'>): readonly Bound[] {
  const { writer: w } = scope;
  const { carries, maxTrips } = node.attributes;
  const [test, body] = [bodyNamed(node, 'test'), bodyNamed(node, 'body')];
  const operands = scope.terms(node.operands);
  const constants = operands.slice(carries);
  const first = testOf(scope, w, test, operands);
  const inner = w.inner();
  const iteration: Term = { name: w.file.freshName('iteration'), dtype: 'int64' };
  const before: Term = { name: w.file.freshName('condition'), dtype: 'bool' };
  const inputs = operands.slice(0, carries).map(({ dtype }): Term => ({ name: w.file.freshName('carry'), dtype }));
  const next = scope.writeGraph(inner, body, [...inputs, ...constants]);
  const taken = new Set<string>();
  const results = ports(inner, body, next, taken);
  const continues = testOf(scope, inner, test, [
    ...results.map(({ name, dtype }): Term => ({ name, dtype })),
    ...constants,
  ]);
  const graph = {
    name: 'body',
    inputs: [
      { ...iteration, shape: [] },
      { ...before, shape: [] },
      ...inputs.map((input): DraftPort => ({ ...input, shape: null })),
    ],
    outputs: [{ ...uniqueTerm(inner, continues, taken), shape: [] }, ...results],
    nodes: inner.nodes,
  };
  const most = maxTrips === null ? null : w.int64([maxTrips], []);
  const dtypes = node.results.map((result) => scope.type(result).dtype);
  return w.emit('Loop', [most, first, ...operands.slice(0, carries)], dtypes, { body: graphAttribute(graph) });
}

function testOf(scope: Scope, w: Writer, test: OpenGraph, inputs: readonly Term[]): Term {
  const [result] = scope.writeGraph(w, test, inputs);
  return reshape(w, written(w, result), test.types[test.outputs[0]].shape, []);
}

/**
 * Returns the outputs of a loop or branch body. Adds Identity nodes, because in ONNX each output must be the result of
 * its own node.
 */
function ports(inner: Writer, body: OpenGraph, outputs: readonly Bound[], taken: Set<string>): DraftPort[] {
  return outputs.map((output, i) => {
    const { shape } = body.types[body.outputs[i]];
    return { ...uniqueTerm(inner, written(inner, output), taken), shape };
  });
}

function uniqueTerm(inner: Writer, term: Term, taken: Set<string>): Term {
  const unique = inner.makes(term) && !taken.has(term.name) ? term : inner.emitOne('Identity', [term], term.dtype);
  taken.add(unique.name);
  return unique;
}

function bodyNamed(node: OpenNode, name: string): OpenGraph {
  const body = node.bodies.get(name);
  if (body !== undefined) return body;
  const failure = node.failures.get(name);
  if (failure !== undefined) throw failure;
  throw new ManabiError('graph', `Operator ${node.op} lacks its graph attribute \`${name}\`.`, {
    op: 'exportOnnx',
    data: { name },
  });
}
