import { prelu as preluOf, type Tensor } from '@manabi/core';
import { anyOf, listOf, ManabiError, nullable, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import type { PartialShape } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import { knownLength } from '../recurrent/known-length.ts';

/** Options of the layer `prelu`. */
export interface PReLUOptions extends LayerOptions {
  /** Initializer of `alpha`, the slopes for negative inputs (default: `'zeros'`). */
  readonly alphaInitializer?: InitializerIdentifier;
  /** Regularizer of `alpha`, the slopes for negative inputs (default: null). */
  readonly alphaRegularizer?: RegularizerIdentifier | null;
  /** Constraint of `alpha`, the slopes for negative inputs (default: null). */
  readonly alphaConstraint?: ConstraintIdentifier | null;
  /**
   * Axes along which all elements share one slope (default: null, no axes). The batch is axis 0; for images, [1, 2]
   * results in one slope per channel.
   */
  readonly sharedAxes?: number | readonly number[] | null;
}

const kinds = {
  alphaInitializer: optional(initializerKind, 'zeros'),
  alphaRegularizer: optional(regularizerKind, null),
  alphaConstraint: optional(constraintKind, null),
  sharedAxes: optional(nullable(anyOf(positiveInteger, listOf(positiveInteger))), null),
} satisfies OwnKindsOf<PReLUOptions>;

function resolved(layerClass: LayerClassName, options: PReLUOptions) {
  const { sharedAxes, ...config } = readLayerOptions(layerClass, options, kinds);
  return { ...config, sharedAxes: sharedAxes === null ? null : [sharedAxes].flat() };
}

/** Layer created by `prelu`. Its weight `alpha` has the shape of the input without the batch, with 1 for shared axes. */
export class PReLU extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'PReLU';
  override supportsMasking = true;
  alpha?: Variable;

  constructor(options: PReLUOptions = {}) {
    super(options, resolved(new.target, options));
    this.inputSpec = ONE_INPUT;
  }

  override build(inputShape: PartialShape): void {
    const { alphaInitializer, alphaRegularizer, alphaConstraint } = this.config;
    const shared = this.config.sharedAxes ?? [];
    const outside = shared.find((axis) => axis >= inputShape.length);
    if (outside !== undefined) {
      throw new ManabiError(
        'axis',
        `\`sharedAxes\` must be axes of an input of rank ${inputShape.length}: 1 to ${inputShape.length - 1}; got ${outside}.`,
        { op: this.className, data: { layer: this.name, axis: outside, rank: inputShape.length } },
      );
    }
    const separate = inputShape.map((_, axis) => axis).filter((axis) => axis > 0 && !shared.includes(axis));
    this.alpha = this.addWeight({
      name: 'alpha',
      shape: inputShape.slice(1).map((_, i) => (shared.includes(i + 1) ? 1 : knownLength(this, inputShape, i + 1))),
      initializer: alphaInitializer,
      regularizer: alphaRegularizer,
      constraint: alphaConstraint,
    });
    const lengths = separate.map((axis) => [axis, knownLength(this, inputShape, axis)]);
    this.inputSpec = { rank: inputShape.length, axes: Object.fromEntries(lengths) };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return preluOf(x, context.read(this.alpha));
  }
}

/**
 * Creates a rectified linear unit with trained slopes: `y = x` for `x > 0`, else `y = alpha · x`. Source: K. He et al.,
 * "Delving deep into rectifiers", 2015.
 *
 * @throws ManabiError `argument` for invalid options; building throws `shape` if the length of an axis outside `sharedAxes`
 * is unknown
 * @example
 * ```ts
 * import { initializers, layers, tensor } from 'manabi';
 *
 * const layer = layers.prelu({ alphaInitializer: initializers.constant({ value: 0.25 }) });
 * console.log(await layer.apply(tensor([[-4, 2]])).array()); // [[-1, 2]]
 * layers.prelu({ sharedAxes: [1, 2] }); // one slope per channel of images
 * ```
 */
export function prelu(options: PReLUOptions = {}): PReLU {
  return new PReLU(options);
}
