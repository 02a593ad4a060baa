import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Tensor } from '@manabi/core';
import { type DType, hostArray } from '@manabi/core';
import { joinedBytes } from '@manabi/files/internal';
import { dtypes } from '@manabi/ir';
import { type CallContext, clearSession, layers, Model, sequential } from '@manabi/layers';
import { groupAt } from '../hdf5/tree.ts';
import { writeHdf5 } from '../hdf5/write.ts';
import { loadWeights } from '../index.ts';
import { weightsTree } from './weights/write-weights.ts';

beforeEach(clearSession);

class CustomModel extends Model {
  static override readonly className: string = 'CustomModel';
  readonly head = layers.dense({ units: 2 });

  override call(x: Tensor, context: CallContext): Tensor {
    return this.head.apply(x, context);
  }
}

function custom(): Model {
  const model = new CustomModel();
  model.build([null, 3]);
  return model;
}

function plain(): Model {
  return sequential([layers.dense({ units: 2, inputShape: [3] })]);
}

type Stored = readonly [path: string, dtype: DType, shape: readonly number[]];

/** Returns the weights file of a model with additional weights. */
async function withOthers(model: Model, others: readonly Stored[]): Promise<Uint8Array<ArrayBuffer>> {
  const root = await weightsTree(model);
  for (const [path, dtype, shape] of others) {
    const parts = path.split('/');
    const data = dtypes[dtype].create(shape.reduce((product, length) => product * length, 1));
    const dataset = { kind: 'dataset', value: hostArray(dtype, shape, data), attributes: new Map() } as const;
    groupAt(root, parts.slice(0, -1)).children.set(String(parts.at(-1)), dataset);
  }
  groupAt(root, ['layers', 'flatten', 'vars']);
  return joinedBytes(writeHdf5(root));
}

describe('loadWeights: unexpected weights', () => {
  const kernel = ['float32', [3, 2]] as const;
  test.each<[string, () => Model, readonly Stored[], readonly string[]]>([
    [
      'of missing layers',
      plain,
      [
        ['layers/dense_1/vars/0', ...kernel],
        ['layers/gru/cell/vars/0', ...kernel],
      ],
      ['layers/dense_1', 'layers/gru'],
    ],
    ['in a group below a layer', plain, [['layers/dense/inner/vars/0', ...kernel]], ['layers/dense/inner']],
    [
      'of a missing layer in the layout of TensorFlow 2.12',
      plain,
      [['_layer_checkpoint_dependencies/dense_1/vars/0', ...kernel]],
      ['_layer_checkpoint_dependencies/dense_1'],
    ],
    [
      'in a field of a custom model',
      custom,
      [
        ['tail/vars/0', ...kernel],
        ['tail/vars/1', 'float32', [2]],
      ],
      ['tail'],
    ],
  ])('rejects weights %s, with their groups in the file', async (_, make, others, places) => {
    const model = make();
    await expect(loadWeights(model, await withOthers(model, others))).rejects.toMatchObject({
      code: 'corrupt',
      data: { place: places[0], places },
    });
  });
});

describe('loadWeights: other state that Keras stores', () => {
  test.each<[string, () => Model, readonly Stored[]]>([
    [
      'the state of random generators',
      plain,
      [
        ['layers/dropout/seed_generator/vars/0', 'int32', [2]],
        ['layers/random_flip/generator/vars/0', 'uint32', [2]],
      ],
    ],
    [
      'the optimizer',
      plain,
      [
        ['optimizer/vars/0', 'int32', []],
        ['optimizer/vars/1', 'float32', [3, 2]],
      ],
    ],
    ['metrics', plain, [['metrics/mean/vars/0', 'float32', []]]],
    [
      'optimizers in fields of a custom model',
      custom,
      [
        ['g_optimizer/vars/0', 'int32', []],
        ['g_optimizer/vars/1', 'float32', [3, 2]],
      ],
    ],
    [
      'metrics in fields of a custom model',
      custom,
      [
        ['loss_tracker/vars/0', 'float32', []],
        ['auc/vars/0', 'float32', [200]],
      ],
    ],
  ])('ignores %s', async (_, make, others) => {
    const model = make();
    await expect(loadWeights(model, await withOthers(model, others))).resolves.toBeUndefined();
  });
});
