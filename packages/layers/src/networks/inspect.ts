import { add, type DType, grad, type Tensor, zerosLike } from '@manabi/core';
import { functionOf, kind, readArgument } from '@manabi/errors';
import { readCallOptions } from '../call/call-options.ts';
import { CallContext, type CalledLayer, type CallOptions } from '../call/context.ts';
import { eagerRun } from '../call/runs.ts';
import { isLayer } from '../layer/layer.ts';
import type { Tensors } from '../structure/nested.ts';
import { isNetwork, type Network } from './network.ts';

const modelKind = kind('a model', (given): given is Network => isLayer(given) && isNetwork(given));

/** Dtypes with gradients. */
const FLOATS: ReadonlySet<DType> = new Set(['float32', 'float64', 'float16']);

/**
 * Returns the outputs of each layer of a model by layer name: `conv2d`, or `encoder/dense` for a layer in a nested
 * model. The key for the second call of a shared layer is `dense#1`, and for a layer's second output `lstm[1]`. Values
 * are computed when they are read.
 *
 * @throws ManabiError as documented at `Layer.apply`
 * @example
 * ```ts
 * import { layerActivations, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([
 *   layers.dense({ units: 2, kernelInitializer: 'ones', name: 'hidden', inputShape: [3] }),
 *   layers.activation({ activation: 'softmax', name: 'scores' }),
 * ]);
 * const { hidden, scores } = layerActivations(model, tensor([[1, 2, 3]]));
 * console.log(await hidden.array()); // [[6, 6]]
 * console.log(await scores.array()); // [[0.5, 0.5]]
 * ```
 */
export function layerActivations(model: Network, inputs: Tensors, options: CallOptions = {}): Record<string, Tensor> {
  readArgument('layerActivations', 'model', model, modelKind);
  readCallOptions('layerActivations', options);
  const found: Record<string, Tensor> = {};
  const visit = namedOutputs((name, output) => {
    found[name] = output;
    return output;
  });
  model.forward(inputs, new CallContext({ ...eagerRun(options.key), intercept: visit }).with(options));
  return found;
}

/** Gradients of a scalar, such as a loss, with respect to a model's weights and the outputs of its layers. */
export interface LayerGradients {
  /** Gradients with respect to the trainable weights, by path. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /**
   * Gradients with respect to the outputs of layers, with the same keys as in `layerActivations`. Only for outputs of a
   * floating-point dtype.
   */
  readonly activations: Readonly<Record<string, Tensor>>;
}

/**
 * Computes the gradients of a scalar, such as a loss or a class score, with respect to each weight and each layer's
 * outputs. Useful for Grad-CAM, and to find vanishing gradients.
 *
 * @param f function that computes a float scalar from the outputs
 * @throws ManabiError as documented at `grad`; `argument` if the model is not built
 * @example
 * ```ts
 * import { sum } from '@manabi/core';
 * import { layerGradients, layers, sequential, tensor, Tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, kernelInitializer: 'ones', name: 'score', inputShape: [2] })]);
 * const { weights } = layerGradients(model, tensor([[1, 2]]), (y) => sum(y as Tensor));
 * console.log(await weights['score/kernel'].array()); // [[1], [2]]
 * ```
 */
export function layerGradients(
  model: Network,
  inputs: Tensors,
  f: (outputs: Tensors) => Tensor,
  options: { readonly training?: boolean; readonly key?: Tensor } = {},
): LayerGradients {
  readArgument('layerGradients', 'model', model, modelKind);
  readArgument('layerGradients', 'f', f, functionOf('a function (outputs) => number'));
  readCallOptions('layerGradients', options);
  const { trainable, state } = model.values();
  const nudges: Record<string, Tensor> = {};
  model.run(model.values(), inputs, {
    ...options,
    intercept: namedOutputs((name, output) => {
      if (FLOATS.has(output.dtype)) nudges[name] = zerosLike(output);
      return output;
    }),
  });
  const value = (weights: typeof trainable, added: typeof nudges): Tensor => {
    const intercept = namedOutputs((name, output) => (name in added ? add(output, added[name]) : output));
    return f(model.run({ trainable: weights, state }, inputs, { ...options, intercept }).outputs);
  };
  const hasWeights = Object.keys(trainable).length > 0;
  if (!hasWeights) return { weights: {}, activations: grad(value, { argnums: 1 })(trainable, nudges) };
  const [weights, made] = grad(value, { argnums: [0, 1] })(trainable, nudges);
  return { weights, activations: made };
}

/**
 * Returns an `intercept` function that passes each output of each layer call in the model to `visit`, with its name.
 */
function namedOutputs(visit: (name: string, output: Tensor) => Tensor) {
  const calls = new Map<string, number>();
  return (_layer: CalledLayer, outputs: readonly Tensor[], path: readonly string[]): readonly Tensor[] => {
    if (path.length < 2) return outputs;
    const key = path.slice(1).join('/');
    const call = calls.get(key) ?? 0;
    calls.set(key, call + 1);
    const name = call === 0 ? key : `${key}#${call}`;
    return outputs.map((output, i) => visit(i === 0 ? name : `${name}[${i}]`, output));
  };
}
