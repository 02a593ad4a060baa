import {
  axisIndex,
  type DType,
  dtypes,
  type ElementContext,
  hostArray,
  lowerings,
  ManabiError,
  type ScalarOp,
  sizeOf,
} from '@manabi/ir';
import { isFixed, type Length, productOf } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { text } from '../write/attribute.ts';
import { reshape } from '../write/layout.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound, Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import { rangeOf } from './layout-dynamic.ts';
import type { Rows } from './row.ts';

/** Names of operators that create arrays without reading one, except for the key of a random generator. */
export type SourceName = 'constant' | 'iota' | 'randomBits';

export const sourceRows: Rows<SourceName> = {
  constant: {
    open: ['shape', 'value'],
    quotients: ['value'],
    write: (scope, node) => [constantOf(scope, node)],
  },
  iota: {
    open: ['shape'],
    write: (scope, { attributes: { dtype, axis }, results: [result] }) => {
      const { writer: w } = scope;
      const shape = scope.shape(result);
      const length = shape[axis];
      const source = isFixed(length)
        ? w.constant(
            hostArray(
              dtype,
              [length],
              dtypes[dtype].create(length).map((_, i) => i),
            ),
          )
        : w.cast(rangeOf(w, length), dtype);
      return [{ source, sourceShape: [length], axes: [axis], shape }];
    },
  },
  randomBits: {
    open: ['shape'],
    write: (scope, node) => [randomBits(scope, node)],
  },
};

/**
 * Writes a constant. A constant array of equal numbers becomes a scalar, which the operators that read it broadcast.
 */
function constantOf(scope: Scope, { attributes, open, quotients, results: [result] }: OpenNode<'constant'>): Bound {
  const { writer: w } = scope;
  const { dtype, shape, value } = attributes;
  const spread = (source: Term): Bound => ({ source, sourceShape: [], axes: [], shape: scope.shape(result) });
  const number = (length: Length): Term => w.cast(reshape(w, w.length(length), [1], []), dtype);
  const [varying, quotient] = [open.get('value'), quotients.get('value')];
  if (varying !== undefined) return spread(number(varying));
  if (quotient !== undefined) {
    return spread(w.compute('Div', [w.scalar(quotient.times, dtype), number(quotient.over)]));
  }
  if (typeof value === 'number') {
    const source = w.scalar(value, dtype);
    return shape.length === 0 ? source : spread(source);
  }
  const data = dtypes[dtype].create(sizeOf(shape));
  data.set(value);
  return w.constant(hostArray(dtype, shape, data));
}

/**
 * Writes the random generator Threefry: each instruction of its scalar expression becomes one node, which processes the
 * counters of all elements.
 */
function randomBits(scope: Scope, { operands: [key], attributes, results: [result] }: OpenNode<'randomBits'>): Term {
  const { writer: w } = scope;
  const lowering = lowerings.randomBits;
  if (lowering.class !== 'pointwise') throw noInstruction(lowering.class);
  const words = scope.term(key);
  const counters = countersOf(w, scope.shape(result));
  const context: ElementContext<Term> = {
    operand: (_, [position]) => w.compute('Gather', [words], { others: [w.int64([position.constant], [])] }),
    constant: (value, dtype) => w.scalar(value, dtype),
    instruction: (op, operands, dtype) => instruction(w, op, operands, dtype),
    // The only index in the expression is the row-major index of the element that it computes.
    fromIndex: () => counters,
    toIndex: () => {
      throw noInstruction('toIndex');
    },
  };
  const index = attributes.shape.map((length, axis) => axisIndex(axis, length));
  return lowering.element(context, index, { operands: [{ dtype: 'uint32', shape: [2] }], attributes, results: [] });
}

/** Returns an array of the given shape in which each element is its own row-major index. */
function countersOf(w: Writer, shape: readonly Length[]): Term {
  const count = productOf(shape);
  return w.cast(reshape(w, rangeOf(w, count), [count], shape), 'int32');
}

/** Writes one instruction of the scalar expression of Threefry as an ONNX node. */
function instruction(w: Writer, op: ScalarOp, operands: readonly Term[], dtype: DType | undefined): Term {
  const shift = (direction: string): Term =>
    w.compute('BitShift', operands, { attributes: { direction: text(direction) } });
  switch (op) {
    case 'add':
      return w.compute('Add', operands);
    case 'xor':
      return w.compute('BitwiseXor', operands);
    case 'or':
      return w.compute('BitwiseOr', operands);
    case 'shiftLeft':
      return shift('LEFT');
    case 'shiftRight':
      return shift('RIGHT');
    case 'cast':
      return w.cast(operands[0], dtype ?? operands[0].dtype);
    default:
      throw noInstruction(op);
  }
}

function noInstruction(op: string): ManabiError {
  return new ManabiError('graph', `Cannot export randomBits: ONNX has no equivalent of its instruction '${op}'.`, {
    op: 'exportOnnx',
    data: { operator: 'randomBits', instruction: op },
  });
}
