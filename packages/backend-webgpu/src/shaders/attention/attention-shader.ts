import type { AttentionAttributes, RoutineStep } from '@manabi/compiler';
import type { Tuning } from '../../device/tuning.ts';
import type { StepDraft } from '../step-draft.ts';
import { attentionCode, resultCode } from './attention-code.ts';
import { divideQueries } from './attention-division.ts';
import { attentionRanges } from './attention-ranges.ts';
import { softmaxEntry } from './softmax-entry.ts';

/**
 * Returns the shader of an attention. It stores no scores: each query keeps the largest score so far, the sum of its weights and
 * the weighted sum of the values, and rescales both sums if a larger score follows (T. Dao et al., "FlashAttention", 2022).
 */
export function attentionDraft(step: RoutineStep<AttentionAttributes>, tuning: Tuning): StepDraft {
  const { queries, width } = step.attributes;
  const division = divideQueries(step.attributes, width, tuning);
  const shader: StepDraft['shaders'][number] = {
    rangesOf: attentionRanges(step, division),
    entryOf: (buffers, tools) => {
      const store = resultCode(buffers, tools, step.results[0], queries, width);
      const code = attentionCode(step, buffers, tools);
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
    },
  };
  return { shaders: [shader], scratch: [] };
}
