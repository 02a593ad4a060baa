import { add, grad, type Tensor, zerosLike } from '@manabi/core';
import { functionOf, kind, readArgument } from '@manabi/errors';
import { readCallOptions } from '../call/call-options.ts';
import { CallContext, type CalledLayer, type CallOptions } from '../call/context.ts';
import { eagerRun } from '../call/runs.ts';
import { isLayer } from '../layer/layer.ts';
import type { Tensors } from '../structure/nested.ts';
import { isNetwork, type Network } from './network.ts';

const modelKind = kind('a model', (given): given is Network => isLayer(given) && isNetwork(given));

/**
 * What each layer makes of some inputs, by the layer's name: `conv2d`; `encoder/dense` for a layer within a model within.
 * A second call of a shared layer is `dense#1`, a second output `lstm[1]`. Nothing is computed before it is read.
 *
 * @throws ManabiError as `Layer.apply`
 * @example `const { conv2d } = layerActivations(model, images); console.log(await conv2d.array());`
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

/** Derivatives of a number that was made of a model's outputs. */
export interface LayerGradients {
  /** By the paths of the trained weights. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /** By the names of layers, as of `layerActivations`: with respect to what they make. Those of floats alone. */
  readonly activations: Readonly<Record<string, Tensor>>;
}

/**
 * How a number, such as a loss or the score of a class, changes with each weight and with what each layer makes: for
 * lessons, Grad-CAM, and the search for gradients that vanish.
 *
 * @param f makes one float of the outputs
 * @throws ManabiError as `grad`; `argument` if the model is not built
 * @example `const { weights } = layerGradients(model, x, (y) => mean(softmaxCrossEntropy(y, labels)));`
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
      if (output.dtype === 'float32' || output.dtype === 'float64') nudges[name] = zerosLike(output);
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

/** An interceptor that names each output of each call below the model. */
function namedOutputs(visit: (name: string, output: Tensor) => Tensor) {
  const calls = new Map<string, number>();
  return (_layer: CalledLayer, outputs: readonly Tensor[], path: readonly string[]): readonly Tensor[] => {
    if (path.length < 2) return outputs;
    const place = path.slice(1).join('/');
    const call = calls.get(place) ?? 0;
    calls.set(place, call + 1);
    const name = call === 0 ? place : `${place}#${call}`;
    return outputs.map((output, i) => visit(i === 0 ? name : `${name}[${i}]`, output));
  };
}
