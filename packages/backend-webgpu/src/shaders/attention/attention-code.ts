import type { AttentionAttributes, RoutineStep } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import { MASKED_SCORE } from '@manabi/ir/attention';
import { formulaFunction } from '../../wgsl/formula-function.ts';
import { floatLiteral } from '../../wgsl/literals.ts';
import { axesCode } from '../axes-code.ts';
import { each } from '../each.ts';
import type { ShaderBuffers } from '../shader-buffers.ts';
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
  /**
   * Returns statements that turn the product of a query and a key, in the variable `score`, into their score. `row` and
   * `column` are u32 expressions without side effects, within the numbers of queries and keys.
   */
  readonly finishScore: (score: string, row: string, column: string) => readonly string[];
  /** Returns statements that declare the batch indices at a flat position, and where the operands start there. */
  readonly batchCode: (position: string) => readonly string[];
  /** Returns statements that store results from column 4 · `vector` on; `row` must be within the number of queries. */
  readonly store: (batch: string, row: string, vector: string, value: string) => readonly string[];
}

/** Describes an attention for its shaders, and chooses which buffers are bound as vectors. */
export function attentionCode(step: RoutineStep<AttentionAttributes>, buffers: ShaderBuffers): AttentionCode {
  const { attributes, operands, results } = step;
  const { batch, queries, features, width, scale, causal, mask } = attributes;
  const [result] = results;
  const storesVectors = width % 4 === 0 && buffers.fitsVectors(result);
  if (storesVectors) buffers.bindAsVectors(result);
  const { bits } = buffers.module;
  const masked = floatLiteral(MASKED_SCORE, bits);
  const maskScore = (score: string, row: string, column: string): readonly string[] => {
    if (mask === null) return [];
    const loaded = loadElement(buffers, operands[3], mask, { start: 'mask_start', row, column });
    return [mask.isAdded ? `${score} += ${loaded};` : `${score} = select(${masked}, ${score}, ${loaded});`];
  };
  return {
    attributes,
    batches: sizeOf(batch),
    query: operandCode(buffers, operands[0], attributes.query, features),
    key: operandCode(buffers, operands[1], attributes.key, features),
    value: operandCode(buffers, operands[2], attributes.value, width),
    exp: formulaFunction(buffers.module, 'exp'),
    lowest: floatLiteral(Number.NEGATIVE_INFINITY, bits),
    finishScore: (score, row, column) => [
      `${score} *= ${floatLiteral(scale, bits)};`,
      ...maskScore(score, row, column),
      ...(causal ? [`${score} = select(${masked}, ${score}, ${column} <= ${row});`] : []),
    ],
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
    store: (batchAt, row, vector, stored) => {
      const first = `(${batchAt} * ${queries}u + ${row}) * ${width}u`;
      if (storesVectors) {
        const elements = each(4, (c) => `${stored}[${c}]`);
        return [buffers.storeVector(result, `((${first}) >> 2u) + ${vector}`, elements)];
      }
      return each(4, (c) => {
        const column = `4u * (${vector}) + ${c}u`;
        const stores = buffers.store(result, `i32(${first} + ${column})`, `${stored}[${c}]`);
        return width % 4 === 0 ? stores : `if (${column} < ${width}u) { ${stores} }`;
      });
    },
  };
}

/**
 * Returns an expression for the number of keys that queries before `limit` may attend to. Later keys are not visited. If a mask
 * hides all other keys of a query, the query gets the mean of all values, so then all keys are visited.
 */
export const visitedKeys = ({ keys, causal, mask }: AttentionAttributes, limit: string): string =>
  causal && mask === null ? `min(${limit}, ${keys}u)` : `${keys}u`;
