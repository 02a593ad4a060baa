import type { AttentionGradientAttributes, Plan, RoutineStep } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import type { Tuning } from '../../device/tuning.ts';
import { each } from '../each.ts';
import type { Shader } from '../shader.ts';
import type { ShaderBuffers } from '../shader-buffers.ts';
import type { StepShaders } from '../step-shaders.ts';
import type { Bindable } from '../windows/with-windows.ts';
import { type ShaderSite, writeShader } from '../write-shader.ts';
import { gradientCode, resultCode } from './attention-code.ts';
import { divideKeys, divideQueries } from './attention-division.ts';
import { keyGradientRanges, queryGradientRanges, STATISTICS, statisticsRanges } from './attention-ranges.ts';
import { keyGradientBlock } from './key-gradient-block.ts';
import { keyGradientTile } from './key-gradient-tile.ts';
import { softmaxEntry } from './softmax-entry.ts';
import { shiftOf } from './softmax-rows.ts';

/**
 * Returns the shader of the gradient of an attention for the queries. It visits the keys as that of the attention does, and
 * averages them with the weights times the cotangents of the probabilities, less their mean.
 *
 * @throws ManabiError `memory` for a buffer larger than a binding that cannot be accessed through windows
 */
export function queryGradientShader(
  plan: Plan,
  step: RoutineStep<AttentionGradientAttributes>,
  tuning: Tuning,
  bindable: Bindable,
): Shader {
  const { attributes, results } = step;
  const { queries, features } = attributes;
  const division = divideQueries(attributes, features, tuning);
  const rangesOf = queryGradientRanges(step, division);
  return writeShader({ plan, step, bindable, scratch: [], rangesOf }, (buffers) => {
    const store = resultCode(buffers, results[0], queries, features);
    const code = gradientCode(step, buffers);
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
  });
}

/**
 * Returns the shaders of the gradients of an attention for the keys and values. The first one stores, for each query, what the
 * second one needs to compute probabilities and their cotangents again (T. Dao, "FlashAttention-2", 2023). FlashAttention-2
 * stores the logarithm of the sum of the exponentials. The largest score and the sum of the weights keep the probabilities exact
 * if all scores are large, as those of a query that attends to no key.
 *
 * @throws ManabiError `memory` for a buffer larger than a binding that cannot be accessed through windows
 */
export function keyGradientShaders(
  plan: Plan,
  step: RoutineStep<AttentionGradientAttributes>,
  tuning: Tuning,
  bindable: Bindable,
): StepShaders {
  const { batch, queries } = step.attributes;
  const scratch = [4 * STATISTICS * sizeOf(batch) * queries];
  const site = { plan, step, bindable, scratch };
  return { shaders: [statisticsShader(site, step, tuning), keysShader(site, step, tuning)], scratch };
}

type Site = Omit<ShaderSite, 'rangesOf'>;

function statisticsShader(site: Site, step: RoutineStep<AttentionGradientAttributes>, tuning: Tuning): Shader {
  const { attributes } = step;
  const division = divideQueries(attributes, 0, tuning);
  return writeShader({ ...site, rangesOf: statisticsRanges(step, division) }, (buffers) => {
    const code = gradientCode(step, buffers);
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
  });
}

function keysShader(site: Site, step: RoutineStep<AttentionGradientAttributes>, tuning: Tuning): Shader {
  const { attributes, results } = step;
  const { queries, keys, features, width } = attributes;
  const division = divideKeys(attributes, tuning);
  return writeShader({ ...site, rangesOf: keyGradientRanges(step, division) }, (buffers) => {
    const storeKey = resultCode(buffers, results[0], keys, features);
    const storeValue = resultCode(buffers, results[1], keys, width);
    const gradient = {
      code: gradientCode(step, buffers),
      statistics: (row: string) => loadStatistics(buffers, queries, row),
      ...{ storeKey, storeValue },
    };
    return division.kind === 'tile' ? keyGradientTile(gradient, division) : keyGradientBlock(gradient, division);
  });
}

const loadStatistics = (buffers: ShaderBuffers, queries: number, row: string): readonly string[] =>
  each(STATISTICS, (i) => {
    const name = ['shift', 'factor', 'mean'][i];
    return `let ${name} = ${buffers.loadScratch(0, 'f32', statisticAt(queries, row, i))};`;
  });

/** Returns an expression for the index of a statistic of a query in the scratch buffer. */
const statisticAt = (queries: number, row: string, i: number): string =>
  `(batch * ${queries}u + ${row}) * ${STATISTICS}u + ${i}u`;
