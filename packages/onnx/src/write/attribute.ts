import type { AttributeProto } from '../proto/messages.ts';
import type { AttributeValue, DraftGraph } from './draft.ts';

/** Number of each type of attribute in `AttributeProto.AttributeType` of the ONNX standard. */
export const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

const message = (fields: AttributeProto): AttributeValue => ({ kind: 'message', fields });

export function int(value: number | boolean): AttributeValue {
  return message({ type: ATTRIBUTE_TYPES.int, i: BigInt(Number(value)) });
}

export function ints(values: readonly number[]): AttributeValue {
  return message({ type: ATTRIBUTE_TYPES.ints, ints: values.map(BigInt) });
}

export function float(value: number): AttributeValue {
  return message({ type: ATTRIBUTE_TYPES.float, f: value });
}

export function floats(values: readonly number[]): AttributeValue {
  return message({ type: ATTRIBUTE_TYPES.floats, floats: values });
}

export function text(value: string): AttributeValue {
  return message({ type: ATTRIBUTE_TYPES.string, s: new TextEncoder().encode(value) });
}

export function texts(values: readonly string[]): AttributeValue {
  const encoder = new TextEncoder();
  return message({ type: ATTRIBUTE_TYPES.strings, strings: values.map((value) => encoder.encode(value)) });
}

export function graphAttribute(graph: DraftGraph): AttributeValue {
  return { kind: 'graph', graph };
}
