import type { AttentionAttributes, AttentionGradientAttributes, RoutineStep } from '@manabi/compiler';
import { axesCode } from '../axes-code.ts';
import { each } from '../each.ts';
import type { ShaderBuffers } from '../shader-buffers.ts';
import type { DraftTools } from '../step-draft.ts';
import { batchesOf } from './attention-division.ts';
import { loadElement, type OperandCode, operandCode, startOf } from './attention-operand.ts';

/** An attention, with the code that its shaders share. */
export interface AttentionCode {
  readonly attributes: AttentionAttributes;
  readonly batches: number;
  readonly query: OperandCode;
  readonly key: OperandCode;
  readonly value: OperandCode;
  /** Name of the function `exp`. */
  readonly exp: string;
  /** Expression for -infinity. */
  readonly lowest: string;
  /** Expression for the factor of the scores. */
  readonly scale: string;
  /**
   * Returns statements that turn the product of a query and a key, in the variable `score`, into their score. `row` and
   * `column` are u32 expressions without side effects, within the numbers of queries and keys.
   */
  readonly finishScore: (score: string, row: string, column: string) => readonly string[];
  /**
   * Returns an expression, valid after `finishScore`, for whether the query attends to the key of the variable `score`; null if
   * all queries attend to all keys.
   */
  readonly shown: (score: string) => string | null;
  /** Returns statements that declare the batch indices at a flat position, and where the operands start there. */
  readonly batchCode: (position: string) => readonly string[];
}

/** The gradient of an attention, with the code that its shaders share. */
export interface GradientCode extends AttentionCode {
  /** The cotangent of the result. */
  readonly gradient: OperandCode;
  /** Returns an expression for the mean of the cotangents of the probabilities of a query. */
  readonly mean: (row: string) => string;
}

/** Describes an attention for its shaders, and chooses which operands are bound as vectors. */
export function attentionCode(
  { attributes, operands }: Pick<RoutineStep<AttentionAttributes>, 'attributes' | 'operands'>,
  buffers: ShaderBuffers,
  tools: DraftTools,
): AttentionCode {
  const { batch, features, width, scale, causal, mask } = attributes;
  const masked = tools.float(tools.maskedScore);
  const hides = mask !== null && !mask.isAdded;
  const maskAt = operands[operands.length - 1];
  const loadMask = (row: string, column: string): string | null =>
    mask && loadElement(buffers, maskAt, mask, { start: 'mask_start', row, column });
  return {
    attributes,
    batches: batchesOf(attributes),
    query: operandCode(buffers, operands[0], attributes.query, features),
    key: operandCode(buffers, operands[1], attributes.key, features),
    value: operandCode(buffers, operands[2], attributes.value, width),
    exp: tools.formula('exp'),
    lowest: tools.float(Number.NEGATIVE_INFINITY),
    scale: tools.float(scale),
    finishScore: (score, row, column) => {
      const loaded = loadMask(row, column);
      const tests = [...(hides && loaded !== null ? [loaded] : []), ...(causal ? [`${column} <= ${row}`] : [])];
      return [
        `${score} *= ${tools.float(scale)};`,
        ...(mask?.isAdded === true ? [`${score} += ${loaded};`] : []),
        ...(tests.length === 0
          ? []
          : [`let shown_${score} = ${tests.join(' && ')};`, `${score} = select(${masked}, ${score}, shown_${score});`]),
      ];
    },
    shown: (score) => (hides || causal ? `shown_${score}` : null),
    batchCode: (position) => [
      ...axesCode(
        position,
        batch.map((extent, i) => ({ name: `batch${i}`, extent })),
      ),
      `let query_start = ${startOf(attributes.query)};`,
      `let key_start = ${startOf(attributes.key)};`,
      `let value_start = ${startOf(attributes.value)};`,
      ...(mask === null ? [] : [`let mask_start = ${startOf(mask)};`]),
    ],
  };
}

/** Describes the gradient of an attention for its shaders; see `attentionCode`. */
export function gradientCode(
  step: RoutineStep<AttentionGradientAttributes>,
  buffers: ShaderBuffers,
  tools: DraftTools,
): GradientCode {
  const { attributes, operands } = step;
  const { gradient, mean, width } = attributes;
  const code = attentionCode(step, buffers, tools);
  return {
    ...code,
    gradient: operandCode(buffers, operands[3], gradient, width),
    mean: (row) => loadElement(buffers, operands[4], mean, { start: 'mean_start', row, column: '0u' }),
    batchCode: (position) => [
      ...code.batchCode(position),
      `let gradient_start = ${startOf(gradient)};`,
      `let mean_start = ${startOf(mean)};`,
    ],
  };
}

/**
 * Returns statements that store elements from column 4 · `vector` on of a row; `row` must be within the number of rows.
 * `value` is a vector expression without side effects.
 */
export type StoreVector = (batch: string, row: string, vector: string, value: string) => readonly string[];

/**
 * Describes how a result of shape [batch..., rows, columns] is stored; binds its buffer as vectors if possible. Results are
 * rounded to float16 before they are stored, because a word would hold more digits, and conversions of WGSL may round in
 * any direction.
 */
export function resultCode(
  buffers: ShaderBuffers,
  tools: DraftTools,
  slot: number,
  rows: number,
  columns: number,
): StoreVector {
  const storesVectors = columns % 4 === 0 && buffers.fitsVectors(slot);
  if (storesVectors) buffers.bindAsVectors(slot);
  const isHalf = buffers.dtypeOf(slot) === 'float16';
  const element = (stored: string, c: number): string =>
    isHalf ? `${tools.half()}(${stored}[${c}])` : `${stored}[${c}]`;
  return (batchAt, row, vector, stored) => {
    const first = `(${batchAt} * ${rows}u + ${row}) * ${columns}u`;
    if (storesVectors) {
      const elements = each(4, (c) => element(stored, c));
      return [buffers.storeVector(slot, `((${first}) >> 2u) + ${vector}`, elements)];
    }
    return each(4, (c) => {
      const column = `4u * (${vector}) + ${c}u`;
      const stores = buffers.store(slot, `i32(${first} + ${column})`, element(stored, c));
      return columns % 4 === 0 ? stores : `if (${column} < ${columns}u) { ${stores} }`;
    });
  };
}

/**
 * Returns an expression for the number of keys that queries before `limit` may attend to. Later keys are not visited. If a mask
 * hides all other keys of a query, the query gets the mean of all values, so then all keys are visited.
 */
export const visitedKeys = ({ keys, causal, mask }: AttentionAttributes, limit: string): string =>
  causal && mask === null ? `min(${limit}, ${keys}u)` : `${keys}u`;

/** Returns an expression for the first query that may attend to keys from `first` on; see `visitedKeys`. */
export const firstQuery = ({ causal, mask }: AttentionAttributes, first: string): string =>
  causal && mask === null ? first : '0u';
