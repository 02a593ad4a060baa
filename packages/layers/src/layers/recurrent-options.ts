import { type ActivationIdentifier, getActivation } from '../activations/index.ts';
import { type ConstraintIdentifier, getConstraint } from '../constraints/index.ts';
import { getInitializer, type InitializerIdentifier } from '../initializers/index.ts';
import type { LayerOptions } from '../layer.ts';
import { getRegularizer, type RegularizerIdentifier } from '../regularizers/index.ts';
import { seedOf } from './dropout.ts';
import { numberBetween } from './options.ts';

/** What all cells take. */
export interface CellOptions extends LayerOptions {
  /** Of outputs and candidates; by default `tanh`. */
  readonly activation?: ActivationIdentifier | null;
  /** By default true. */
  readonly useBias?: boolean;
  /** By default `glorotUniform`, over all gates at once. */
  readonly kernelInitializer?: InitializerIdentifier;
  /** By default `orthogonal`, over all gates at once. */
  readonly recurrentInitializer?: InitializerIdentifier;
  /** By default `zeros`. */
  readonly biasInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  readonly recurrentRegularizer?: RegularizerIdentifier | null;
  readonly biasRegularizer?: RegularizerIdentifier | null;
  readonly kernelConstraint?: ConstraintIdentifier | null;
  readonly recurrentConstraint?: ConstraintIdentifier | null;
  readonly biasConstraint?: ConstraintIdentifier | null;
  /** Share of the inputs that are dropped in training, the same at all steps; by default 0. */
  readonly dropout?: number;
  /** Share of the state that is dropped in training before its product, the same at all steps; by default 0. */
  readonly recurrentDropout?: number;
  /** Tells the draws of this layer from those of others; by default null. */
  readonly seed?: number | null;
}

/**
 * The options that all cells share, checked.
 *
 * @throws ManabiError `argument`
 */
export function cellSettings(className: string, options: CellOptions) {
  return {
    activation: getActivation(options.activation === undefined ? 'tanh' : options.activation),
    useBias: options.useBias ?? true,
    kernelInitializer: getInitializer(options.kernelInitializer ?? 'glorotUniform'),
    recurrentInitializer: getInitializer(options.recurrentInitializer ?? 'orthogonal'),
    biasInitializer: getInitializer(options.biasInitializer ?? 'zeros'),
    kernelRegularizer: getRegularizer(options.kernelRegularizer ?? null),
    recurrentRegularizer: getRegularizer(options.recurrentRegularizer ?? null),
    biasRegularizer: getRegularizer(options.biasRegularizer ?? null),
    kernelConstraint: getConstraint(options.kernelConstraint ?? null),
    recurrentConstraint: getConstraint(options.recurrentConstraint ?? null),
    biasConstraint: getConstraint(options.biasConstraint ?? null),
    dropout: numberBetween(className, 'dropout', options.dropout ?? 0, 0, 1),
    recurrentDropout: numberBetween(className, 'recurrentDropout', options.recurrentDropout ?? 0, 0, 1),
    seed: seedOf(className, options.seed ?? null),
  };
}

/** What cells with gates take. */
export interface GateOptions {
  /** Of the gates; by default `sigmoid`. */
  readonly recurrentActivation?: ActivationIdentifier | null;
  /**
   * 1 lets each gate drop inputs of its own, 2 drops the same for all; matters with dropout alone. With recurrentDropout it
   * is 1. By default 2.
   */
  readonly implementation?: 1 | 2;
}

/** The activation of gates. */
export function gateActivation({ recurrentActivation = 'sigmoid' }: GateOptions) {
  return getActivation(recurrentActivation);
}

/** What recurrent layers take beside what their cells do. */
export interface SequenceOptions extends LayerOptions {
  /** Whether the outputs of all steps are returned, `[batch, steps, …]`, not that of the last. By default false. */
  readonly returnSequences?: boolean;
  /** Whether the last states are returned behind the output; `applyAll` gives the list. By default false. */
  readonly returnState?: boolean;
  /** Whether steps are read from the last to the first; outputs then come in the order of reading. By default false. */
  readonly goBackwards?: boolean;
  /**
   * Whether each sample goes on where the sample in its place in the batch before ended, until `resetState()`; batches then
   * have one size, said by `batchShape`. By default false.
   */
  readonly stateful?: boolean;
  /** Whether steps are laid out one after the other instead of a loop: for few steps. By default false. */
  readonly unroll?: boolean;
  /** Whether outputs are zeros where a mask hides a step, not those of the step before. By default false. */
  readonly zeroOutputForMask?: boolean;
}

/** The options that all recurrent layers share. */
export function sequenceSettings(options: SequenceOptions) {
  return {
    returnSequences: options.returnSequences ?? false,
    returnState: options.returnState ?? false,
    goBackwards: options.goBackwards ?? false,
    stateful: options.stateful ?? false,
    unroll: options.unroll ?? false,
    zeroOutputForMask: options.zeroOutputForMask ?? false,
  };
}
