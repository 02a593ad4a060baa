/** Encodes small ONNX models without using manabi. */

/** An attribute of a node. */
export type OnnxAttribute = { readonly name: string; readonly value: number };

/** A node with one output. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: readonly OnnxAttribute[];
}

/** A float32 input or output. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A constant vector of int64, such as a list of axes. */
export interface OnnxConstant {
  readonly name: string;
  readonly values: readonly number[];
}

/** Contents of a model. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants?: readonly OnnxConstant[];
}

const IR_VERSION = 8;
const OPSET = 17;

const FLOAT = 1;
const INT64 = 7;

/** Number of the attribute type INT in AttributeProto. */
const ATTRIBUTE_INT = 2;

/** Serializes a model (field numbers from onnx.proto of the ONNX standard). */
export function encodeModel({ nodes, inputs, outputs, constants = [] }: OnnxModel): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => message(1, encodeNode(node))),
    ...text(2, 'bench'),
    ...constants.flatMap(({ name, values }) =>
      message(5, [
        ...integer(1, values.length),
        ...integer(2, INT64),
        ...message(7, values.flatMap(varint)),
        ...text(8, name),
      ]),
    ),
    ...inputs.flatMap((value) => message(11, encodeValue(value))),
    ...outputs.flatMap((value) => message(12, encodeValue(value))),
  ];
  return Uint8Array.from([
    ...integer(1, IR_VERSION),
    ...message(7, graph),
    ...message(8, [...text(1, ''), ...integer(2, OPSET)]),
  ]);
}

function encodeNode({ operator, inputs, output, attributes = [] }: OnnxNode): number[] {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...text(2, output),
    ...text(4, operator),
    ...attributes.flatMap(({ name, value }) =>
      message(5, [...text(1, name), ...integer(3, value), ...integer(20, ATTRIBUTE_INT)]),
    ),
  ];
}

function encodeValue({ name, shape }: OnnxValue): number[] {
  const dimensions = shape.flatMap((length) => message(1, integer(1, length)));
  const tensorType = [...integer(1, FLOAT), ...message(2, dimensions)];
  return [...text(1, name), ...message(2, message(1, tensorType))];
}

const VARINT_WIRE = 0;
const LENGTH_WIRE = 2;

function integer(field: number, value: number): number[] {
  return [...varint((field << 3) | VARINT_WIRE), ...varint(value)];
}

function message(field: number, bytes: readonly number[]): number[] {
  return [...varint((field << 3) | LENGTH_WIRE), ...varint(bytes.length), ...bytes];
}

function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)]);
}

/** Encodes an integer in groups of seven bits, the lowest group first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}
