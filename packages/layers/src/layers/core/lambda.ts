import type { Tensor } from '@manabi/core';
import { functionOf, type Kind, kind, nullable, optional, wrongArgument } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { activationKind } from '../../activations/table.ts';
import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { Tensors } from '../../structure/nested.ts';

/** Type of the option `arguments` of `lambda`: plain data that is passed to the function. */
export type LambdaArguments = Readonly<Record<string, unknown>>;

/** Function of a `lambda` layer: takes the inputs, the call context and the option `arguments`. */
export type LambdaFunction<Inputs> = (inputs: Inputs, context: CallContext, given: LambdaArguments) => Tensors;

/** Mask function of a `lambda` layer: returns the mask of the output, or null for none, from the inputs and their masks. */
export type LambdaMask = (inputs: Tensors, masks: readonly (Tensor | null)[]) => Tensor | null;

/** Options of the layer `lambda`. */
export interface LambdaOptions<Inputs = Tensor> extends LayerOptions {
  /** Pure function of tensors, or the name of a registered activation. */
  readonly function: LambdaFunction<Inputs> | string;
  /** Function that computes the mask of the output (default: null, the output has no mask). */
  readonly mask?: LambdaMask | null;
  /** Plain data passed to the function as its third parameter (default: {}). */
  readonly arguments?: LambdaArguments;
}

interface LambdaConfig {
  // Declared as a method, which makes functions of one tensor and functions of a list of tensors assignable.
  function(inputs: Tensors, context: CallContext, given: LambdaArguments): Tensors;
  readonly mask: LambdaMask | null;
  readonly arguments: LambdaArguments;
}

/** Validator for the option `function`: a function, or the name of an activation. */
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

/** Layer created by `lambda`. */
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
 * Creates a layer without weights from a function of tensors. The layer can be saved if the function is registered:
 * `register('activation', 'doubled', f)`. For a layer with options or weights, extend `Layer` instead. The shape of the
 * output is that of the function's result.
 *
 * @throws ManabiError `argument` if `function` is missing or another option is invalid
 * @example
 * ```ts
 * import { layers, mul, tensor } from 'manabi';
 *
 * console.log(await layers.lambda({ function: (x) => mul(x, 2) }).apply(tensor([1, 2])).array()); // [2, 4]
 * ```
 */
export function lambda(options: LambdaOptions<Tensor>): Lambda;
export function lambda(options: LambdaOptions<readonly Tensor[]>): Lambda;
export function lambda(options: LambdaOptions<never>): Lambda {
  return new Lambda(options);
}

/** Layer created by `identity`. */
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

/**
 * Creates a layer that returns its inputs unchanged. It can replace a layer that is not wanted in one variant of a model.
 * The outputs have the shapes of the inputs.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.identity().apply(tensor([1, 2])).array()); // [1, 2]
 * ```
 */
export function identity(options: LayerOptions = {}): Identity {
  return new Identity(options);
}
