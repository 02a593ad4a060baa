import { boolean, type KindsOf, listOf, nullable, type OptionValues, oneOf, optional } from '@manabi/errors';
import { type CommonConfigs, equalShapes, ManabiError, type RecurrentActivation, type Shape } from '@manabi/ir';
import { lazyOf, Tensor } from '../tensor.ts';
import { optionsOf, tensorKind } from './argument-kinds.ts';
import { compositeResults } from './composite.ts';
import { asFloat, promote, type TensorLike } from './operand.ts';

/** Weights, initial states and options of `simpleRnn`. */
export interface RecurrentOptions {
  /** Weights that are multiplied by the inputs, of shape [inputs, gates * units]. */
  readonly kernel: Tensor;
  /** Weights that are multiplied by the state h of the previous time step, of shape [units, gates * units]. */
  readonly recurrentKernel: Tensor;
  /** Bias. Default: null, for none. */
  readonly bias?: Tensor | null;
  /** Initial states, each of shape [batch, units]. */
  readonly states: readonly Tensor[];
  /** Activation function of the candidate (in an LSTM, also of the output). Default: `tanh`. */
  readonly activation?: RecurrentActivation;
  /**
   * Whether to run from the last time step to the first. The outputs are still in the order of the inputs. Default:
   * false.
   */
  readonly reverse?: boolean;
  /** Whether to return the outputs of all time steps, not only of the last one. Default: true. */
  readonly returnSequences?: boolean;
}

/** Weights, initial states and options of `lstm`. */
export interface LstmOptions extends RecurrentOptions {
  /** Activation function of the gates. Default: `sigmoid`. */
  readonly recurrentActivation?: RecurrentActivation;
}

/** Weights, initial states and options of `gru`. */
export interface GruOptions extends LstmOptions {
  /**
   * Whether the reset gate is multiplied after the product of state and recurrent kernel, not before. Default: true.
   */
  readonly resetAfter?: boolean;
}

/** Result of `lstm`, `gru` and `simpleRnn`. */
export interface RecurrentResult {
  /** Outputs of all time steps, of shape [batch, steps, units], or of the last one, of shape [batch, units]. */
  readonly output: Tensor;
  /** Final states, each of shape [batch, units]. */
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
 * Runs a long short-term memory over x of shape [batch, steps, inputs] (Hochreiter & Schmidhuber, "Long short-term
 * memory", 1997). With a = recurrentActivation and g = activation, each step computes
 *
 * `i, f, o = a(x · W + h · U + b)`, `c = f * c + i * g(x · W + h · U + b)`, `h = o * g(c)`.
 *
 * Both kernels and the bias consist of one block for each gate, in the order i, f, c, o. The bias has shape [4 *
 * units]. The states are [h, c].
 *
 * @throws ManabiError `shape` if the shapes of x, weights and states do not match
 * @example
 * ```ts
 * import { lstm, ones, zeros } from 'manabi';
 *
 * const [kernel, recurrentKernel] = [zeros([3, 8]), zeros([2, 8])];
 * const states = [zeros([1, 2]), ones([1, 2])];
 * const { output } = lstm(ones([1, 4, 3]), { kernel, recurrentKernel, states });
 * console.log(output.shape); // [1, 4, 2]
 * ```
 */
export function lstm(x: TensorLike, options: LstmOptions): RecurrentResult {
  const { recurrentActivation, ...read } = optionsOf('lstm', options, lstmKinds);
  const config = { ...configOf(read), recurrentActivation };
  return recurrent('lstm', x, read, { gates: 4, states: 2, biasRows: null }, config);
}

/**
 * Runs a gated recurrent unit over x of shape [batch, steps, inputs] (Cho et al., "Learning phrase representations
 * using RNN encoder-decoder", 2014). With a = recurrentActivation and g = activation, each step computes
 *
 * `z, r = a(x · W + h · U + b)`, `candidate = g(x · W + r * (h · U) + b)`, `h = z * h + (1 - z) * candidate`.
 *
 * Both kernels and the bias consist of three blocks, for z, r and the candidate. The bias has shape [2, 3 * units],
 * with one row for the inputs and one for the state; without `resetAfter`, it has shape [3 * units]. The states are
 * [h].
 *
 * @throws ManabiError `shape` if the shapes of x, weights and states do not match
 * @example
 * ```ts
 * import { gru, ones, zeros } from 'manabi';
 *
 * const [kernel, recurrentKernel] = [zeros([3, 6]), zeros([2, 6])];
 * const states = [ones([1, 2])];
 * const result = gru(ones([1, 1, 3]), { kernel, recurrentKernel, states }).output;
 * console.log(await result.array()); // [[[0.5, 0.5]]]
 * ```
 */
export function gru(x: TensorLike, options: GruOptions): RecurrentResult {
  const { resetAfter, recurrentActivation, ...read } = optionsOf('gru', options, gruKinds);
  const config = { ...configOf(read), recurrentActivation, resetAfter };
  return recurrent('gru', x, read, { gates: 3, states: 1, biasRows: resetAfter ? 2 : null }, config);
}

/**
 * Runs a simple recurrent network over x of shape [batch, steps, inputs]: `h = activation(x · kernel + h ·
 * recurrentKernel + bias)` at each step (Elman, "Finding structure in time", 1990). The bias has shape [units]. The
 * states are [h].
 *
 * @throws ManabiError `shape` if the shapes of x, weights and states do not match
 * @example
 * ```ts
 * import { ones, simpleRnn, tensor, zeros } from 'manabi';
 *
 * const [kernel, recurrentKernel] = [ones([1, 1]), ones([1, 1])];
 * const states = [zeros([1, 1])];
 * const x = tensor([[[1], [2]]]);
 * const result = simpleRnn(x, { kernel, recurrentKernel, states, activation: 'linear' }).output;
 * console.log(await result.array()); // [[[1], [3]]]
 * ```
 */
export function simpleRnn(x: TensorLike, options: RecurrentOptions): RecurrentResult {
  const read = optionsOf('simpleRnn', options, recurrentKinds);
  return recurrent('simpleRnn', x, read, { gates: 1, states: 1, biasRows: null }, configOf(read));
}

type ReadOptions = OptionValues<typeof recurrentKinds>;

function configOf({ activation, reverse, returnSequences }: ReadOptions) {
  return { activation, reverse, sequences: returnSequences };
}

/** Properties of a kind of recurrent network that determine the shapes of its operands. */
interface Form {
  readonly gates: number;
  readonly states: number;
  /** Number of rows of the bias if it has rank 2; null if it has rank 1. */
  readonly biasRows: number | null;
}

function recurrent<K extends 'lstm' | 'gru' | 'simpleRnn'>(
  name: K,
  x: TensorLike,
  { kernel, recurrentKernel, states, bias, returnSequences }: ReadOptions,
  form: Form,
  config: CommonConfigs[K],
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
  const applicable = expected.slice(0, given.length);
  const fits = given.length >= 3 + states && given.every((shape, i) => equalShapes(shape, applicable[i] ?? [-1]));
  if (fits && given[0].length === 3) return;
  // If an operand lacks the axis from which a length is read, the length is unknown.
  const list = (shapes: readonly Shape[]): string =>
    shapes.map((shape) => `[${shape.map((length) => length ?? '?').join(', ')}]`).join(', ');
  throw new ManabiError(
    'shape',
    `\`x\` [batch, steps, inputs], \`kernel\`, \`recurrentKernel\`, ${states} \`states\` and the optional \`bias\` must have ` +
      `shapes ${list(expected)}; got ${list(given)}.`,
    { op: name, data: { expected, given } },
  );
}
