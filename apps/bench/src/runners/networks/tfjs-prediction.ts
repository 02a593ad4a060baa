import type { TaskOf } from '../../task-table.ts';
import { meanMagnitude } from '../library.ts';
import type { Prepared } from '../prepared.ts';
import type { Tf, TfTensor } from '../tensorflow.ts';
import { modelOf, pixelsOf } from './models.ts';
import { type LayerStructure, type LayerWeight, structureOf } from './structure.ts';

type Compute = (inputs: readonly TfTensor[]) => TfTensor;

/** A step of a network: a function of the results of other steps. */
interface Step {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly compute: Compute;
}

/**
 * Prepares predictions with TensorFlow.js. As in a converted graph model, convolutions include the batch normalization
 * and the activation that follow them.
 */
export async function tfjsPrediction(tf: Tf, task: TaskOf<'predict'>): Promise<Prepared> {
  const model = await modelOf(task.network, task.image);
  const constants: TfTensor[] = [];
  const constant = ({ shape, values }: LayerWeight) => {
    const tensor = tf.tensor(values, shape);
    constants.push(tensor);
    return tensor;
  };
  const steps = stepsOf(tf, fused(await structureOf(model)), constant);
  const pixels = pixelsOf(task);
  const x = constant({ shape: pixels.shape, values: Float32Array.from(pixels.data) });
  const run = () =>
    tf.tidy(() => {
      const results = new Map<string, TfTensor>();
      let last = x;
      for (const { name, inputs, compute } of steps) {
        last = compute(inputs.length === 0 ? [x] : inputs.map((input) => found(results, input)));
        results.set(name, last);
      }
      return last;
    });
  return {
    step: () => run().dispose(),
    check: async () => {
      const result = run();
      const values = await result.data();
      result.dispose();
      return meanMagnitude(values);
    },
    dispose: () => {
      for (const each of constants) each.dispose();
    },
  };
}

function found(results: ReadonlyMap<string, TfTensor>, name: string): TfTensor {
  const result = results.get(name);
  if (result === undefined) throw new Error(`The layer '${name}' has no result yet.`);
  return result;
}

/** Kinds of layers that include batch normalization and activations that follow. */
const PRODUCTS: readonly string[] = ['Conv2D', 'DepthwiseConv2D', 'Dense'];

/** Activations that TensorFlow.js fuses with products. */
const FUSED: Readonly<Record<string, string>> = { relu: 'relu', relu6: 'relu6', linear: 'linear' };

/** A layer with the activation that its product includes. */
interface FusedLayer extends LayerStructure {
  readonly activation: string;
}

/** Folds batch normalization into the weights of the product before it, and adds activations to products. */
function fused(layers: readonly LayerStructure[]): readonly FusedLayer[] {
  const consumers = new Map<string, number>();
  for (const { inputs } of layers) for (const input of inputs) consumers.set(input, (consumers.get(input) ?? 0) + 1);
  const result: FusedLayer[] = [];
  /** Name of the layer that a folded layer became a part of. */
  const renamed = new Map<string, string>();
  for (const layer of layers) {
    const inputs = layer.inputs.map((input) => renamed.get(input) ?? input);
    const at = inputs.length === 1 ? result.findIndex(({ name }) => name === inputs[0]) : -1;
    const before = at < 0 ? undefined : result[at];
    const canFold =
      before !== undefined &&
      PRODUCTS.includes(before.kind) &&
      before.activation === 'linear' &&
      consumers.get(layer.inputs[0]) === 1;
    const activation = activationOf(layer);
    if (canFold && layer.kind === 'BatchNormalization') {
      result[at] = { ...before, weights: folded(before, layer) };
    } else if (canFold && isActivation(layer) && activation in FUSED) {
      result[at] = { ...before, activation };
    } else {
      result.push({ ...layer, inputs, activation });
      continue;
    }
    renamed.set(layer.name, before.name);
  }
  return result;
}

function isActivation({ kind }: LayerStructure): boolean {
  return kind === 'Activation' || kind === 'ReLU';
}

function activationOf({ kind, config }: LayerStructure): string {
  if (kind === 'ReLU') return config.maxValue === 6 ? 'relu6' : 'relu';
  return typeof config.activation === 'string' ? config.activation : 'linear';
}

/** Returns the weights of a product with those of the batch normalization after it. */
function folded(
  { kind, weights }: LayerStructure,
  { weights: normal, config }: LayerStructure,
): LayerStructure['weights'] {
  const { kernel, bias } = weights;
  const channels = normal.moving_mean.values.length;
  const scales = Float32Array.from(
    normal.gamma.values,
    (gamma, channel) => gamma / Math.sqrt(normal.moving_variance.values[channel] + Number(config.epsilon)),
  );
  // The last axis of a depthwise kernel has one element.
  if (kind === 'DepthwiseConv2D' && kernel.shape[3] !== 1) throw new Error('Expected one filter per channel.');
  const offsets = normal.beta.values.map(
    (beta, channel) => beta + ((bias?.values[channel] ?? 0) - normal.moving_mean.values[channel]) * scales[channel],
  );
  return {
    kernel: { shape: kernel.shape, values: kernel.values.map((value, index) => value * scales[index % channels]) },
    bias: { shape: [channels], values: offsets },
  };
}

function stepsOf(tf: Tf, layers: readonly FusedLayer[], constant: (weight: LayerWeight) => TfTensor): readonly Step[] {
  return layers.map((layer) => ({ name: layer.name, inputs: layer.inputs, compute: computeOf(tf, layer, constant) }));
}

function computeOf(tf: Tf, layer: FusedLayer, constant: (weight: LayerWeight) => TfTensor): Compute {
  const { kind, name, config, weights } = layer;
  const pair = (option: string) => list(config[option]);
  switch (kind) {
    case 'InputLayer':
    case 'Dropout':
      return ([x]) => x;
    case 'Conv2D':
    case 'DepthwiseConv2D':
    case 'Dense': {
      const activate = activationIn(tf, FUSED[layer.activation] === undefined ? layer.activation : 'linear');
      const activation = FUSED[layer.activation] ?? 'linear';
      const kernel = constant(weights.kernel);
      const bias = weights.bias === undefined ? undefined : constant(weights.bias);
      if (kind === 'Dense') return ([x]) => activate(tf.fused.matMul({ a: x, b: kernel, bias, activation }));
      const product = kind === 'Conv2D' ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
      const [strides, pad] = [pair('strides'), String(config.padding)];
      return ([x]) => activate(product({ x, filter: kernel, strides, pad, bias, activation }));
    }
    case 'Activation':
    case 'ReLU': {
      const activate = activationIn(tf, layer.activation);
      return ([x]) => activate(x);
    }
    case 'Rescaling':
      return ([x]) => tf.add(tf.mul(x, Number(config.scale)), Number(config.offset));
    case 'Normalization': {
      const center = constant(weights.mean);
      const deviation = constant({ shape: weights.variance.shape, values: weights.variance.values.map(Math.sqrt) });
      return ([x]) => tf.div(tf.sub(x, center), deviation);
    }
    case 'ZeroPadding2D': {
      const [rows, columns] = pairs(config.padding);
      return ([x]) => tf.pad(x, [[0, 0], rows, columns, [0, 0]]);
    }
    case 'MaxPooling2D':
      return ([x]) => tf.maxPool(x, pair('poolSize'), pair('strides'), String(config.padding));
    case 'GlobalAveragePooling2D':
      return ([x]) => tf.mean(x, [1, 2], Boolean(config.keepdims));
    case 'Reshape':
      return ([x]) => tf.reshape(x, [x.shape[0], ...pair('targetShape')]);
    case 'Flatten':
      return ([x]) => tf.reshape(x, [x.shape[0], -1]);
    case 'Add':
      return ([x, y]) => tf.add(x, y);
    case 'Multiply':
      return ([x, y]) => tf.mul(x, y);
    case 'Concatenate':
      return (inputs) => tf.concat(inputs, -1);
    default:
      throw new Error(`The runner has no layer '${kind}', which '${name}' is.`);
  }
}

function activationIn(tf: Tf, name: string): (x: TfTensor) => TfTensor {
  const hardSigmoid = (x: TfTensor) => tf.mul(tf.relu6(tf.add(x, 3)), 1 / 6);
  switch (name) {
    case 'linear':
      return (x) => x;
    case 'relu':
      return (x) => tf.relu(x);
    case 'relu6':
      return (x) => tf.relu6(x);
    case 'sigmoid':
      return (x) => tf.sigmoid(x);
    case 'silu':
      return (x) => tf.mul(x, tf.sigmoid(x));
    case 'hardSigmoid':
      return hardSigmoid;
    case 'hardSilu':
      return (x) => tf.mul(x, hardSigmoid(x));
    default:
      throw new Error(`The runner has no activation '${name}'.`);
  }
}

function list(value: unknown): readonly number[] {
  if (Array.isArray(value)) return value.map(Number);
  throw new Error(`Expected a list of numbers; got ${String(value)}.`);
}

function pairs(value: unknown): readonly (readonly number[])[] {
  if (Array.isArray(value)) return value.map(list);
  throw new Error(`Expected a list of pairs; got ${String(value)}.`);
}
