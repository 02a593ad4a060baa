import { createHash } from 'node:crypto';
import { type Functional, type Layer, Sequential } from '@manabi/layers';

// Descriptions of layers, equal to those of tooling/goldens/applications/generate.py.

/** Options of layers that are compared, in the order of the descriptions. */
const COMPARED = [
  'filters',
  'kernelSize',
  'strides',
  'padding',
  'dilationRate',
  'groups',
  'useBias',
  'activation',
  'depthMultiplier',
  'epsilon',
  'momentum',
  'axis',
  'center',
  'scale',
  'offset',
  'poolSize',
  'rate',
  'noiseShape',
  'units',
  'targetShape',
  'cropping',
  'maxValue',
  'negativeSlope',
  'threshold',
  'keepdims',
  'mean',
  'variance',
  'initValues',
  'projectionDim',
  'kernelInitializer',
  'depthwiseInitializer',
  'pointwiseInitializer',
  'batchShape',
];

function snake(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return value.toExponential(6).replace('+', '');
  if (Array.isArray(value)) return `[${value.map(shown).join(',')}]`;
  if (!isRecord(value)) return snake(String(value));
  const inner = isRecord(value.config) ? value.config : {};
  const parts = ['scale', 'mode', 'distribution'].filter((key) => key in inner).map((key) => shown(inner[key]));
  return `${String(value.className)}(${parts.join(',')})`;
}

function optionOf(key: string, config: Readonly<Record<string, unknown>>): unknown {
  const value = config[key];
  // The generator writes axes as a list, with the last axis of an image as -1.
  if (key === 'axis') return [value].flat().map((axis) => (axis === 3 ? -1 : axis));
  return value;
}

function described(layer: Layer, name: string, shape: unknown, inputs: readonly string[]): string {
  const config = layer.getConfig();
  const options = COMPARED.filter((key) => key in config).map((key) => `${snake(key)}=${shown(optionOf(key, config))}`);
  return [name, layer.className, shown(shape), ...options, inputs.join(',')].join('|');
}

/**
 * Returns the descriptions of the layers of a network.
 *
 * @param numbered whether automatic names are compared
 */
export function describeLayers(network: Functional, numbered: boolean): readonly string[] {
  const nameOf = (name: string): string => {
    if (name.startsWith('input_layer')) return 'input';
    return numbered ? name : name.replace(/^(re_lu|activation|dropout|flatten)(_\d+)?$/, 'automatic');
  };
  return network.layers.flatMap((layer) => {
    const inputs = network.connectionsOf(layer).map((connection) => nameOf(connection.replace(/\[.*$/, '')));
    const shape = network.layerOutputTypes.get(layer)?.[0].shape;
    const own = described(layer, nameOf(layer.name), shape, inputs);
    if (!(layer instanceof Sequential)) return [own];
    const inner = layer.layers.map((each) =>
      described(each, each.name, layer.layerOutputTypes.get(each)?.[0].shape, []),
    );
    return [own, ...inner];
  });
}

/** Returns the digits with which the generator records a description. */
export function digitsOf(description: string): string {
  return createHash('sha256').update(description).digest('hex').slice(0, 4);
}
