import { isTensor, ManabiError, type Tensor, type TensorLike } from '@manabi/core';
import { wrongArgument } from '@manabi/errors';
import { isCallable } from '@manabi/errors/internal';
import { isSymbolic, type SymbolicTensor } from '../layer/layer.ts';
import { automaticName } from '../layer/naming.ts';
import { bindings } from './bindings.ts';
import type { Operand } from './operand.ts';
import { Operation } from './operation.ts';

/** An operand of a function on symbolic tensors: a symbolic tensor, a number, a boolean, or a constant array of numbers. */
export type SymbolicOperand = SymbolicTensor | number | boolean | readonly number[] | readonly (readonly number[])[];

/** The parameters of a function of tensors, with symbolic operands in place of tensors. */
export type SymbolicArguments<Args extends readonly unknown[]> = {
  [K in keyof Args]: Tensor extends Args[K]
    ? Exclude<Args[K], Tensor | TensorLike> | SymbolicOperand
    : Args[K] extends readonly TensorLike[]
      ? readonly SymbolicOperand[]
      : Args[K];
};

/**
 * Returns a function of tensors as a function of symbolic tensors: each call adds a layer to the functional model, which
 * computes the function. The layers can be saved; Keras reads them as operators of `keras.ops`. The result has the shape and
 * dtype that the function returns for the shapes and dtypes of its arguments. Masks are dropped, as in Keras.
 *
 * @param f function of `manabi`, such as `add`, `mean` or `index`
 * @throws ManabiError `argument` for other functions, and for calls with tensors, or without symbolic tensors
 * @example
 * ```ts
 * import { symbolic } from '@manabi/layers/operations';
 * import { input, mean, model, mul, tensor } from 'manabi';
 *
 * const x = input({ shape: [3] });
 * const doubled = model({ inputs: x, outputs: symbolic(mean)(symbolic(mul)(x, 2), -1) });
 * console.log(await (await doubled.predict(tensor([[1, 2, 3]]))).array()); // [4]
 * ```
 */
export function symbolic<Args extends readonly unknown[]>(
  f: (...args: Args) => Tensor,
): (...args: SymbolicArguments<Args>) => SymbolicTensor {
  const bind = bindings.get(f);
  if (bind === undefined) {
    const given = isCallable(f) && f.name !== '' ? `the function '${f.name}'` : f;
    throw wrongArgument(
      { op: 'symbolic', name: 'f' },
      'a function of manabi with an equivalent in keras.ops',
      given,
      'For other functions, use layers.lambda({ function }).',
    );
  }
  return (...args) => {
    const { operator, options, args: operands } = bind(...args);
    const inputs: SymbolicTensor[] = [];
    const converted = operands.map((operand) => operandOf(operator, operand, inputs));
    if (inputs.length === 0) {
      throw new ManabiError(
        'argument',
        `symbolic(${f.name}) needs a symbolic tensor among its arguments. Call ${f.name}() itself for tensors and numbers.`,
        { op: 'symbolic', data: { function: f.name } },
      );
    }
    const layer = new Operation({
      name: automaticName(operator),
      dtype: 'float32',
      operator,
      options: defined(options),
    });
    return layer.apply(inputs.length === 1 ? inputs[0] : inputs, { operands: { args: converted, kwargs: {} } });
  };
}

function operandOf(operator: string, value: unknown, inputs: SymbolicTensor[]): Operand {
  if (isSymbolic(value)) {
    inputs.push(value);
    return { input: inputs.length - 1 };
  }
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const isArray = operator !== 'GetItem' && isNumbers(value);
    if (isArray) return { array: { values: value, dtype: operator === 'Take' ? 'int32' : 'float32', kind: 'numpy' } };
    return value.map((item) => operandOf(operator, item, inputs));
  }
  if (typeof value === 'object' && ('range' in value || 'ellipsis' in value)) {
    // `bindings.ts` makes these objects.
    return value as Operand;
  }
  const advice = isTensor(value) ? 'Pass constants as arrays of numbers: a layer stores them in its config.' : '';
  throw wrongArgument(
    { op: operator, name: 'operand' },
    'a symbolic tensor, a number or an array of numbers',
    value,
    advice,
  );
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number' || isNumbers(item));
}

/** Returns options without those that are undefined. */
function defined(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
