import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { DType, HostArray } from '@manabi/core';
import { bytesOfElements } from '@manabi/data/internal';
import { typeNumbers } from '../tensor-types.ts';

/** Encoded `AttrValue` of a node. */
export type Attribute = Uint8Array;

/** Returns a nested message as a field. */
export function field(writer: BinaryWriter, number: number, message: Uint8Array): BinaryWriter {
  return writer.tag(number, WireType.LengthDelimited).bytes(message);
}

const attribute = (write: (writer: BinaryWriter) => BinaryWriter): Attribute => write(new BinaryWriter()).finish();

export const typeOf = (dtype: DType): Attribute => typeNumber(typeNumbers[dtype]);
const typeNumber = (number: number): Attribute => attribute((w) => w.tag(6, WireType.Varint).int32(number));
export const bool = (value: boolean): Attribute => attribute((w) => w.tag(5, WireType.Varint).bool(value));
export const int = (value: number): Attribute => attribute((w) => w.tag(3, WireType.Varint).int64(value));
export const text = (value: string): Attribute => attribute((w) => w.tag(2, WireType.LengthDelimited).string(value));

export function ints(values: readonly number[]): Attribute {
  const packed = new BinaryWriter();
  for (const value of values) packed.int64(value);
  return attribute((w) => field(w, 1, field(new BinaryWriter(), 3, packed.finish()).finish()));
}

/** Returns a list of element types, given their numbers. */
export function types(numbers: readonly number[]): Attribute {
  const packed = new BinaryWriter();
  for (const number of numbers) packed.int32(number);
  return attribute((w) => field(w, 1, field(new BinaryWriter(), 6, packed.finish()).finish()));
}

/** Returns a reference to a function by name. */
export function callee(name: string): Attribute {
  return attribute((w) => field(w, 10, new BinaryWriter().tag(1, WireType.LengthDelimited).string(name).finish()));
}

/** Returns a `TensorShapeProto`; a length of -1 is open. */
export function shapeMessage(shape: readonly number[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const length of shape) field(writer, 2, new BinaryWriter().tag(1, WireType.Varint).int64(length).finish());
  return writer.finish();
}

export const shapeAttribute = (shape: readonly number[]): Attribute =>
  attribute((w) => field(w, 7, shapeMessage(shape)));

/** Returns a constant. */
export function tensorAttribute({ dtype, shape, data }: HostArray): Attribute {
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int32(typeNumbers[dtype]);
  field(tensor, 2, shapeMessage(shape));
  field(tensor, 4, bytesOfElements(dtype, data));
  return attribute((w) => field(w, 8, tensor.finish()));
}
