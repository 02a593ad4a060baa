import {
  add,
  dotProductAttention,
  gelu,
  hostArray,
  layerNorm,
  matmul,
  mean,
  ones,
  reshape,
  softmaxCrossEntropy,
  split,
  type Tensor,
  take,
  zeros,
} from '@manabi/core';
import type { TaskOf } from '../../task-table.ts';
import { type Named, type Network, weight } from '../manabi-training.ts';
import type { Start } from '../training-inputs.ts';
import { gptStarts, tokenBatchesOf } from './gpt-inputs.ts';

/** Epsilon of layer normalization, as in Keras. */
const EPSILON = 1e-3;

/** Creates the transformer that the benchmark `gpt-step` trains. Queries, keys and values are one product. */
export function gpt(task: TaskOf<'gpt-step'>): Network {
  const { batch, tokens, width, blocks, heads } = task;
  const starts = gptStarts(task);
  const linear = (params: Named, name: string, x: Tensor) =>
    add(matmul(x, params[`${name}/kernel`]), params[`${name}/bias`]);
  const normalized = (params: Named, name: string, x: Tensor) =>
    layerNorm(x, { scale: params[`${name}/scale`], bias: params[`${name}/offset`], epsilon: EPSILON });
  const attended = (params: Named, name: string, x: Tensor) => {
    const projected = reshape(linear(params, `${name}/projection`, x), [batch, tokens, 3 * heads, width / heads]);
    const [query, key, value] = split(projected, 3, 2);
    const result = dotProductAttention(query, key, value, { isCausal: true });
    return linear(params, `${name}/output`, reshape(result, [batch, tokens, width]));
  };
  const logitsOf = (params: Named, x: Tensor) => {
    let value = take(params.embedding, x, 0);
    for (let block = 0; block < blocks; block++) {
      const name = `block${block}`;
      value = add(value, attended(params, name, normalized(params, `${name}/before`, value)));
      const hidden = gelu(linear(params, `${name}/up`, normalized(params, `${name}/between`, value)));
      value = add(value, linear(params, `${name}/down`, hidden));
    }
    return linear(params, 'head', normalized(params, 'last', value));
  };
  return {
    params: {
      embedding: weight(starts.embedding),
      ...Object.fromEntries(
        starts.blocks.flatMap(({ query, key, value, output, up, down }, block) => [
          ...affine(`block${block}/before`, width),
          ...dense(`block${block}/projection`, joined([query, key, value])),
          ...dense(`block${block}/output`, output),
          ...affine(`block${block}/between`, width),
          ...dense(`block${block}/up`, up),
          ...dense(`block${block}/down`, down),
        ]),
      ),
      ...Object.fromEntries([...affine('last', width), ...dense('head', starts.head)]),
    },
    batches: tokenBatchesOf(task).map((each) => ({
      x: hostArray('int32', [batch, tokens], each.tokens),
      y: hostArray('int32', [batch, tokens], each.labels),
    })),
    lossOf: (params, x, y) => [mean(softmaxCrossEntropy(logitsOf(params, x), y)), {}],
  };
}

function dense(name: string, start: Start): readonly (readonly [string, Tensor])[] {
  return [
    [`${name}/kernel`, weight(start)],
    [`${name}/bias`, zeros([start.shape[1]])],
  ];
}

function affine(name: string, width: number): readonly (readonly [string, Tensor])[] {
  return [
    [`${name}/scale`, ones([width])],
    [`${name}/offset`, zeros([width])],
  ];
}

/** Joins matrices with equally many inputs to one with the outputs of all, in order. */
function joined(starts: readonly Start[]): Start {
  const [inputs, outputs] = starts[0].shape;
  const columns = starts.length * outputs;
  const kernel = new Float32Array(inputs * columns);
  for (const [index, { kernel: part }] of starts.entries()) {
    for (let row = 0; row < inputs; row++) {
      kernel.set(part.subarray(row * outputs, (row + 1) * outputs), row * columns + index * outputs);
    }
  }
  return { shape: [inputs, columns], kernel };
}
