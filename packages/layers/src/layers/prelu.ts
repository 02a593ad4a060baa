import { prelu as preluOf, type Tensor } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import { type ConstraintIdentifier, getConstraint } from '../constraints/index.ts';
import type { CallContext } from '../context.ts';
import { getInitializer, type InitializerIdentifier } from '../initializers/index.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import type { PartialShape } from '../nested.ts';
import { getRegularizer, type RegularizerIdentifier } from '../regularizers/index.ts';
import type { Variable } from '../variable.ts';
import { knownLength, positiveInteger } from './options.ts';

/** What `prelu` takes. */
export interface PReLUOptions extends LayerOptions {
  /** By default `zeros`. */
  readonly alphaInitializer?: InitializerIdentifier;
  readonly alphaRegularizer?: RegularizerIdentifier | null;
  readonly alphaConstraint?: ConstraintIdentifier | null;
  /** Axes along which all elements have one slope, counted with the batch's: [1, 2] for images; by default null, none. */
  readonly sharedAxes?: number | readonly number[] | null;
}

function resolved(options: PReLUOptions) {
  const { sharedAxes = null } = options;
  return {
    alphaInitializer: getInitializer(options.alphaInitializer ?? 'zeros'),
    alphaRegularizer: getRegularizer(options.alphaRegularizer ?? null),
    alphaConstraint: getConstraint(options.alphaConstraint ?? null),
    sharedAxes: sharedAxes === null ? null : [sharedAxes].flat().map((a) => positiveInteger('PReLU', 'sharedAxes', a)),
  };
}

/** Rectifier whose slopes are learned: see `prelu`. Weight: alpha, of the shape of an input without the batch. */
export class PReLU extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'PReLU';
  override supportsMasking = true;
  alpha?: Variable;

  constructor(options: PReLUOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, resolved(options));
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
