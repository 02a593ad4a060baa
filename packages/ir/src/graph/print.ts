import { ManabiError } from '@manabi/errors';
import { equalShapes, formatType, type TensorType } from '../types/shape.ts';
import type { Graph, Node, Value } from './graph.ts';
import { attributeGraphs, isGraph } from './parts.ts';

/** Lists with more elements than this are printed only in part. */
const LONGEST_LIST = 8;

/**
 * Formats a graph as text: a line per node, with the bodies of calls indented. A constant whose elements are all equal
 * is printed as a number where it is used.
 *
 * @throws ManabiError `graph` if a node uses a value that the graph does not have
 * @example
 * ```ts
 * import { graphBuilder, printGraph } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const graph = b.finish([b.mul(x, b.full(x, 0.5))]);
 * console.log(printGraph(graph).split('\n')[1]); // '  %2: float32[3] = mul %0, 0.5'
 * ```
 */
export function printGraph(graph: Graph): string {
  return [...graphLines('graph', graph)].join('\n');
}

/**
 * Formats one node of a graph as `printGraph` does, without the bodies of calls.
 *
 * @throws ManabiError `graph` if the node uses a value that the graph does not have
 * @example
 * ```ts
 * import { graphBuilder, printNode } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const graph = b.finish([b.neg(x)]);
 * console.log(printNode(graph, graph.nodes[0])); // %1: float32[3] = neg %0
 * ```
 */
export function printNode(graph: Graph, node: Node): string {
  return nodeText(graph, node, inlineConstants(graph));
}

function* graphLines(head: string, graph: Graph): Generator<string> {
  const inline = inlineConstants(graph);
  const inputs = graph.types.slice(0, graph.inputCount).map((type, i) => `%${i}: ${formatType(type)}`);
  yield `${head}(${inputs.join(', ')}) {`;
  for (const node of graph.nodes) {
    if (node.results.every((result) => inline.has(result))) continue;
    const text = nodeText(graph, node, inline);
    const bodies = attributeGraphs(node);
    if (bodies.length === 0) {
      yield `  ${text}`;
      continue;
    }
    for (const [i, [name, body]] of bodies.entries()) {
      for (const [row, line] of [...graphLines(name, body)].entries()) {
        if (row > 0) yield `  ${line}`;
        else yield i === 0 ? `  ${text} ${line}` : `  ${line}`;
      }
    }
  }
  yield graph.outputs.length === 0
    ? '  return'
    : `  return ${graph.outputs.map((v) => valueText(v, inline)).join(', ')}`;
  yield '}';
}

/** Returns the text of each constant whose elements are all equal. */
function inlineConstants(graph: Graph): ReadonlyMap<Value, string> {
  const texts = new Map<Value, string>();
  for (const node of graph.nodes) {
    if (node.op === 'constant' && typeof node.attributes.value === 'number') {
      texts.set(node.results[0], numberText(node.attributes.value));
    }
  }
  return texts;
}

function nodeText(graph: Graph, node: Node, inline: ReadonlyMap<Value, string>): string {
  const results = node.results.map((result) => `%${result}: ${formatType(typeOf(graph, result))}`).join(', ');
  const operands = node.operands.map((operand) => ` ${valueText(operand, inline)}`).join(',');
  const attributes = attributeTexts(node, typeOf(graph, node.results[0])).map((text) => ` ${text}`);
  return `${results} = ${node.op}${operands}${attributes.join('')}`;
}

function typeOf(graph: Graph, value: Value): TensorType {
  const type = graph.types[value];
  if (type !== undefined) return type;
  throw new ManabiError(
    'graph',
    `The graph has no value %${value}; it has ${graph.types.length} values. Pass a node that belongs to this graph.`,
    {
      data: { value, values: graph.types.length },
    },
  );
}

function valueText(value: Value, inline: ReadonlyMap<Value, string>): string {
  return inline.get(value) ?? `%${value}`;
}

/** Returns the attributes of a node as text, without those that only repeat the dtype or shape of the result. */
function attributeTexts(node: Node, type: TensorType): string[] {
  const texts: string[] = [];
  for (const [name, value] of Object.entries(node.attributes)) {
    if (isGraph(value) || value === null || value === false) continue;
    if (value === type.dtype) continue;
    if (isNumbers(value) && name === 'shape' && equalShapes(value, type.shape)) continue;
    const text = attributeText(value);
    if (text !== '{}') texts.push(value === true ? name : `${name}=${text}`);
  }
  return texts;
}

function attributeText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    const shown = value.length > LONGEST_LIST ? value.slice(0, LONGEST_LIST - 1) : value;
    const rest = value.length - shown.length;
    return `[${shown.map(attributeText).join(', ')}${rest > 0 ? `, … ${rest} more` : ''}]`;
  }
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${name}: ${attributeText(inner)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'number');
}
