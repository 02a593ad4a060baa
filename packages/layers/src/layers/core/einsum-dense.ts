import { add, einsum, type Tensor } from '@manabi/core';
import {
  checked,
  count,
  type Kind,
  listOf,
  ManabiError,
  nullable,
  optional,
  type Place,
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

/** What `einsumDense` takes. */
export interface EinsumDenseOptions extends LayerOptions, KernelAndBiasOptions {
  /** Einstein's sum of the input and the kernel: `abc,cd->abd`, or `...x,xy->...y`. */
  readonly equation: string;
  /** Lengths of the output's axes but the batch's (and those that `...` stands for); null for those of the input. */
  readonly outputShape: number | readonly (number | null)[];
  /** By default linear. */
  readonly activation?: ActivationIdentifier | null;
  /** Letters of the output's axes along which the bias lies; by default null: no bias. */
  readonly biasAxes?: string | null;
}

/** A length alone stands for the only one. */
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

/** A dense layer over chosen axes: see `einsumDense`. Weights: kernel and bias, of the shapes that the equation says. */
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

  /** Shapes of the weights for an input. */
  #plan(inputShape: PartialShape): EinsumWeights {
    const { equation, outputShape, biasAxes } = this.config;
    const { input, kernel, output, elided } = parseEquation(equation);
    const skipped = Math.max(0, inputShape.length - input.length);
    const fail = (why: string): ManabiError =>
      new ManabiError(
        'shape',
        `Layer '${this.name}' (EinsumDense) with equation ${equation} and outputShape [${outputShape.map(String).join(', ')}] ` +
          `cannot take shape ${formatPartialShape(inputShape)}: ${why}.`,
        { op: 'EinsumDense', data: { layer: this.name, equation, outputShape, shape: inputShape } },
      );
    if (inputShape.length < input.length || (skipped > 0 && elided === 'none')) {
      throw fail(`${input} names ${input.length} axes`);
    }
    const left = elided === 'left' ? skipped : 0;
    const inner = elided === 'left' ? inputShape.slice(1, Math.max(1, skipped)) : [];
    const behind = elided === 'right' ? inputShape.slice(inputShape.length - skipped) : [];
    const whole: PartialShape = [inputShape[0], ...inner, ...outputShape, ...behind];
    if (whole.length !== output.length + skipped) throw fail(`${output} names ${output.length} axes`);
    const inputLength = (letter: string): number | null => inputShape[input.indexOf(letter) + left];
    const outputLength = (letter: string): number | null => whole[output.indexOf(letter) + left];
    const lengthOf = (letter: string): number => {
      const length = output.includes(letter) ? outputLength(letter) : inputLength(letter);
      if (typeof length === 'number') return length;
      throw fail(`the length of axis ${letter} of the kernel is not known`);
    };
    for (const letter of input) {
      const [a, b] = [inputLength(letter), output.includes(letter) ? outputLength(letter) : null];
      if (a !== null && b !== null && a !== b)
        throw fail(`axis ${letter} has length ${a} there, and ${b} in outputShape`);
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

/** Lengths of the bias's axes, and 1 for those of the output behind its first. */
function biasShapeOf(output: string, biasAxes: string, lengthOf: (letter: string) => number): readonly number[] {
  const first = Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)));
  return biasAxes === '' ? [] : [...output.slice(first)].map((each) => (biasAxes.includes(each) ? lengthOf(each) : 1));
}

interface Equation {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  /** Where `...` stands. */
  readonly elided: 'left' | 'right' | 'none';
}

/**
 * The letters of an equation's terms.
 *
 * @throws ManabiError `argument` unless it is `[X],[Y]->[Z]`, `...[X],[Y]->...[Z]` or `[X]...,[Y]->[Z]...`
 */
function parseEquation(equation: string, place: Place = { op: 'EinsumDense', name: 'equation' }): Equation {
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
 * A dense layer whose product is any Einstein sum, such as the projections of attention heads.
 *
 * @throws ManabiError `argument` for an equation that cannot be read; `shape` when built, if the input does not fit it
 * @example `layers.einsumDense({ equation: 'abc,cd->abd', outputShape: [null, 64], biasAxes: 'd' })`
 */
export function einsumDense(options: EinsumDenseOptions): EinsumDense {
  return new EinsumDense(options);
}
