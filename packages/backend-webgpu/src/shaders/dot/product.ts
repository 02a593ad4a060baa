import type { DotAttributes, DotOperand, Plan, RoutineStep } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import { valueType } from '../../wgsl/types.ts';
import { axesCode } from '../axes-code.ts';
import { KernelWriter } from '../kernel-writer.ts';
import type { ShaderBuffers } from '../shader-buffers.ts';
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
  /** Returns the call of the epilogue with the sum for `row` and `column`, which are u32 expressions. */
  readonly finish: (row: string, column: string, value: string) => string;
  /** Returns the expression `sum + x * y`. */
  readonly add: (sum: string, x: string, y: string) => string;
}

/**
 * Describes a matrix product for its shaders.
 *
 * @param vectors whether operands are loaded in vectors of four elements where their strides permit it
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
  const left = operandLoads(buffers, operands[0], attributes.left, rows, contract, vectors);
  const right = operandLoads(buffers, operands[1], attributes.right, columns, contract, vectors);
  return {
    ...{ attributes, left, right },
    ...{ batches: sizeOf(attributes.batch), m: sizeOf(rows), n: sizeOf(columns), k: sizeOf(contract) },
    type: valueType(attributes.dtype),
    finish: finishCall(plan, step, buffers),
    add: (sum, x, y) => `${sum} + ${x} * ${y}`,
  };
}

/** Declares the epilogue as a function of the axes [batch..., row, column] and a sum; returns code for calls of it. */
function finishCall(plan: Plan, step: RoutineStep<DotAttributes>, buffers: ShaderBuffers): Product['finish'] {
  const { epilogue, attributes } = step;
  if (epilogue === null) throw new Error('A product without an epilogue stores nothing.');
  const { dtype, batch } = attributes;
  const axes = [...batch.map((_, i) => i), batch.length, batch.length + 1];
  const writer = new KernelWriter(epilogue, buffers, (slot) => plan.slots[slot].dtype, { result: 'value' });
  const name = buffers.module.require('finish', () => {
    const parameters = [...axes.map((axis) => `a${axis}: i32`), `value: ${valueType(dtype)}`];
    const lines = writer.block(epilogue.body);
    return [`fn finish(${parameters.join(', ')}) {`, ...lines, '}'].join('\n');
  });
  return (row, column, value) =>
    `${name}(${[...batch.map((_, i) => `batch${i}`), `i32(${row})`, `i32(${column})`, value].join(', ')});`;
}

/**
 * Returns statements that declare the batch indices at a flat position (`batch0` …), and the index of the first element
 * of each operand there (`left`, `right`).
 */
export function batchCode({ attributes: { batch, left, right } }: Product, position: string): string[] {
  const start = ({ offset, batchStrides }: DotOperand): string =>
    [`${offset}u`, ...batchStrides.flatMap((stride, i) => (stride === 0 ? [] : [`u32(batch${i}) * ${stride}u`]))].join(
      ' + ',
    );
  return [
    ...axesCode(
      position,
      batch.map((extent, i) => ({ name: `batch${i}`, extent })),
    ),
    `let left = ${start(left)};`,
    `let right = ${start(right)};`,
  ];
}
