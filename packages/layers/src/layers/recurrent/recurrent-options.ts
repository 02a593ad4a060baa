import { boolean, fraction, type KindsOf, kind, type OptionValues, optional } from '@manabi/errors';
import type { ActivationIdentifier } from '../../activations/activation.ts';
import { activationKind } from '../../activations/table.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import type { LayerOptions } from '../../layer/layer.ts';
import type { OwnKindsOf } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import { seedKind } from '../../structure/option-kinds.ts';

/** Options of all recurrent cells. */
export interface CellOptions extends LayerOptions {
  /** Activation applied to the candidates for the new state, and to the output (default: `'tanh'`). */
  readonly activation?: ActivationIdentifier | null;
  /** Whether a bias is added (default: true). */
  readonly useBias?: boolean;
  /** Initializer of the kernel, which contains the columns of all gates (default: `'glorotUniform'`). */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Initializer of the recurrent kernel, which contains the columns of all gates (default: `'orthogonal'`). */
  readonly recurrentInitializer?: InitializerIdentifier;
  /** Initializer of the bias (default: `'zeros'`). */
  readonly biasInitializer?: InitializerIdentifier;
  /** Regularizer of the kernel (default: null). */
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  /** Regularizer of the recurrent kernel (default: null). */
  readonly recurrentRegularizer?: RegularizerIdentifier | null;
  /** Regularizer of the bias (default: null). */
  readonly biasRegularizer?: RegularizerIdentifier | null;
  /** Constraint of the kernel (default: null). */
  readonly kernelConstraint?: ConstraintIdentifier | null;
  /** Constraint of the recurrent kernel (default: null). */
  readonly recurrentConstraint?: ConstraintIdentifier | null;
  /** Constraint of the bias (default: null). */
  readonly biasConstraint?: ConstraintIdentifier | null;
  /** Fraction of the inputs that is dropped in training, with the same mask at all steps (default: 0). */
  readonly dropout?: number;
  /**
   * Fraction of the state that is dropped in training at the start of each step, with the same mask at all steps
   * (default: 0).
   */
  readonly recurrentDropout?: number;
  /** Seed mixed into the random key of each call; different seeds drop different elements (default: null). */
  readonly seed?: number | null;
}

/** Returns validators for the options of all recurrent cells. */
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

/** Config of all recurrent cells. */
export type CellConfig = OptionValues<ReturnType<typeof cellKinds>>;

/** Options of recurrent cells with gates. */
export interface GateOptions {
  /** Activation of the gates (default: `'sigmoid'`). */
  readonly recurrentActivation?: ActivationIdentifier | null;
  /**
   * How dropout masks for the inputs are drawn: 1 for one mask per gate, 2 for one mask that all gates share (default:
   * 2). With `recurrentDropout`, there is always one mask per gate.
   */
  readonly implementation?: 1 | 2;
}

/** Returns validators for the options of recurrent cells with gates. */
export function gateKinds() {
  return {
    recurrentActivation: optional(activationKind, 'sigmoid'),
    implementation: optional(
      kind('1 or 2', (given): given is 1 | 2 => given === 1 || given === 2),
      2,
    ),
  } satisfies KindsOf<GateOptions>;
}

/** Options of recurrent layers in addition to those of their cells. */
export interface SequenceOptions extends LayerOptions {
  /** Whether the outputs of all steps, [batch, steps, ...], are returned rather than only the last output (default: false). */
  readonly returnSequences?: boolean;
  /**
   * Whether the layer returns a list of the output and the last states; call `applyAll` to receive it (default: false).
   */
  readonly returnState?: boolean;
  /**
   * Whether steps are read from last to first. The outputs of all steps are then in the same reversed order (default:
   * false).
   */
  readonly goBackwards?: boolean;
  /**
   * Whether the state of sample i of a batch is the initial state of sample i of the next batch, until `resetState()`. All
   * batches then have the same size, set by `batchShape` (default: false).
   */
  readonly stateful?: boolean;
  /** Whether each step is traced separately instead of in a loop; useful for few steps (default: false). */
  readonly unroll?: boolean;
  /** Whether the outputs of masked steps are zeros rather than the previous output (default: false). */
  readonly zeroOutputForMask?: boolean;
}

/** Returns validators for the options that recurrent layers accept in addition to the options of their cells. */
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

/** Config of all recurrent layers. */
export type SequenceConfig = OptionValues<ReturnType<typeof sequenceKinds>>;

/** Returns the config of the cell of a recurrent layer. */
export function cellConfigOf<Config extends SequenceConfig>(config: Config): Omit<Config, keyof SequenceConfig> {
  const { returnSequences, returnState, goBackwards, stateful, unroll, zeroOutputForMask, ...cell } = config;
  return cell;
}
