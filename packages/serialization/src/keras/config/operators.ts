import { isList, type Json, type JsonObject } from '../json.ts';
import type { LayerDescription } from './layer-description.ts';
import { type Origin, unsupported } from './origin.ts';

/** Layers that compute what an operator of two tensors does. */
const OF_TENSORS: ReadonlySet<string> = new Set(['Add', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);

/** What a tensor and a number become: the number's part in scale x + offset. */
const WITH_NUMBER: Readonly<Record<string, (value: number) => { readonly scale: number; readonly offset: number }>> = {
  Add: (value) => ({ scale: 1, offset: value }),
  Divide: (value) => ({ scale: 1 / value, offset: 0 }),
  Multiply: (value) => ({ scale: value, offset: 0 }),
  Subtract: (value) => ({ scale: 1, offset: -value }),
  TrueDivide: (value) => ({ scale: 1 / value, offset: 0 }),
};

/** Operators of one tensor that are activations. */
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
 * The layer that computes what an operator of `keras.ops` in a functional model computes: sums and products, scales and
 * offsets, activations.
 *
 * @throws FileError `unsupported` for the others
 */
export function operatorFromKeras(origin: Origin, entry: JsonObject): LayerDescription {
  const className = String(entry.class_name);
  const name = String(entry.name);
  const args = argumentsOf(entry);
  const [first, second] = args;
  const described = (layer: string, config: Readonly<Record<string, unknown>>): LayerDescription => ({
    kind: 'layer',
    className: layer,
    config: { name, ...config },
  });
  const isTensor = (value: Json | undefined): boolean => typeof value === 'object' && value !== null && !isList(value);
  if (args.length === 2 && isTensor(first) && isTensor(second) && OF_TENSORS.has(className))
    return described(className, {});
  const scaling = Object.hasOwn(WITH_NUMBER, className) ? WITH_NUMBER[className] : undefined;
  if (args.length === 2 && isTensor(first) && typeof second === 'number' && scaling !== undefined) {
    return described('Rescaling', scaling(second));
  }
  const activation = Object.hasOwn(ACTIVATIONS, className) ? ACTIVATIONS[className] : undefined;
  if (args.length === 1 && isTensor(first) && activation !== undefined) return described('Activation', { activation });
  throw unsupported(
    origin,
    `it holds the operator '${className}' of keras.ops ('${name}'), which is no layer. Put a layer in its place, and save the ` +
      'model again.',
    { className, layer: name },
  );
}

/** The arguments of an operator's call, without those that are left as they are. */
function argumentsOf({ inbound_nodes: nodes }: JsonObject): readonly Json[] {
  const [call, ...further] = isList(nodes) ? nodes : [];
  const args = typeof call === 'object' && call !== null && !isList(call) ? call.args : null;
  return isList(args) && further.length === 0 ? args : [];
}
