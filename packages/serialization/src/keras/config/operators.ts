import type { LayerDescription } from '@manabi/layers/classes';
import { isObject, type Json } from '../json.ts';
import type { ConfigPart } from './config-part.ts';

/** Operators of two tensors with an equivalent layer of the same name. */
const OF_TENSORS: ReadonlySet<string> = new Set(['Add', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);

/** Operators of a tensor and a number. Each returns the scale and offset of the equivalent rescaling layer. */
const WITH_NUMBER: Readonly<Record<string, (value: number) => { readonly scale: number; readonly offset: number }>> = {
  Add: (value) => ({ scale: 1, offset: value }),
  Divide: (value) => ({ scale: 1 / value, offset: 0 }),
  Multiply: (value) => ({ scale: value, offset: 0 }),
  Subtract: (value) => ({ scale: 1, offset: -value }),
  TrueDivide: (value) => ({ scale: 1 / value, offset: 0 }),
};

/** Operators of one tensor with an equivalent activation. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  Exp: 'exponential',
  HardSigmoid: 'hardSigmoid',
  HardSilu: 'hardSilu',
  LogSigmoid: 'logSigmoid',
  Relu: 'relu',
  Relu6: 'relu6',
  Selu: 'selu',
  Sigmoid: 'sigmoid',
  Silu: 'silu',
  Softplus: 'softplus',
  Softsign: 'softsign',
  Tanh: 'tanh',
};

/**
 * Converts an operator of `keras.ops` in a functional model to the equivalent layer: sums, products, scales, offsets and
 * activations.
 *
 * @throws FileError `unsupported` for other operators
 */
export function operatorFromKeras(part: ConfigPart): LayerDescription {
  const className = part.field('class_name').text('the name of a class');
  const name = part.field('name').text('the name of a layer');
  const args = argumentsOf(part);
  const [first, second] = args;
  const described = (layer: string, config: Readonly<Record<string, unknown>>): LayerDescription => ({
    kind: 'layer',
    className: layer,
    config: { name, ...config },
  });
  if (args.length === 2 && isObject(first) && isObject(second) && OF_TENSORS.has(className))
    return described(className, {});
  const scaling = Object.hasOwn(WITH_NUMBER, className) ? WITH_NUMBER[className] : undefined;
  if (args.length === 2 && isObject(first) && typeof second === 'number' && scaling !== undefined) {
    return described('Rescaling', scaling(second));
  }
  const activation = Object.hasOwn(ACTIVATIONS, className) ? ACTIVATIONS[className] : undefined;
  if (args.length === 1 && isObject(first) && activation !== undefined) return described('Activation', { activation });
  throw part.unsupported(
    `operator '${className}' of keras.ops ('${name}') has no equivalent layer. Replace it by a layer and save the model again.`,
    { className, layer: name },
  );
}

/** Returns the arguments of an operator's only call. */
function argumentsOf(part: ConfigPart): readonly (Json | undefined)[] {
  const calls = part.optional('inbound_nodes')?.list('a list of calls') ?? [];
  if (calls.length !== 1) return [];
  return (
    calls[0]
      .optional('args')
      ?.list()
      .map(({ value }) => value) ?? []
  );
}
