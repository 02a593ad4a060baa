import { ManabiError, type Tensor } from '@manabi/core';
import { FileError } from '@manabi/files';
import { constantOf, type GraphNode, shapeOf } from '../graph.ts';
import { elementOf, type TensorElement } from '../tensor-types.ts';
import { type HostValue, toTensor, type Value } from '../values.ts';

/** A node with its inputs, for the functions that compute operations. */
export class OpContext {
  readonly node: GraphNode;
  readonly inputs: readonly Value[];
  readonly source: string;

  constructor(node: GraphNode, inputs: readonly Value[], source: string) {
    this.node = node;
    this.inputs = inputs;
    this.source = source;
  }

  /** Returns an input as a tensor. */
  x(position: number): Tensor {
    const tensor = toTensor(this.input(position));
    if (tensor !== null) return tensor;
    throw this.unsupported(`input ${position} is not a tensor`);
  }

  /** Returns all inputs from a position as tensors. */
  tensors(start = 0, end = this.inputs.length): readonly Tensor[] {
    return this.inputs.slice(start, end).map((_, i) => this.x(start + i));
  }

  input(position: number): Value {
    const value = this.inputs.at(position);
    if (value === undefined) throw this.unsupported(`input ${position} is missing`);
    return value;
  }

  /** Returns an input whose elements must be known before the program runs, such as a shape. */
  host(position: number): HostValue {
    const value = this.input(position);
    if (value.kind === 'host') return value;
    throw this.unsupported(`input ${position} must be a constant or depend only on shapes, but it depends on data`);
  }

  /** Returns the integers of an input that must be known before the program runs. */
  numbers(position: number): readonly number[] {
    return this.host(position).data;
  }

  /** Returns the single number of an input that must be known before the program runs. */
  number(position: number): number {
    return this.numbers(position)[0] ?? 0;
  }

  texts(position: number): readonly string[] {
    const value = this.input(position);
    if (value.kind === 'texts') return value.texts;
    throw this.unsupported(`input ${position} is not a text`);
  }

  has(name: string): boolean {
    return this.node.attributes.has(name);
  }

  integer(name: string, missing = 0): number {
    return this.node.attributes.get(name)?.number(3) ?? missing;
  }

  integers(name: string): readonly number[] {
    return (this.node.attributes.get(name)?.message(1).integers(3) ?? []).map(Number);
  }

  float(name: string, missing: number): number {
    return this.node.attributes.get(name)?.floats(4)[0] ?? missing;
  }

  boolean(name: string): boolean {
    return this.node.attributes.get(name)?.integer(5) === 1n;
  }

  text(name: string, missing = ''): string {
    return this.node.attributes.get(name)?.text(2) ?? missing;
  }

  element(name: string): TensorElement {
    return elementOf(this.node.attributes.get(name)?.number(6) ?? 0);
  }

  shape(name: string): readonly (number | null)[] | null {
    const attribute = this.node.attributes.get(name);
    return attribute === undefined ? null : shapeOf(attribute.message(7));
  }

  /** Returns the name of a function that the node calls. */
  callee(name: string): string {
    return this.node.attributes.get(name)?.message(10).text(1) ?? '';
  }

  constant(name: string): Value {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) throw this.unsupported(`attribute '${name}' is missing`);
    return constantOf(attribute.message(8), this.node.name, this.source);
  }

  /** Returns the error for a node that cannot be computed. */
  unsupported(problem: string): FileError {
    const { name, op } = this.node;
    return new FileError('unsupported', `Node '${name}' (${op}) in ${this.source} is unsupported: ${problem}.`, {
      data: { source: this.source, node: name, op },
    });
  }

  /** Adds the node to an error of a tensor function. */
  failed(error: unknown): unknown {
    if (!(error instanceof ManabiError)) return error;
    const { name, op } = this.node;
    return new FileError(
      'unsupported',
      `Node '${name}' (${op}) in ${this.source} cannot be computed: ${error.message}`,
      {
        data: { ...error.data, source: this.source, node: name, op },
        cause: error,
      },
    );
  }
}

/** Computes the outputs of a node. */
export type Op = (context: OpContext) => readonly Value[];
