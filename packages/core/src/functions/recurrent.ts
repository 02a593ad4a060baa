import { boolean, type KindsOf, listOf, nullable, type OptionValues, oneOf, optional } from '@manabi/errors';
import {
  type CompositeConfigs,
  equalShapes,
  formatShape,
  ManabiError,
  type RecurrentActivation,
  type Shape,
} from '@manabi/ir';
import { lazyOf, Tensor } from '../tensor.ts';
import { optionsOf, tensorKind } from './argument-kinds.ts';
import { compositeResults } from './composite.ts';
import { asFloat, promote, type TensorLike } from './operand.ts';

/** Weights, first states and order of a recurrent network. */
export interface RecurrentOptions {
  /** Of the inputs: `[inputs, gates · units]`. */
  readonly kernel: Tensor;
  /** Of the state: `[units, gates · units]`. */
  readonly recurrentKernel: Tensor;
  /** By default none. */
  readonly bias?: Tensor | null;
  /** What is gone on from, `[batch, units]` each. */
  readonly states: readonly Tensor[];
  /** Of candidates and outputs; by default `tanh`. */
  readonly activation?: RecurrentActivation;
  /** From the last step to the first; outputs lie as the steps do. By default false. */
  readonly reverse?: boolean;
  /** Whether the outputs of all steps are asked for, not that of the last alone. By default true. */
  readonly returnSequences?: boolean;
}

/** As `RecurrentOptions`, with gates. */
export interface LstmOptions extends RecurrentOptions {
  /** Of the gates; by default `sigmoid`. */
  readonly recurrentActivation?: RecurrentActivation;
}

/** As `LstmOptions`, for `gru`. */
export interface GruOptions extends LstmOptions {
  /** Whether the gate that resets acts on the product with the state, not on the state; by default true. */
  readonly resetAfter?: boolean;
}

/** What a recurrent network makes of a sequence. */
export interface RecurrentResult {
  /** `[batch, steps, units]`, or that of the last step, `[batch, units]`. */
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

const activation = oneOf(
  'tanh',
  'sigmoid',
  'relu',
  'linear',
  'hardSigmoid',
  'leakyRelu',
  'elu',
  'softsign',
  'softplus',
);

const recurrentKinds = {
  kernel: tensorKind,
  recurrentKernel: tensorKind,
  bias: optional(nullable(tensorKind), null),
  states: listOf(tensorKind),
  activation: optional(activation, 'tanh'),
  reverse: optional(boolean, false),
  returnSequences: optional(boolean, true),
} satisfies KindsOf<RecurrentOptions>;
const lstmKinds = {
  ...recurrentKinds,
  recurrentActivation: optional(activation, 'sigmoid'),
} satisfies KindsOf<LstmOptions>;
const gruKinds = { ...lstmKinds, resetAfter: optional(boolean, true) } satisfies KindsOf<GruOptions>;

/**
 * Long short-term memory over `x` of shape `[batch, steps, inputs]`: Hochreiter, Schmidhuber, 1997. Weights hold the gates
 * i, f, c, o side by side, bias `[4 · units]`; states are `[h, c]`.
 *
 * @throws ManabiError `shape` if weights or states do not fit
 * @example `lstm(x, { kernel, recurrentKernel, bias, states: [h, c], returnSequences: false }).output`
 */
export function lstm(x: TensorLike, options: LstmOptions): RecurrentResult {
  const { recurrentActivation, ...read } = optionsOf('lstm', options, lstmKinds);
  const config = { ...configOf(read), recurrentActivation };
  return recurrent('lstm', x, read, { gates: 4, states: 2, biasRows: null }, config);
}

/**
 * Gated recurrent units over `x` of shape `[batch, steps, inputs]`: Cho et al., 2014. Weights hold the gates z, r and the
 * candidate side by side; bias is `[2, 3 · units]`, of inputs and of the state, or `[3 · units]` without `resetAfter`; states
 * are `[h]`.
 *
 * @throws ManabiError `shape` if weights or states do not fit
 */
export function gru(x: TensorLike, options: GruOptions): RecurrentResult {
  const { resetAfter, recurrentActivation, ...read } = optionsOf('gru', options, gruKinds);
  const config = { ...configOf(read), recurrentActivation, resetAfter };
  return recurrent('gru', x, read, { gates: 3, states: 1, biasRows: resetAfter ? 2 : null }, config);
}

/**
 * A recurrent network whose output is its state, `h = activation(x · kernel + bias + h · recurrentKernel)`, over `x` of shape
 * `[batch, steps, inputs]`: Elman, 1990. Bias is `[units]`; states are `[h]`.
 *
 * @throws ManabiError `shape` if weights or states do not fit
 */
export function simpleRnn(x: TensorLike, options: RecurrentOptions): RecurrentResult {
  const read = optionsOf('simpleRnn', options, recurrentKinds);
  return recurrent('simpleRnn', x, read, { gates: 1, states: 1, biasRows: null }, configOf(read));
}

type ReadOptions = OptionValues<typeof recurrentKinds>;

function configOf({ activation, reverse, returnSequences }: ReadOptions) {
  return { activation, reverse, sequences: returnSequences };
}

/** What tells the networks' operands apart. */
interface Form {
  readonly gates: number;
  readonly states: number;
  /** Length of the bias's first axis; null if it has only that of the gates. */
  readonly biasRows: number | null;
}

function recurrent<K extends 'lstm' | 'gru' | 'simpleRnn'>(
  name: K,
  x: TensorLike,
  { kernel, recurrentKernel, states, bias, returnSequences }: ReadOptions,
  form: Form,
  config: CompositeConfigs[K],
): RecurrentResult {
  const sequence = new Tensor(asFloat(name, x));
  const tensors = [sequence, kernel, recurrentKernel, ...states, ...(bias === null ? [] : [bias])];
  checkShapes(name, form, tensors);
  const results = compositeResults(name, promote(name, tensors), config);
  return returnSequences ? { output: results[0], states: results.slice(1) } : { output: results[0], states: results };
}

function checkShapes(name: string, { gates, states, biasRows }: Form, tensors: readonly Tensor[]): void {
  const given = tensors.map((tensor) => lazyOf(tensor).type.shape);
  const [[batch, , inputs], , recurrentShape] = given;
  const units = recurrentShape[0] ?? 0;
  const width = gates * units;
  const expected: readonly Shape[] = [
    [batch, given[0][1], inputs],
    [inputs, width],
    [units, width],
    ...Array.from({ length: states }, () => [batch, units]),
    biasRows === null ? [width] : [biasRows, width],
  ];
  const wanted = expected.slice(0, given.length);
  const fits = given.length >= 3 + states && given.every((shape, i) => equalShapes(shape, wanted[i] ?? [-1]));
  if (fits && given[0].length === 3) return;
  const list = (shapes: readonly Shape[]): string => shapes.map(formatShape).join(', ');
  throw new ManabiError(
    'shape',
    `x, kernel, recurrentKernel, ${states} states and the bias must have shapes ${list(expected)} here, with x as [batch, ` +
      `steps, inputs]; the bias may be left out. They have ${list(given)}.`,
    { op: name, data: { expected, given } },
  );
}
