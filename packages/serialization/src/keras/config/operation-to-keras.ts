import type { Layer } from '@manabi/layers';
import { isJson } from '../is-json.ts';
import type { Json, JsonObject } from '../json.ts';
import { toSnake } from './spelling.ts';

/** A layer that is an operator of `keras.ops`. */
interface OperationLike {
  readonly kerasModule: string;
  readonly config: { readonly operator: string; readonly options: Readonly<Record<string, unknown>> };
}

/** Reports whether a layer is an operator, whose class is loaded only with a model that has one. */
export function isOperation(layer: Layer): layer is Layer & OperationLike {
  return layer.className === 'Operation' && 'kerasModule' in layer;
}

/** Returns the entry of an operator in Keras's format. */
export function operationToKeras({
  kerasModule,
  name,
  config: { operator, options },
}: OperationLike & Layer): JsonObject {
  const entries = Object.entries(options).map(([option, value]) => [toSnake(option), isJson(value) ? value : null]);
  return {
    module: kerasModule,
    class_name: operator,
    config: { name, ...Object.fromEntries(entries) },
    registered_name: operator,
  };
}

/**
 * Returns the arguments of an operator's call in Keras's format.
 *
 * @param operands the call option `operands`; without it, the tensors are the arguments
 */
export function operandsToKeras(operands: unknown, tensors: readonly Json[]): JsonObject {
  const convert = (operand: unknown): Json => {
    if (Array.isArray(operand)) return operand.map(convert);
    if (!isRecord(operand)) return isJson(operand) ? operand : null;
    const { input, range, array, ellipsis } = operand;
    if (typeof input === 'number') return tensors[input];
    if (ellipsis === true) return { class_name: '__ellipsis__', config: {} };
    if (Array.isArray(range)) {
      const [start = null, stop = null, step = null] = range.map(convert);
      return { class_name: '__slice__', config: { start, stop, step } };
    }
    if (!isRecord(array)) return null;
    const { values, dtype, kind } = array;
    return {
      class_name: `__${kind === 'tensor' ? 'tensor' : 'numpy'}__`,
      config: { value: convert(values), dtype: convert(dtype) },
    };
  };
  if (!isRecord(operands)) return { args: [...tensors], kwargs: {} };
  const named = isRecord(operands.kwargs) ? Object.entries(operands.kwargs) : [];
  return {
    args: convert(operands.args),
    kwargs: Object.fromEntries(named.map(([name, operand]) => [toSnake(name), convert(operand)])),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
