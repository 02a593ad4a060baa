import type { DotOperand } from '@manabi/compiler';
import type { ShaderBuffers } from '../shader-buffers.ts';

/**
 * How an operand of a product is loaded.
 *
 * - `terms`: in vectors of four consecutive terms of one line (a row of the left or a column of the right operand).
 * - `lines`: in vectors of one term of four consecutive lines.
 * - `elements`: one element at a time.
 */
export type LoadUnit = 'terms' | 'lines' | 'elements';

/** Code that loads the elements of one operand of a product. */
export interface OperandLoads {
  readonly unit: LoadUnit;
  /** Order of the axes of lines, the last of which varies fastest in the position of a line. */
  readonly order: readonly number[];
  /** Strides of `DotOperand.contractStrides`, in the unit of `loadVector` if the operand is loaded in vectors. */
  readonly contractStrides: readonly number[];
  /** Returns the index, in elements, of the line at a position, relative to the start of its batch. */
  readonly lineOffset: (position: string) => string;
  /** Returns the line at a position. Lines may be in another order, so that vectors contain adjacent lines. */
  readonly lineOf: (position: string) => string;
  /** Returns the index, in elements, of a term at a flat position, relative to the start of its line. */
  readonly termOffset: (term: string) => string;
  /** Returns the element at an index in elements. */
  readonly load: (index: string) => string;
  /** Returns the vector at an index in vectors of four elements. Only if `unit` is not `elements`. */
  readonly loadVector: (index: string) => string;
}

/** What `operandLoads` may choose. */
export interface LoadChoices {
  /** Whether vectors may be loaded. */
  readonly vectors: boolean;
  /** Whether lines may be in another order. */
  readonly reorders: boolean;
}

/**
 * Chooses how an operand is loaded, and binds its buffer as vectors if it is loaded in vectors.
 *
 * @param lines extents of the axes of `freeStrides`
 * @param contract extents of the axes of `contractStrides`
 */
export function operandLoads(
  buffers: ShaderBuffers,
  slot: number,
  operand: DotOperand,
  lines: readonly number[],
  contract: readonly number[],
  { vectors, reorders }: LoadChoices,
): OperandLoads {
  const canUse = vectors && buffers.fitsVectors(slot) && !buffers.isWritten(slot);
  const orders = canUse && reorders ? lines.map((_, last) => orderWithLast(lines.length, last)) : [];
  const inOrder = lines.map((_, axis) => axis);
  const candidates = [inOrder, ...orders].map((order) => ({ order, unit: unitOf(operand, lines, contract, order) }));
  const { order, unit } = (canUse ? candidates.find((candidate) => candidate.unit !== 'elements') : undefined) ?? {
    order: inOrder,
    unit: 'elements',
  };
  if (unit !== 'elements') buffers.bindAsVectors(slot);
  const { freeStrides, contractStrides } = operand;
  const extents = order.map((axis) => lines[axis]);
  const offsets = order.map((axis) => freeStrides[axis]);
  const positions = order.map((axis) => lines.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  return {
    unit,
    order,
    contractStrides: unit === 'elements' ? contractStrides : contractStrides.map((stride) => stride / 4),
    lineOffset: (position) => distance(position, extents, offsets),
    lineOf: (position) => (order === inOrder ? position : distance(position, extents, positions)),
    termOffset: (term) => distance(term, contract, contractStrides),
    load: (index) => buffers.load(slot, `i32(${index})`),
    loadVector: (index) => buffers.loadVector(slot, index),
  };
}

/** Returns the axes from 0 to `count` - 1 in order, except that `last` is the last one. */
const orderWithLast = (count: number, last: number): readonly number[] => [
  ...Array.from({ length: count }, (_, axis) => axis).filter((axis) => axis !== last),
  last,
];

/**
 * Returns in which vectors an operand can be loaded: along an innermost axis of stride 1 whose extent is a multiple of
 * four, if all vectors along it start at multiples of four elements.
 *
 * @param order order of the axes of `lines`
 */
function unitOf(
  operand: DotOperand,
  lines: readonly number[],
  contract: readonly number[],
  order: readonly number[],
): LoadUnit {
  const { offset, batchStrides, freeStrides, contractStrides } = operand;
  const isAligned = (extents: readonly number[], strides: readonly number[], others: readonly number[]): boolean =>
    strides.at(-1) === 1 &&
    (extents.at(-1) ?? 1) % 4 === 0 &&
    [offset, ...batchStrides, ...others, ...strides.slice(0, -1)].every((stride) => stride % 4 === 0);
  if (isAligned(contract, contractStrides, freeStrides)) return 'terms';
  const inOrder = (list: readonly number[]): readonly number[] => order.map((axis) => list[axis]);
  return isAligned(inOrder(lines), inOrder(freeStrides), contractStrides) ? 'lines' : 'elements';
}

/**
 * Returns the offset of the element at a flat position along several axes; `position` is a u32 expression without side
 * effects.
 */
export function distance(position: string, extents: readonly number[], strides: readonly number[]): string {
  let inner = 1;
  const terms = extents.map((extent, i) => ({ extent, stride: strides[i] })).toReversed();
  const texts = terms.flatMap(({ extent, stride }, i) => {
    const quotient = inner === 1 ? position : `(${position}) / ${inner}u`;
    inner *= extent;
    const digit = i === terms.length - 1 ? quotient : `(${quotient}) % ${extent}u`;
    return stride === 0 ? [] : [stride === 1 ? `(${digit})` : `(${digit}) * ${stride}u`];
  });
  return texts.length === 0 ? '0u' : texts.join(' + ');
}
