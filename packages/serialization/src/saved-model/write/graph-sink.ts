import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type DType, type HostArray, hostArray } from '@manabi/core';
import { dtypes } from '@manabi/ir';
import { type Attribute, field, tensorAttribute, typeOf } from './attributes.ts';
import type { Length } from './lengths.ts';

/** Names of the outputs of operations, by which nodes in functions refer to them; that of others is `output`. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  Cumsum: ['out'],
  TensorListReserve: ['handle'],
  TensorListSetItem: ['output_handle'],
  TensorListStack: ['tensor'],
  TopKV2: ['values', 'indices'],
};
const Y =
  'Transpose Cast LogicalNot Invert Neg Abs Sign Floor Ceil Rint Exp Expm1 Log Log1p Sqrt Sin Cos Tan Asin Atan Tanh Sigmoid Erf IsNan IsInf';
const Z =
  'AddV2 Sub Mul RealDiv TruncateDiv TruncateMod Pow Maximum Minimum Equal NotEqual Less LessEqual LogicalAnd LogicalOr BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift';
const NAMED: ReadonlyMap<string, string> = new Map([
  ...Y.split(' ').map((op): [string, string] => [op, 'y']),
  ...Z.split(' ').map((op): [string, string] => [op, 'z']),
]);

/** Operations that return a list, whose positions follow the name `output`. */
const RETURNS_LIST: ReadonlySet<string> = new Set(['Split', 'StatelessIf', 'StatelessWhile']);

/** Reference to a value of a graph: `node:0`, in functions `node:output:0` or an argument. */
export type Ref = string;

/** Collects the nodes of a graph or of a function. */
export class GraphSink {
  readonly #isFunction: boolean;
  readonly #nodes: Uint8Array[] = [];
  readonly #constants = new Map<string, Ref>();
  readonly #lengths = new Map<string, Ref>();
  /** The batch size, an int32 scalar. */
  batch: Ref = '';

  constructor(isFunction: boolean) {
    this.#isFunction = isFunction;
  }

  /** Encoded nodes. */
  get nodes(): readonly Uint8Array[] {
    return this.#nodes;
  }

  /** Adds a node with one output. */
  add(op: string, inputs: readonly Ref[], attributes: Readonly<Record<string, Attribute>> = {}): Ref {
    return this.addAll(op, inputs, attributes, 1)[0];
  }

  /** Adds a node and returns its outputs. */
  addAll(
    op: string,
    inputs: readonly Ref[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: number,
    name = `n${this.#nodes.length}`,
  ): readonly Ref[] {
    const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
    writer.tag(2, WireType.LengthDelimited).string(op);
    for (const input of inputs) writer.tag(3, WireType.LengthDelimited).string(input);
    for (const [key, value] of Object.entries(attributes)) {
      field(writer, 5, field(new BinaryWriter().tag(1, WireType.LengthDelimited).string(key), 2, value).finish());
    }
    this.#nodes.push(writer.finish());
    return Array.from({ length: outputs }, (_, i) => this.#refTo(name, op, i));
  }

  #refTo(name: string, op: string, output: number): Ref {
    if (!this.#isFunction) return `${name}:${output}`;
    if (RETURNS_LIST.has(op)) return `${name}:output:${output}`;
    const names = OUTPUTS[op] ?? [NAMED.get(op) ?? 'output'];
    return `${name}:${names[output]}:0`;
  }

  constant(array: HostArray): Ref {
    return this.add('Const', [], { value: tensorAttribute(array), dtype: typeOf(array.dtype) });
  }

  /** Adds a scalar, once for equal values. */
  scalar(dtype: DType, value: number): Ref {
    return this.#shared(hostArray(dtype, [], dtypes[dtype].create(1).fill(value)));
  }

  /** Adds a vector of integers, once for equal values. */
  integers(values: readonly number[]): Ref {
    return this.#shared(hostArray('int32', [values.length], Int32Array.from(values)));
  }

  #shared(array: HostArray): Ref {
    const key = `${array.dtype}:${array.shape}:${Object.is(array.data[0], -0) ? '-0' : array.data}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const made = this.constant(array);
    this.#constants.set(key, made);
    return made;
  }

  /** Returns a length as an int32 scalar. */
  length(length: Length): Ref {
    if (typeof length === 'number') return this.scalar('int32', length);
    const key = `${length.slope}:${length.offset}`;
    const known = this.#lengths.get(key);
    if (known !== undefined) return known;
    const int32 = { T: typeOf('int32') };
    const product =
      length.slope === 1 ? this.batch : this.add('Mul', [this.batch, this.scalar('int32', length.slope)], int32);
    const made =
      length.offset === 0 ? product : this.add('AddV2', [product, this.scalar('int32', length.offset)], int32);
    this.#lengths.set(key, made);
    return made;
  }

  /** Returns lengths as a vector. */
  shape(lengths: readonly Length[]): Ref {
    const fixed = lengths.filter((length) => typeof length === 'number');
    if (fixed.length === lengths.length) return this.integers(fixed);
    const key = JSON.stringify(lengths);
    const known = this.#lengths.get(key);
    if (known !== undefined) return known;
    const parts = lengths.map((length) => this.length(length));
    const made = this.add('Pack', parts, { N: intAttribute(parts.length), T: typeOf('int32'), axis: intAttribute(0) });
    this.#lengths.set(key, made);
    return made;
  }
}

function intAttribute(value: number): Attribute {
  return new BinaryWriter().tag(3, WireType.Varint).int64(value).finish();
}
