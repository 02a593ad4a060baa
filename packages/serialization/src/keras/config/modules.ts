/** Where Keras keeps classes that are not layers. */
export type KerasModule =
  | 'keras.initializers'
  | 'keras.regularizers'
  | 'keras.constraints'
  | 'keras.losses'
  | 'keras.metrics'
  | 'keras.optimizers'
  | 'keras.optimizers.schedules';

const CLASSES: { readonly [K in Exclude<KerasModule, 'keras.losses' | 'keras.metrics'>]: ReadonlySet<string> } = {
  'keras.initializers': new Set([
    'Constant',
    'GlorotNormal',
    'GlorotUniform',
    'HeNormal',
    'HeUniform',
    'Identity',
    'LecunNormal',
    'LecunUniform',
    'Ones',
    'Orthogonal',
    'RandomNormal',
    'RandomUniform',
    'STFT',
    'TruncatedNormal',
    'VarianceScaling',
    'Zeros',
  ]),
  'keras.regularizers': new Set(['L1', 'L1L2', 'L2', 'OrthogonalRegularizer']),
  'keras.constraints': new Set(['MaxNorm', 'MinMaxNorm', 'NonNeg', 'UnitNorm']),
  'keras.optimizers': new Set([
    'Adadelta',
    'Adafactor',
    'Adagrad',
    'Adam',
    'AdamW',
    'Adamax',
    'Ftrl',
    'Lamb',
    'Lion',
    'Nadam',
    'RMSprop',
    'SGD',
  ]),
  'keras.optimizers.schedules': new Set([
    'CosineDecay',
    'CosineDecayRestarts',
    'ExponentialDecay',
    'InverseTimeDecay',
    'PiecewiseConstantDecay',
    'PolynomialDecay',
  ]),
};

/** The module of a class that can stand in the config of a layer; undefined for one that is not Keras's. */
export function moduleWithin(className: string): KerasModule | undefined {
  for (const module of ['keras.initializers', 'keras.regularizers', 'keras.constraints'] as const) {
    if (CLASSES[module].has(className)) return module;
  }
  return undefined;
}

/** Whether Keras has an optimizer or schedule of a name. */
export function isKerasClass(module: 'keras.optimizers' | 'keras.optimizers.schedules', className: string): boolean {
  return CLASSES[module].has(className);
}
