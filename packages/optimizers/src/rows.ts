import type { Optimizer } from './optimizer.ts';

type Exports = typeof import('./index.ts');

/** What is known of one of Keras's classes of optimizers beside how it computes. */
export interface OptimizerRow {
  /** Keras's name, under which files hold it: `AdamW`. */
  readonly className: string;
  /** Whether the class is ours alone, so that files hold it as one of the user's. */
  readonly isOurs?: true;
  /** Keras's spelling of options where it is not ours in snake case. */
  readonly spelling?: Readonly<Record<string, string>>;
  /**
   * How Keras orders the slots in files: groups of slots that alternate, parameter by parameter, one group after the other.
   * Slots that a configuration does not have are left out.
   */
  readonly slots?: readonly (readonly string[])[];
  /** Slots that Keras has once for the whole optimizer, behind the others. */
  readonly sharedSlots?: readonly string[];
}

/** A row for each function that makes an optimizer, with the file that has it. */
type Rows = {
  readonly [K in keyof Exports as Exports[K] extends (...given: never[]) => Optimizer
    ? Exclude<K, 'defineOptimizer' | `clip${string}`>
    : never]: Required<Pick<OptimizerRow, 'slots'>> &
    OptimizerRow & {
      readonly load: () => Promise<Readonly<Record<K, Exports[K]>>>;
    };
};

const BETAS = { beta1: 'beta_1', beta2: 'beta_2' };

/** Keras's optimizers: a row for each that is exported. A file is loaded when its optimizer is first asked for by name. */
export const optimizerRows = {
  adadelta: {
    className: 'Adadelta',
    slots: [['accumulatedGradient', 'accumulatedDelta']],
    load: () => import('./adadelta.ts'),
  },
  adafactor: {
    className: 'Adafactor',
    spelling: { beta2Decay: 'beta_2_decay', epsilon1: 'epsilon_1', epsilon2: 'epsilon_2' },
    slots: [['rows', 'columns', 'velocity']],
    load: () => import('./adafactor.ts'),
  },
  adagrad: { className: 'Adagrad', slots: [['accumulator']], load: () => import('./adagrad.ts') },
  adam: {
    className: 'Adam',
    spelling: BETAS,
    slots: [['momentum', 'velocity'], ['velocityHat']],
    load: () => import('./adam.ts'),
  },
  adamax: { className: 'Adamax', spelling: BETAS, slots: [['momentum', 'norm']], load: () => import('./adamax.ts') },
  adamw: {
    className: 'AdamW',
    spelling: BETAS,
    slots: [['momentum', 'velocity'], ['velocityHat']],
    load: () => import('./adam.ts'),
  },
  ftrl: { className: 'Ftrl', slots: [['accumulator', 'linear']], load: () => import('./ftrl.ts') },
  lamb: { className: 'Lamb', spelling: BETAS, slots: [['momentum', 'velocity']], load: () => import('./lamb.ts') },
  lion: { className: 'Lion', spelling: BETAS, slots: [['momentum']], load: () => import('./lion.ts') },
  nadam: {
    className: 'Nadam',
    spelling: BETAS,
    slots: [['momentum', 'velocity']],
    sharedSlots: ['weightProduct'],
    load: () => import('./nadam.ts'),
  },
  rmsprop: {
    className: 'RMSprop',
    slots: [['velocity'], ['momentum'], ['averageGradient']],
    load: () => import('./rmsprop.ts'),
  },
  sgd: { className: 'SGD', slots: [['momentum']], load: () => import('./sgd.ts') },
} satisfies Rows;
