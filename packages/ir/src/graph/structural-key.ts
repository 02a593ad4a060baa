import type { TensorType } from '../types/shape.ts';
import type { Graph, Node } from './graph.ts';
import { isGraph } from './parts.ts';

/** Arrays of more numbers than this are encoded as the bits of the numbers, which is short and exact. */
const LONGEST_LIST = 16;

const graphKeys = new WeakMap<Graph, string>();
const arrayKeys = new WeakMap<readonly unknown[], string>();

/**
 * Returns a string that is the same for two graphs if and only if they have the same structure: input types, operators,
 * attributes (including the bodies of calls and the elements of constants), operands and outputs. Compiled plans are
 * cached by this string.
 *
 * The string is cached for each graph object, so a graph must not be modified after it was built.
 *
 * @example
 * ```ts
 * import { graphBuilder, structuralKey } from '@manabi/ir';
 *
 * const build = () => {
 *   const b = graphBuilder();
 *   return b.finish([b.exp(b.input({ dtype: 'float32', shape: [3] }))]);
 * };
 * console.log(structuralKey(build()) === structuralKey(build())); // true
 * ```
 */
export function structuralKey(graph: Graph): string {
  let key = graphKeys.get(graph);
  if (key === undefined) {
    key = writeGraph(graph);
    graphKeys.set(graph, key);
  }
  return key;
}

/** Returns a string that is the same for two nodes of the same operator if and only if their attributes are equal. */
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
  // Most objects have sorted keys already, and sorting them again would take longer than the rest of this function.
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

/** Returns a string whose UTF-16 code units are the bits of numbers. */
function bitsText(values: Float64Array): string {
  const units = new Uint16Array(values.buffer);
  const chunk = 8192;
  let text = '';
  for (let at = 0; at < units.length; at += chunk) text += String.fromCharCode(...units.subarray(at, at + chunk));
  return text;
}
