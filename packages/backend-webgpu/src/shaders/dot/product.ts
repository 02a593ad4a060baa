import type { DotAttributes, Plan, RoutineStep } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import { valueType } from '../../wgsl/types.ts';
import { codeSize } from '../code-size.ts';
import { KernelWriter } from '../kernel-writer.ts';
import type { ShaderBuffers } from '../shader-buffers.ts';
import { WIDTH, wideAxisOf } from '../wide-axis.ts';
import { type OperandLoads, operandLoads } from './operand-loads.ts';

/** A matrix product with the code that all of its shaders share; see `DotDivision` for the kinds of shaders. */
export interface Product {
  readonly attributes: DotAttributes;
  readonly left: OperandLoads;
  readonly right: OperandLoads;
  /** WGSL type of an element. */
  readonly type: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batches: number;
  readonly epilogue: EpilogueCode;
  /** Returns the expression `sum + x * y`. */
  readonly add: (sum: string, x: string, y: string) => string;
}

/** Code that calls the epilogue of a product. */
export interface EpilogueCode {
  /**
   * Returns the call for the sum at `row` and `column`, which are u32 expressions; if `width` is 4, for a vector of the
   * sums at four columns, of which `column` is the first and a multiple of four.
   */
  readonly call: (row: string, column: string, value: string) => string;
  readonly width: 1 | 4;
  /** Size of the code for one result; see `codeSize`. */
  readonly size: number;
}

/**
 * Describes a matrix product for its shaders.
 *
 * @param vectors whether operands are loaded, and results finished, in vectors of four elements where strides permit it
 */
export function productOf(
  plan: Plan,
  step: RoutineStep<DotAttributes>,
  buffers: ShaderBuffers,
  vectors: boolean,
): Product {
  const { attributes, operands } = step;
  const { rows, columns, contract } = attributes;
  // Buffers must be bound as vectors before the epilogue loads from them.
  const left = operandLoads(buffers, operands[0], attributes.left, rows, contract, { vectors, reorders: true });
  const right = operandLoads(buffers, operands[1], attributes.right, columns, contract, {
    vectors,
    // The epilogue finishes adjacent columns together.
    reorders: false,
  });
  return {
    ...{ attributes, left, right },
    ...{ batches: sizeOf(attributes.batch), m: sizeOf(rows), n: sizeOf(columns), k: sizeOf(contract) },
    type: valueType(attributes.dtype),
    epilogue: epilogueCode(plan, step, buffers, vectors),
    add: (sum, x, y) => `${sum} + ${x} * ${y}`,
  };
}

/** Declares the epilogue as a function of the axes [batch..., row, column] and a sum or a vector of sums. */
function epilogueCode(
  plan: Plan,
  step: RoutineStep<DotAttributes>,
  buffers: ShaderBuffers,
  vectors: boolean,
): EpilogueCode {
  const { epilogue, attributes } = step;
  if (epilogue === null) throw new Error('A product without an epilogue stores nothing.');
  const { dtype, batch } = attributes;
  const column = batch.length + 1;
  const axes = [...batch.map((_, i) => i), batch.length, column];
  const wide = vectors ? wideAxisOf(epilogue, epilogue.body, column, buffers) : null;
  const type = wide === null ? valueType(dtype) : `vec4<${valueType(dtype)}>`;
  const name = buffers.module.require('finish', () => {
    const writer = new KernelWriter(epilogue, buffers, (slot) => plan.slots[slot].dtype, { result: 'value', wide });
    const parameters = [...axes.map((axis) => `a${axis}: i32`), `value: ${type}`];
    return [`fn finish(${parameters.join(', ')}) {`, ...writer.block(epilogue.body), '}'].join('\n');
  });
  return {
    call: (row, first, value) =>
      `${name}(${[...batch.map((_, i) => `batch${i}`), `i32(${row})`, `i32(${first})`, value].join(', ')});`,
    width: wide === null ? 1 : WIDTH,
    size: codeSize(epilogue),
  };
}
