import type { AttentionGradientAttributes, RoutineStep } from '@manabi/compiler';
import type { Tuning } from '../../device/tuning.ts';
import { each } from '../each.ts';
import type { ShaderBuffers } from '../shader-buffers.ts';
import type { ShaderDraft, StepDraft } from '../step-draft.ts';
import { gradientCode, resultCode } from './attention-code.ts';
import { batchesOf, divideKeys, divideQueries } from './attention-division.ts';
import { keyGradientRanges, queryGradientRanges, STATISTICS, statisticsRanges } from './attention-ranges.ts';
import { keyGradientBlock } from './key-gradient-block.ts';
import { keyGradientTile } from './key-gradient-tile.ts';
import { softmaxEntry } from './softmax-entry.ts';
import { shiftOf } from './softmax-rows.ts';

/**
 * Returns the shader of the gradient of an attention for the queries. It visits the keys as that of the attention does, and
 * averages them with the weights times the cotangents of the probabilities, less their mean.
 */
export function queryGradientDraft(step: RoutineStep<AttentionGradientAttributes>, tuning: Tuning): StepDraft {
  const { attributes, results } = step;
  const { queries, features } = attributes;
  const division = divideQueries(attributes, features, tuning);
  const rangesOf = queryGradientRanges(step, division);
  const entryOf: ShaderDraft['entryOf'] = (buffers, tools) => {
    const store = resultCode(buffers, tools, results[0], queries, features);
    const code = gradientCode(step, buffers, tools);
    return softmaxEntry(
      {
        name: 'attention gradient, queries',
        code,
        averaged: { operand: code.key, start: 'key_start', columns: features },
        cotangents: code,
        storeVector: (row, vector, sums, weights) => [
          '{',
          `let result = ${sums} / ${weights} * ${code.scale};`,
          ...store('batch', row, vector, 'result'),
          '}',
        ],
        storeRow: () => [],
      },
      division,
    );
  };
  return { shaders: [{ rangesOf, entryOf }], scratch: [] };
}

/**
 * Returns the shaders of the gradients of an attention for the keys and values. The first one stores, for each query, what the
 * second one needs to compute probabilities and their cotangents again (T. Dao, "FlashAttention-2", 2023). FlashAttention-2
 * stores the logarithm of the sum of the exponentials. The largest score and the sum of the weights keep the probabilities exact
 * if all scores are large, as those of a query that attends to no key.
 */
export function keyGradientDraft(step: RoutineStep<AttentionGradientAttributes>, tuning: Tuning): StepDraft {
  const { attributes } = step;
  return {
    shaders: [statisticsDraft(step, tuning), keysDraft(step, tuning)],
    scratch: [4 * STATISTICS * batchesOf(attributes) * attributes.queries],
  };
}

function statisticsDraft(step: RoutineStep<AttentionGradientAttributes>, tuning: Tuning): ShaderDraft {
  const { attributes } = step;
  const division = divideQueries(attributes, 0, tuning);
  const rangesOf = statisticsRanges(step, division);
  const entryOf: ShaderDraft['entryOf'] = (buffers, tools) => {
    const code = gradientCode(step, buffers, tools);
    return softmaxEntry(
      {
        name: 'attention gradient, weights',
        code,
        averaged: null,
        cotangents: null,
        storeVector: () => [],
        storeRow: (row, largest, weights) =>
          [shiftOf(largest, code.lowest), `1f / ${weights}`, code.mean(row)].map((value, i) =>
            buffers.storeScratch(0, 'f32', statisticAt(attributes.queries, row, i), value),
          ),
      },
      division,
    );
  };
  return { rangesOf, entryOf };
}

function keysDraft(step: RoutineStep<AttentionGradientAttributes>, tuning: Tuning): ShaderDraft {
  const { attributes, results } = step;
  const { queries, keys, features, width } = attributes;
  const division = divideKeys(attributes, tuning);
  const rangesOf = keyGradientRanges(step, division);
  const entryOf: ShaderDraft['entryOf'] = (buffers, tools) => {
    const storeKey = resultCode(buffers, tools, results[0], keys, features);
    const storeValue = resultCode(buffers, tools, results[1], keys, width);
    const gradient = {
      code: gradientCode(step, buffers, tools),
      statistics: (row: string) => loadStatistics(buffers, queries, row),
      ...{ storeKey, storeValue },
    };
    return division.kind === 'tile' ? keyGradientTile(gradient, division) : keyGradientBlock(gradient, division);
  };
  return { rangesOf, entryOf };
}

const loadStatistics = (buffers: ShaderBuffers, queries: number, row: string): readonly string[] =>
  each(STATISTICS, (i) => {
    const name = ['shift', 'factor', 'mean'][i];
    return `let ${name} = ${buffers.loadScratch(0, 'f32', statisticAt(queries, row, i))};`;
  });

/** Returns an expression for the index of a statistic of a query in the scratch buffer. */
const statisticAt = (queries: number, row: string, i: number): string =>
  `(batch * ${queries}u + ${row}) * ${STATISTICS}u + ${i}u`;
