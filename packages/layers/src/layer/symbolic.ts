import { type DType, ManabiError } from '@manabi/core';
import { advice } from '@manabi/errors';
import type { CallOptions } from '../call/context.ts';
import { formatPartialType, type OneOrMany, type PartialShape } from '../structure/nested.ts';
import type { Layer } from './layer.ts';

/** A call of a layer on symbolic tensors: a node of the graph that a functional model is made from. */
export interface Node {
  readonly layer: Layer;
  /** What the layer was called on: one, or a list. */
  readonly inputs: OneOrMany<SymbolicTensor>;
  /** What it was called with: `{ training: true }` stays with the graph, also at predict time. */
  readonly options: CallOptions;
  /** What came out, in order. */
  readonly outputs: readonly SymbolicTensor[];
}

/**
 * What a layer will make when a model runs: a shape with null for lengths that are not known yet, a dtype, and the call
 * that it comes from. Made by `input` and `layer.apply`; made into a model by `model({ inputs, outputs })`.
 */
export class SymbolicTensor {
  readonly shape: PartialShape;
  readonly dtype: DType;
  readonly node: Node;
  /** Which of the node's outputs it is. */
  readonly index: number;

  constructor(shape: PartialShape, dtype: DType, node: Node, index: number) {
    this.shape = shape;
    this.dtype = dtype;
    this.node = node;
    this.index = index;
  }

  /** What to do where a tensor belongs. */
  get [advice](): string {
    return ADVICE;
  }

  /** A text such as `SymbolicTensor float32[null, 10] of 'dense'`. */
  toString(): string {
    return `SymbolicTensor ${formatPartialType(this)} of '${this.name}'`;
  }

  /** What `JSON.stringify` writes: the text of `toString`, since the graph leads to all layers. */
  toJSON(): string {
    return this.toString();
  }

  /**
   * What operators of JavaScript get.
   *
   * @throws ManabiError `argument` for `x + 1`, `x > 0` and the like
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ManabiError('argument', `Operators such as + and > do not take symbolic tensors. ${ADVICE}`, {
      op: 'SymbolicTensor',
      data: { given: 'a symbolic tensor' },
    });
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Name of the layer that makes it. */
  get name(): string {
    return this.node.layer.name;
  }
}

const ADVICE =
  'It has no values before the model runs. Apply a layer to it, as in layers.add([x, y]) or layer.apply(x), or compute in ' +
  'layers.lambda({ function: (x) => mul(x, 2) }).';

/** What people call on tensors of other libraries, and what tensors here are read with. */
const METHODS_OF_TENSORS =
  'add,sub,mul,div,pow,neg,abs,exp,log,sqrt,square,sum,mean,max,min,argmax,dot,matmul,matMul,transpose,reshape,flatten,' +
  'squeeze,expandDims,concat,slice,cast,astype,relu,sigmoid,softmax,tanh,item,array,data,dataSync,arraySync,numpy,print';

for (const method of METHODS_OF_TENSORS.split(',')) {
  Object.defineProperty(SymbolicTensor.prototype, method, {
    value(): never {
      throw new ManabiError('argument', `A symbolic tensor has no method ${method}. ${ADVICE}`, {
        op: method,
        data: { name: method, given: 'a symbolic tensor' },
      });
    },
  });
}

/** Whether something is a symbolic tensor. */
export function isSymbolic(thing: unknown): thing is SymbolicTensor {
  return thing instanceof SymbolicTensor;
}

/** Makes the node of a call, and its outputs; the layer remembers it. */
export function newNode(
  layer: Layer,
  inputs: OneOrMany<SymbolicTensor>,
  options: CallOptions,
  types: readonly { readonly shape: PartialShape; readonly dtype: DType }[],
): Node {
  const outputs: SymbolicTensor[] = [];
  const node: Node = { layer, inputs, options, outputs };
  types.forEach(({ shape, dtype }, i) => {
    outputs.push(new SymbolicTensor(shape, dtype, node, i));
  });
  return node;
}
