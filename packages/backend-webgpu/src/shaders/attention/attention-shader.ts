import type { AttentionAttributes, Plan, RoutineStep } from '@manabi/compiler';
import type { Tuning } from '../../device/tuning.ts';
import type { Shader } from '../shader.ts';
import type { Bindable } from '../windows/with-windows.ts';
import { writeShader } from '../write-shader.ts';
import { attentionCode, resultCode } from './attention-code.ts';
import { divideQueries } from './attention-division.ts';
import { attentionRanges } from './attention-ranges.ts';
import { softmaxEntry } from './softmax-entry.ts';

/**
 * Returns the shader of an attention. It stores no scores: each query keeps the largest score so far, the sum of its weights and
 * the weighted sum of the values, and rescales both sums if a larger score follows (T. Dao et al., "FlashAttention", 2022).
 *
 * @throws ManabiError `memory` for a buffer larger than a binding that cannot be accessed through windows
 */
export function attentionShader(
  plan: Plan,
  step: RoutineStep<AttentionAttributes>,
  tuning: Tuning,
  bindable: Bindable,
): Shader {
  const { queries, width } = step.attributes;
  const division = divideQueries(step.attributes, width, tuning);
  return writeShader({ plan, step, bindable, scratch: [], rangesOf: attentionRanges(step, division) }, (buffers) => {
    const store = resultCode(buffers, step.results[0], queries, width);
    const code = attentionCode(step, buffers);
    return softmaxEntry(
      {
        name: 'attention',
        code,
        averaged: { operand: code.value, start: 'value_start', columns: width },
        cotangents: null,
        storeVector: (row, vector, sums, weights) => [
          '{',
          `let result = ${sums} / ${weights};`,
          ...store('batch', row, vector, 'result'),
          '}',
        ],
        storeRow: () => [],
      },
      division,
    );
  });
}
