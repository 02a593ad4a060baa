import type { TensorType } from '../types/shape.ts';
import type { Graph, Node } from './graph.ts';
import { isGraph } from './parts.ts';

/** Arrays of numbers longer than this are written as their bits, which is short and exact. */
const LONGEST_LIST = 16;

const graphKeys = new WeakMap<Graph, string>();
const arrayKeys = new WeakMap<readonly unknown[], string>();

/**
 * A text that two graphs share if, and only if, they are built alike: types of the inputs, operators, attributes
 * (bodies of calls and elements of constants included), operands and outputs. What compiled plans are cached by.
 *
 * Keys of graphs are remembered as long as the graphs live, so graphs must not be changed after they were made.
 *
 * @example `const plan = plans.get(structuralKey(graph));`
 */
export function structuralKey(graph: Graph): string {
  let key = graphKeys.get(graph);
  if (key === undefined) {
    key = writeGraph(graph);
    graphKeys.set(graph, key);
  }
  return key;
}

/** A text that the attributes of two nodes of one operator share if, and only if, they are equal. */
export function attributesKey(attributes: Node['attributes']): string {
  return recordKey(attributes);
}

function writeGraph(graph: Graph): string {
  let key = '<';
  for (let input = 0; input < graph.inputCount; input++) key += typeKey(graph.types[input]);
  for (const { op, operands, attributes } of graph.nodes) {
    key += `|${op}`;
    for (const operand of operands) key += ` ${operand}`;
    key += recordKey(attributes);
  }
  return `${key}>${graph.outputs.join()};`;
}

function typeKey(type: TensorType): string {
  return `${type.dtype}[${type.shape.join()}]`;
}

function recordKey(record: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(record);
  if (names.length === 0) return '';
  // Most records are written in order; sorting them again would take longer than the rest.
  if (names.some((name, i) => i > 0 && name < names[i - 1])) names.sort();
  let key = '{';
  for (const name of names) key += `${name}:${valueKey(record[name])},`;
  return `${key}}`;
}

function valueKey(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return numberKey(value);
    case 'string':
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return arrayKey(value);
      return isGraph(value) ? structuralKey(value) : recordKey({ ...value });
    default:
      return String(value);
  }
}

function numberKey(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function arrayKey(values: readonly unknown[]): string {
  if (values.length <= LONGEST_LIST || !values.every((value) => typeof value === 'number')) {
    let key = '[';
    for (const value of values) key += `${valueKey(value)},`;
    return `${key}]`;
  }
  let key = arrayKeys.get(values);
  if (key === undefined) {
    key = `[${values.length} ${bitsText(Float64Array.from(values))}]`;
    arrayKeys.set(values, key);
  }
  return key;
}

/** The bits of numbers as the code units of a text. */
function bitsText(values: Float64Array): string {
  const units = new Uint16Array(values.buffer);
  const chunk = 8192;
  let text = '';
  for (let at = 0; at < units.length; at += chunk) text += String.fromCharCode(...units.subarray(at, at + chunk));
  return text;
}
