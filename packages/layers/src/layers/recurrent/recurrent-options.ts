import { boolean, fraction, type KindsOf, kind, type OptionValues, optional } from '@manabi/errors';
import type { ActivationIdentifier } from '../../activations/activation.ts';
import { activationKind } from '../../activations/table.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import type { LayerOptions } from '../../layer/layer.ts';
import type { OwnKindsOf } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import { seedKind } from '../../structure/option-kinds.ts';

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

/** The options that all cells have. */
export function cellKinds() {
  return {
    activation: optional(activationKind, 'tanh'),
    useBias: optional(boolean, true),
    kernelInitializer: optional(initializerKind, 'glorotUniform'),
    recurrentInitializer: optional(initializerKind, 'orthogonal'),
    biasInitializer: optional(initializerKind, 'zeros'),
    kernelRegularizer: optional(regularizerKind, null),
    recurrentRegularizer: optional(regularizerKind, null),
    biasRegularizer: optional(regularizerKind, null),
    kernelConstraint: optional(constraintKind, null),
    recurrentConstraint: optional(constraintKind, null),
    biasConstraint: optional(constraintKind, null),
    dropout: optional(fraction, 0),
    recurrentDropout: optional(fraction, 0),
    seed: optional(seedKind, null),
  } satisfies OwnKindsOf<CellOptions>;
}

/** What is known of all cells. */
export type CellConfig = OptionValues<ReturnType<typeof cellKinds>>;

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

/** The options of cells with gates. */
export function gateKinds() {
  return {
    recurrentActivation: optional(activationKind, 'sigmoid'),
    implementation: optional(
      kind('1 or 2', (given): given is 1 | 2 => given === 1 || given === 2),
      2,
    ),
  } satisfies KindsOf<GateOptions>;
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

/** The options of recurrent layers beside those of their cells. */
export function sequenceKinds() {
  return {
    returnSequences: optional(boolean, false),
    returnState: optional(boolean, false),
    goBackwards: optional(boolean, false),
    stateful: optional(boolean, false),
    unroll: optional(boolean, false),
    zeroOutputForMask: optional(boolean, false),
  } satisfies OwnKindsOf<SequenceOptions>;
}

/** What is known of all recurrent layers. */
export type SequenceConfig = OptionValues<ReturnType<typeof sequenceKinds>>;

/** The options of the cell of a recurrent layer. */
export function ofCell<Config extends SequenceConfig>(config: Config): Omit<Config, keyof SequenceConfig> {
  const { returnSequences, returnState, goBackwards, stateful, unroll, zeroOutputForMask, ...cell } = config;
  return cell;
}
