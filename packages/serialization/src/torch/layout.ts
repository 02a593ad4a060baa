import { type HostArray, hostArray } from '@manabi/core';
import type { Layer, Model, Variable } from '@manabi/layers';
import { keyedVariables } from '@manabi/layers/internal';
import { permuted } from '../elements/permute.ts';

/** Name and order of axes of a weight in PyTorch. */
export interface TorchWeight {
  /** Name in a state dict, such as `dense.weight`. */
  readonly name: string;
  /** Converts the weight to PyTorch's order of axes. */
  toTorch(array: HostArray): HostArray;
  /** Converts an array of PyTorch to the order of axes of the weight. Arrays of other shapes are unchanged. */
  fromTorch(array: HostArray): HostArray;
}

/** Names of weights in PyTorch, for the layers that PyTorch has too. */
const NAMES: Readonly<Record<string, string>> = {
  beta: 'bias',
  bias: 'bias',
  depthwise_kernel: 'weight',
  embeddings: 'weight',
  gamma: 'weight',
  kernel: 'weight',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** Layers whose kernels have another order of axes in PyTorch. */
const KERNELS: readonly (readonly [className: RegExp, form: 'linear' | 'convolution' | 'transposed' | 'depthwise'])[] =
  [
    [/^Dense$/, 'linear'],
    [/^Conv[123]D$/, 'convolution'],
    [/^Conv[123]DTranspose$/, 'transposed'],
    [/^DepthwiseConv[12]D$/, 'depthwise'],
  ];
const SAME_AXES: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'Embedding',
  'GroupNormalization',
  'LayerNormalization',
]);

/**
 * Returns the name and order of axes in PyTorch of each weight of a model, by path. A path such as `block/dense/kernel` becomes
 * `block.dense.weight`:
 *
 * - The kernel of `Dense` is transposed: `Linear` has [outputs, inputs].
 * - Kernels of convolutions become [filters, channels, ...kernel], those of transposed convolutions [channels, filters,
 * ...kernel], and those of depthwise convolutions [channels * multiplier, 1, ...kernel].
 * - `gamma`, `beta`, `moving_mean` and `moving_variance` become `weight`, `bias`, `running_mean` and `running_var`.
 * - Weights of layers that differ in PyTorch, such as LSTM, keep their names and axes.
 */
export function layoutOfTorch(model: Model): ReadonlyMap<string, TorchWeight> {
  const owners = ownersOf(model);
  return new Map(
    [...keyedVariables(model)].map(([path, variable]) => [path, torchWeight(path, variable, owners.get(variable))]),
  );
}

function ownersOf(model: Layer): ReadonlyMap<Variable, Layer> {
  const owners = new Map<Variable, Layer>();
  const within = new Set<Layer>([model]);
  for (const layer of within) {
    for (const variable of layer.ownWeights) owners.set(variable, layer);
    for (const inner of layer.sublayers) within.add(inner);
  }
  return owners;
}

const unchanged = (array: HostArray): HostArray => array;

function torchWeight(path: string, variable: Variable, owner: Layer | undefined): TorchWeight {
  const className = owner?.className ?? '';
  const kernel = KERNELS.find(([pattern]) => pattern.test(className))?.[1];
  const parts = path.split('/');
  const last = parts[parts.length - 1];
  const name = (to: string): string => [...parts.slice(0, -1), to].join('.');
  if (kernel === undefined && !SAME_AXES.has(className)) {
    return { name: parts.join('.'), toTorch: unchanged, fromTorch: unchanged };
  }
  const named = name(NAMES[last] ?? last);
  if (kernel === undefined || !/kernel$/.test(last)) return { name: named, toTorch: unchanged, fromTorch: unchanged };
  const rank = variable.shape.length;
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i);
  // Axes of the weight in PyTorch's order; the last two are exchanged and come first.
  const order = kernel === 'depthwise' ? [rank - 2, rank - 1, ...spatial] : [rank - 1, rank - 2, ...spatial];
  const back = variable.shape.map((_, axis) => order.indexOf(axis));
  if (kernel !== 'depthwise') {
    return {
      name: named,
      toTorch: (array) => permuted(array, order),
      fromTorch: (array) => (array.shape.length === rank ? permuted(array, back) : array),
    };
  }
  const separate = order.map((axis) => variable.shape[axis]);
  const [channels, multiplier, ...lengths] = separate;
  const joined = [channels * multiplier, 1, ...lengths];
  return {
    name: named,
    toTorch: (array) => {
      const { dtype, data } = permuted(array, order);
      return hostArray(dtype, joined, data);
    },
    fromTorch: (array) =>
      array.shape.join() === joined.join() ? permuted(hostArray(array.dtype, separate, array.data), back) : array,
  };
}
