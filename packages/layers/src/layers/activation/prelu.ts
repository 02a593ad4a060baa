import { prelu as preluOf, type Tensor } from '@manabi/core';
import { anyOf, listOf, nullable, optional, positiveInteger } from '@manabi/errors';
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

/** What `prelu` takes. */
export interface PReLUOptions extends LayerOptions {
  /** By default `zeros`. */
  readonly alphaInitializer?: InitializerIdentifier;
  readonly alphaRegularizer?: RegularizerIdentifier | null;
  readonly alphaConstraint?: ConstraintIdentifier | null;
  /** Axes along which all elements have one slope, counted with the batch's: [1, 2] for images; by default null, none. */
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

/** Rectifier whose slopes are learned: see `prelu`. Weight: alpha, of the shape of an input without the batch. */
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
    const own = inputShape.map((_, axis) => axis).filter((axis) => axis > 0 && !shared.includes(axis));
    this.alpha = this.addWeight({
      name: 'alpha',
      shape: inputShape.slice(1).map((_, i) => (shared.includes(i + 1) ? 1 : knownLength(this, inputShape, i + 1))),
      initializer: alphaInitializer,
      regularizer: alphaRegularizer,
      constraint: alphaConstraint,
    });
    const lengths = own.map((axis) => [axis, knownLength(this, inputShape, axis)]);
    this.inputSpec = { rank: inputShape.length, axes: Object.fromEntries(lengths) };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return preluOf(x, context.read(this.alpha));
  }
}

/**
 * x where it is positive, else a learned multiple of x: He et al., 2015.
 *
 * @throws ManabiError `shape` when built, if the length of an axis is not known that is not shared
 * @example `layers.prelu({ sharedAxes: [1, 2] })` // one slope for each channel of images
 */
export function prelu(options: PReLUOptions = {}): PReLU {
  return new PReLU(options);
}
