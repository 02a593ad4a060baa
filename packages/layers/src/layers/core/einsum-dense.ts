import { add, einsum, type Tensor } from '@manabi/core';
import {
  type ArgumentLocation,
  checked,
  count,
  type Kind,
  listOf,
  ManabiError,
  nullable,
  optional,
  text,
  wrongArgument,
} from '@manabi/errors';
import type { ActivationIdentifier } from '../../activations/activation.ts';
import { activationKind } from '../../activations/table.ts';
import type { CallContext } from '../../call/context.ts';
import type { Fans } from '../../initializers/index.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { classNameOf, type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { formatPartialShape, type PartialShape } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import { type KernelAndBiasOptions, kernelAndBiasKinds } from './kernel-and-bias.ts';

/** Options of the layer `einsumDense`. */
export interface EinsumDenseOptions extends LayerOptions, KernelAndBiasOptions {
  /** Einstein summation of the input and the kernel, such as `'abc,cd->abd'` or `'...x,xy->...y'`. */
  readonly equation: string;
  /** Lengths of the output axes without the batch and the axes of `...`; null for a length taken from the input. */
  readonly outputShape: number | readonly (number | null)[];
  /** Activation of the output (default: null, linear). */
  readonly activation?: ActivationIdentifier | null;
  /** Letters of the output axes that have a bias, such as `'d'` (default: null, no bias). */
  readonly biasAxes?: string | null;
}

/** Validator for the option `outputShape`. A single length is treated as a list of one. */
const outputShapeKind: Kind<readonly (number | null)[]> = {
  expected: 'an integer of at least 0, or a list of such integers or null',
  accepts: (given) => count.accepts(given) || Array.isArray(given),
  read: (given, place) => (count.accepts(given) ? [count.read(given, place)] : outputLengths.read(given, place)),
};

const outputLengths = listOf(nullable(count));

const kinds = {
  equation: checked(text, (equation, place) => void parseEquation(equation, place)),
  outputShape: outputShapeKind,
  activation: optional(activationKind, null),
  biasAxes: optional(nullable(text), null),
  ...kernelAndBiasKinds(),
} satisfies OwnKindsOf<EinsumDenseOptions>;

function resolved(layerClass: LayerClassName, options: EinsumDenseOptions) {
  const { biasAxes, ...config } = readLayerOptions(layerClass, options, kinds);
  const { output } = parseEquation(config.equation);
  const unknown = [...(biasAxes ?? '')].find((letter) => !output.includes(letter));
  if (unknown === undefined) return { ...config, biasAxes: biasAxes === '' ? null : biasAxes };
  const expected = `letters of the output, '${output}'`;
  throw wrongArgument({ op: classNameOf(layerClass), name: 'biasAxes' }, expected, biasAxes);
}

/** Layer created by `einsumDense`. The shapes of its weights `kernel` and `bias` follow from the equation. */
export class EinsumDense extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'EinsumDense';
  kernel?: Variable;
  bias?: Variable;

  constructor(options: EinsumDenseOptions) {
    super(options, resolved(new.target, options));
    this.inputSpec = ONE_INPUT;
  }

  override build(inputShape: PartialShape): void {
    const { kernelInitializer, kernelRegularizer, kernelConstraint, biasAxes } = this.config;
    const { kernelShape, fans, biasShape } = this.#plan(inputShape);
    this.inputSpec = { rank: inputShape.length };
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: kernelShape,
      fans,
      initializer: kernelInitializer,
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
    });
    if (biasAxes === null) return;
    const { biasInitializer, biasRegularizer, biasConstraint } = this.config;
    this.bias = this.addWeight({
      name: 'bias',
      shape: biasShape,
      initializer: biasInitializer,
      regularizer: biasRegularizer,
      constraint: biasConstraint,
    });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { equation, activation, biasAxes } = this.config;
    const sums = einsum(equation, x, context.read(this.kernel));
    return activation(biasAxes === null ? sums : add(sums, context.read(this.bias)));
  }

  /** Returns the shapes of kernel and bias for an input shape. */
  #plan(inputShape: PartialShape): EinsumWeights {
    const { equation, outputShape, biasAxes } = this.config;
    const { input, kernel, output, elided } = parseEquation(equation);
    const skipped = Math.max(0, inputShape.length - input.length);
    const fail = (why: string): ManabiError =>
      new ManabiError(
        'shape',
        `Layer '${this.name}' (EinsumDense) with equation '${equation}' and outputShape [${outputShape.map(String).join(', ')}] ` +
          `does not accept input shape ${formatPartialShape(inputShape)}: ${why}.`,
        { op: 'EinsumDense', data: { layer: this.name, equation, outputShape, shape: inputShape } },
      );
    if (inputShape.length < input.length || (skipped > 0 && elided === 'none')) {
      throw fail(`'${input}' has ${input.length} axes`);
    }
    const left = elided === 'left' ? skipped : 0;
    const inner = elided === 'left' ? inputShape.slice(1, Math.max(1, skipped)) : [];
    const behind = elided === 'right' ? inputShape.slice(inputShape.length - skipped) : [];
    const whole: PartialShape = [inputShape[0], ...inner, ...outputShape, ...behind];
    const excess = whole.length - skipped - output.length;
    if (excess !== 0) {
      const items = outputShape.length - excess;
      throw fail(`\`outputShape\` must have ${items} item${items === 1 ? '' : 's'} for output '${output}'`);
    }
    const inputLength = (letter: string): number | null => inputShape[input.indexOf(letter) + left];
    const outputLength = (letter: string): number | null => whole[output.indexOf(letter) + left];
    const lengthOf = (letter: string): number => {
      const length = output.includes(letter) ? outputLength(letter) : inputLength(letter);
      if (typeof length === 'number') return length;
      throw fail(`the length of axis '${letter}' of the kernel is unknown`);
    };
    for (const letter of input) {
      const [a, b] = [inputLength(letter), output.includes(letter) ? outputLength(letter) : null];
      if (a !== null && b !== null && a !== b)
        throw fail(`axis '${letter}' has length ${a} in the input and ${b} in \`outputShape\``);
    }
    const product = (letters: readonly string[]): number => letters.reduce((size, each) => size * lengthOf(each), 1);
    const letters = [...kernel];
    const fans = {
      in: product(letters.filter((letter) => !output.includes(letter))),
      out: product(letters.filter((letter) => output.includes(letter))),
    };
    return {
      kernelShape: letters.map(lengthOf),
      fans,
      biasShape: [...biasShapeOf(output, biasAxes ?? '', lengthOf), ...behind.map(() => 1)],
    };
  }
}

interface EinsumWeights {
  readonly kernelShape: readonly number[];
  readonly fans: Fans;
  readonly biasShape: readonly number[];
}

/**
 * Returns the shape of the bias: the lengths of the output axes, from the first axis in `biasAxes` on, with 1 for axes
 * that are not in `biasAxes`.
 */
function biasShapeOf(output: string, biasAxes: string, lengthOf: (letter: string) => number): readonly number[] {
  const first = Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)));
  return biasAxes === '' ? [] : [...output.slice(first)].map((each) => (biasAxes.includes(each) ? lengthOf(each) : 1));
}

interface Equation {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  /** Whether `...` stands to the left or right of the letters, as in `...x` (left) or `x...` (right). */
  readonly elided: 'left' | 'right' | 'none';
}

/**
 * Parses an Einstein summation into the letters of its input, kernel and output.
 *
 * @throws ManabiError `argument` unless it has the form `[X],[Y]->[Z]`, `...[X],[Y]->...[Z]` or `[X]...,[Y]->[Z]...`
 */
function parseEquation(equation: string, place: ArgumentLocation = { op: 'EinsumDense', name: 'equation' }): Equation {
  const match = /^(\.\.\.)?([A-Za-z]+)(\.\.\.)?,([A-Za-z]+)->(\.\.\.)?([A-Za-z]+)(\.\.\.)?$/.exec(equation);
  const [, before, input = '', behind, kernel = '', outputBefore, output = '', outputBehind] = match ?? [];
  const isBalanced = before === outputBefore && behind === outputBehind && !(before && behind);
  const letters = new Set([...input, ...kernel]);
  const isKnown =
    [...output].every((letter) => letters.has(letter)) &&
    [...kernel].every((letter) => `${input}${output}`.includes(letter));
  if (match && isBalanced && isKnown)
    return { input, kernel, output, elided: before ? 'left' : behind ? 'right' : 'none' };
  const expected =
    "an equation such as 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...', in which each letter of the kernel is also in " +
    'the input or the output';
  throw wrongArgument(place, expected, equation);
}

/**
 * Creates a dense layer whose product is an Einstein summation: `y = activation(einsum(equation, x, W) + b)`. Use it
 * for products over several axes, such as the projections of attention heads.
 *
 * @throws ManabiError `argument` for an invalid equation; building throws `shape` if the input shape does not match it
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.einsumDense({ equation: 'abc,cd->abd', outputShape: [null, 4], biasAxes: 'd' });
 * console.log(layer.apply(ones([2, 3, 8])).shape); // [2, 3, 4]
 * ```
 */
export function einsumDense(options: EinsumDenseOptions): EinsumDense {
  return new EinsumDense(options);
}
