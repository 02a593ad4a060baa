import type { Optimizer } from './optimizer.ts';

type Exports = typeof import('./index.ts');

/** Metadata of an optimizer class of Keras, which saving and loading need but updates do not. */
export interface OptimizerRow {
  /** Class name in Keras and in saved files, such as `AdamW`. */
  readonly className: string;
  /** Whether Keras lacks the class. Files then store the optimizer as an object of a custom class. */
  readonly notInKeras?: true;
  /** Keras's names of options, for options where Keras's name is not manabi's name in snake case. */
  readonly spelling?: Readonly<Record<string, string>>;
  /**
   * Order of the slots in Keras files: group by group. A group has all its slots of the first parameter, then all its
   * slots of the second parameter, and so on. Slots that a configuration does not use are skipped.
   */
  readonly slots?: readonly (readonly string[])[];
  /** Slots that Keras stores only for the parameters for which they have the shape of the parameter. */
  readonly slotsOfSome?: readonly string[];
  /** Slots that Keras stores once per optimizer rather than once per parameter, after all other slots. */
  readonly sharedSlots?: readonly string[];
}

/**
 * Type of `optimizerRows`: an entry for each function that creates an optimizer, with the file that exports the
 * function.
 */
type Rows = {
  readonly [K in keyof Exports as Exports[K] extends (...given: never[]) => Optimizer
    ? Exclude<K, 'defineOptimizer' | `clip${string}`>
    : never]: Required<Pick<OptimizerRow, 'slots'>> &
    OptimizerRow & {
      readonly load: () => Promise<Readonly<Record<K, Exports[K]>>>;
    };
};

const loadFurther = () => import('./further.ts');

const BETAS = { beta1: 'beta_1', beta2: 'beta_2' };

/**
 * Keras's optimizers, one entry per exported function. A file is loaded when its optimizer is first requested by name.
 */
export const optimizerRows = {
  adadelta: {
    className: 'Adadelta',
    slots: [['accumulatedGradient', 'accumulatedDelta']],
    load: loadFurther,
  },
  adafactor: {
    className: 'Adafactor',
    spelling: { beta2Decay: 'beta_2_decay', epsilon1: 'epsilon_1', epsilon2: 'epsilon_2' },
    slots: [['rows', 'columns', 'velocity']],
    load: loadFurther,
  },
  adagrad: { className: 'Adagrad', slots: [['accumulator']], load: loadFurther },
  adam: {
    className: 'Adam',
    spelling: BETAS,
    slots: [['momentum', 'velocity'], ['velocityHat']],
    load: () => import('./adam.ts'),
  },
  adamax: { className: 'Adamax', spelling: BETAS, slots: [['momentum', 'norm']], load: loadFurther },
  adamw: {
    className: 'AdamW',
    spelling: BETAS,
    slots: [['momentum', 'velocity'], ['velocityHat']],
    load: () => import('./adam.ts'),
  },
  ftrl: { className: 'Ftrl', slots: [['accumulator', 'linear']], load: loadFurther },
  lamb: { className: 'Lamb', spelling: BETAS, slots: [['momentum', 'velocity']], load: loadFurther },
  lion: { className: 'Lion', spelling: BETAS, slots: [['momentum']], load: loadFurther },
  lossScaleOptimizer: { className: 'LossScaleOptimizer', slots: [], load: loadFurther },
  muon: {
    className: 'Muon',
    spelling: { adamBeta1: 'adam_beta_1', adamBeta2: 'adam_beta_2' },
    slots: [['momentum', 'velocity']],
    slotsOfSome: ['velocity'],
    load: loadFurther,
  },
  nadam: {
    className: 'Nadam',
    spelling: BETAS,
    slots: [['momentum', 'velocity']],
    sharedSlots: ['weightProduct'],
    load: loadFurther,
  },
  rmsprop: {
    className: 'RMSprop',
    slots: [['velocity'], ['momentum'], ['averageGradient']],
    load: () => import('./rmsprop.ts'),
  },
  sgd: { className: 'SGD', slots: [['momentum']], load: () => import('./sgd.ts') },
} satisfies Rows;
