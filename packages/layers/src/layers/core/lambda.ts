import type { Tensor } from '@manabi/core';
import { functionOf, isPlainObject, type Kind, kind, nullable, optional, wrongArgument } from '@manabi/errors';
import { activationKind } from '../../activations/table.ts';
import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { Tensors } from '../../structure/nested.ts';

/** Plain data that a function of `lambda` is given. */
export type LambdaArguments = Readonly<Record<string, unknown>>;

/** A function of the inputs, the context of the call, and the option `arguments`. */
export type LambdaFunction<Inputs> = (inputs: Inputs, context: CallContext, given: LambdaArguments) => Tensors;

/** The mask of what a function makes, of its inputs and their masks; null for none. */
export type LambdaMask = (inputs: Tensors, masks: readonly (Tensor | null)[]) => Tensor | null;

/** What `lambda` takes. */
export interface LambdaOptions<Inputs = Tensor> extends LayerOptions {
  /** Pure, of tensors; or the name of a registered activation. */
  readonly function: LambdaFunction<Inputs> | string;
  /** By default null: no mask goes on. */
  readonly mask?: LambdaMask | null;
  /** By default {}. */
  readonly arguments?: LambdaArguments;
}

interface LambdaConfig {
  // A method, since only whoever wrote it knows whether one tensor comes in or several.
  function(inputs: Tensors, context: CallContext, given: LambdaArguments): Tensors;
  readonly mask: LambdaMask | null;
  readonly arguments: LambdaArguments;
}

/** A function, or the name of an activation. */
const functionKind: Kind<LambdaConfig['function']> = {
  expected: 'a function of tensors, or the name of an activation',
  accepts: (given) => given !== null && activationKind.accepts(given),
  read: (given, place) => {
    if (given !== null && activationKind.accepts(given)) return activationKind.read(given, place);
    throw wrongArgument(place, functionKind.expected, given);
  },
};

const kinds = {
  function: functionKind,
  mask: optional(nullable(functionOf<LambdaMask>('a function (inputs, masks) => mask')), null),
  arguments: optional(
    kind('an object of plain data', (given): given is LambdaArguments => isPlainObject(given)),
    {},
  ),
} satisfies OwnKindsOf<LambdaOptions>;

/** A function as a layer: see `lambda`. */
export class Lambda extends Layer<LambdaConfig> {
  static override readonly className: string = 'Lambda';

  constructor(options: LambdaOptions<never>) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.supportsMasking = this.config.mask !== null;
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    return this.config.function(inputs, context, this.config.arguments);
  }

  override computeMask(inputs: Tensors, masks: readonly (Tensor | null)[]): Tensor | null {
    return this.config.mask === null ? null : this.config.mask(inputs, masks);
  }
}

/**
 * A function of tensors as a layer without weights. It saves and loads if `registerActivation` made it known by name; a
 * class that extends Layer is better for whatever has options.
 *
 * @throws ManabiError `argument` unless there is a function
 * @example `layers.lambda({ function: (x) => mul(x, 2) })`
 */
export function lambda(options: LambdaOptions<Tensor>): Lambda;
export function lambda(options: LambdaOptions<readonly Tensor[]>): Lambda;
export function lambda(options: LambdaOptions<never>): Lambda {
  return new Lambda(options);
}

/** What comes in: see `identity`. */
export class Identity extends Layer {
  static override readonly className: string = 'Identity';
  override supportsMasking = true;

  constructor(options: LayerOptions = {}) {
    super(options, readLayerOptions(new.target, options, {}));
  }

  override call(inputs: Tensors): Tensors {
    return inputs;
  }

  override computeMask(_inputs: Tensors, masks: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    return masks;
  }
}

/** What comes in, as it is: a place for a layer that may be there or not. */
export function identity(options: LayerOptions = {}): Identity {
  return new Identity(options);
}
