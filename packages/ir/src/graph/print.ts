import { ManabiError } from '@manabi/errors';
import { equalShapes, formatType, type TensorType } from '../types/shape.ts';
import type { Graph, Node, Value } from './graph.ts';
import { attributeGraphs, isGraph } from './parts.ts';

/** Longer lists are cut when printed. */
const LONGEST_LIST = 8;

/**
 * Text of a graph for people and snapshots: a line per node, bodies of calls indented, a constant that is one number
 * everywhere written where it is used.
 *
 * @example
 * ```
 * graph(%0: float32[2, 3], %1: float32[3]) {
 *   %2: float32[2, 3] = expand %1 axes=[1]
 *   %4: float32[2, 3] = mul %2, 0.5
 *   return %4
 * }
 * ```
 */
export function printGraph(graph: Graph): string {
  return [...graphLines('graph', graph)].join('\n');
}

/**
 * Text of one node of a graph, as `printGraph` writes it but without the bodies of calls.
 *
 * @throws ManabiError `graph` if the node's values are not the graph's.
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

/** Text of the constants that are one number everywhere. */
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
  throw new ManabiError('graph', `The graph has no value %${value}: it has ${graph.types.length}.`, {
    data: { value, values: graph.types.length },
  });
}

function valueText(value: Value, inline: ReadonlyMap<Value, string>): string {
  return inline.get(value) ?? `%${value}`;
}

/** Attributes that only repeat the result's type are left out. */
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
