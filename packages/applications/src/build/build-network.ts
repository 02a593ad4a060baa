import { ManabiError } from '@manabi/errors';
import { type Functional, model, type SymbolicTensor } from '@manabi/layers';
import { globalAveragePooling2d, globalMaxPooling2d } from '@manabi/layers/layers';
import { loadNetworkWeights } from '../weights/load-network-weights.ts';
import type { Architecture, BuildOptions } from './architecture.ts';
import { imageInput } from './input-shape.ts';
import { sourceInputs } from './symbols.ts';

/** Number of classes of ImageNet. */
const IMAGENET_CLASSES = 1000;

/**
 * Builds a network and loads its weights.
 *
 * @param op name of the function that the user called, for messages
 * @param topOptions further options that only the classifier uses, as received from the user
 * @throws ManabiError `argument` for options that exclude each other
 */
export async function buildNetwork(
  op: string,
  options: BuildOptions,
  architecture: Architecture,
  topOptions: Readonly<Record<string, unknown>> = {},
): Promise<Functional> {
  checkCombination(op, options, topOptions);
  const { includeTop, weights, pooling = null, classes = IMAGENET_CLASSES, classifierActivation } = options;
  const published = weights === 'imagenet' ? architecture.published(includeTop) : null;
  const images = imageInput(op, options, architecture);
  const features = architecture.body(images);
  const activation = classifierActivation === undefined ? 'softmax' : classifierActivation;
  const outputs = includeTop
    ? architecture.top(features, { classes, activation })
    : pooled(features, pooling, architecture);
  const sources = sourceInputs(images);
  const name = options.name ?? architecture.name;
  const network = model({ inputs: sources.length === 1 ? sources[0] : sources, outputs, name });
  if (weights !== null) await loadNetworkWeights(op, network, published ?? weights, includeTop, options.download ?? {});
  return network;
}

function pooled(
  features: SymbolicTensor,
  pooling: 'avg' | 'max' | null,
  { poolNames, afterPooling = (x) => x }: Architecture,
): SymbolicTensor {
  if (pooling === null) return afterPooling(features);
  const name = poolNames?.[pooling];
  const layer = pooling === 'avg' ? globalAveragePooling2d({ name }) : globalMaxPooling2d({ name });
  return afterPooling(layer.apply(features));
}

function checkCombination(op: string, options: BuildOptions, topOptions: Readonly<Record<string, unknown>>): void {
  const { includeTop, weights, classes, classifierActivation, pooling } = options;
  if (includeTop && pooling !== undefined && pooling !== null) {
    throw excluded(
      op,
      'pooling',
      pooling,
      'applies only to networks without classifier. Pass includeTop: false, or omit it',
    );
  }
  const ofTop = { classes, classifierActivation, ...topOptions };
  const unused = Object.entries(ofTop).find(([, given]) => given !== undefined);
  if (!includeTop && unused !== undefined) {
    const [name, given] = unused;
    throw excluded(
      op,
      name,
      given,
      'applies only to the classifier, which includeTop: false omits. Omit one of the two',
    );
  }
  if (weights !== 'imagenet' || !includeTop) return;
  if (classes !== undefined && classes !== IMAGENET_CLASSES) {
    throw excluded(
      op,
      'classes',
      classes,
      "must be 1000 for the classifier of weights: 'imagenet'. Pass weights: null, or includeTop: false and add a classifier",
    );
  }
  if (classifierActivation !== undefined && classifierActivation !== null && classifierActivation !== 'softmax') {
    throw excluded(
      op,
      'classifierActivation',
      classifierActivation,
      "must be 'softmax' or null for the classifier of weights: 'imagenet'. Pass one of them, or weights: null",
    );
  }
}

function excluded(op: string, name: string, given: unknown, why: string): ManabiError {
  return new ManabiError('argument', `\`${name}\` ${why}.`, { op, data: { name, given } });
}
