import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  activationTable,
  type ClassTable,
  constraintTable,
  initializerTable,
  layerTable,
  lossTable,
  metricTable,
  optimizerTable,
  regularizerTable,
  valueMetricRows,
} from './classes/index.ts';
import { callbacks } from './index.ts';

// Made by tooling/goldens/names/names.py: what Keras exports.
type Kind =
  | 'losses'
  | 'metrics'
  | 'optimizers'
  | 'callbacks'
  | 'initializers'
  | 'layers'
  | 'regularizers'
  | 'constraints'
  | 'activations';

const goldens: Readonly<Record<Kind, readonly string[]>> = JSON.parse(
  readFileSync(new URL('./goldens/names.json', import.meta.url), 'utf8'),
);

const BASE = 'a base class: there are interfaces and functions in its place';
const DATA = 'prepares data before a model sees them';
const AUGMENT = 'changes pictures before a model sees them';
const FOREIGN = 'wraps a model of another framework';
const RULE = 'a rule of its own, which defineOptimizer takes';
const FILES = 'writes files of models: in @manabi/serialization';

const augmentations = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, AUGMENT]));

/** What Keras has and this package has not, and why. */
const LEFT_OUT: { readonly [K in Kind]: Readonly<Record<string, string>> } = {
  losses: { Loss: BASE },
  metrics: { Metric: BASE },
  optimizers: {
    LossScaleOptimizer: 'scales losses for float16, in which nothing is computed',
    MultiOptimizer: RULE,
    Muon: RULE,
    Optimizer: BASE,
    OptimizerMap: 'a part of MultiOptimizer',
    ScheduleFreeAdamW: RULE,
  },
  callbacks: {
    BackupAndRestore: FILES,
    CallbackList: 'how fit calls callbacks: no one else needs it',
    ModelCheckpoint: FILES,
    OrbaxCheckpoint: "writes files of JAX's library Orbax",
  },
  initializers: { Initializer: BASE },
  layers: {
    ...augmentations(
      'AugMix',
      'AutoContrast',
      'ContrastLimitedAdaptiveHistogramEqualization',
      'CutMix',
      'Equalization',
      'MaxNumBoundingBoxes',
      'MixUp',
      'RandAugment',
      'RandomBrightness',
      'RandomColorDegeneration',
      'RandomColorJitter',
      'RandomContrast',
      'RandomCrop',
      'RandomElasticTransform',
      'RandomErasing',
      'RandomFlip',
      'RandomGaussianBlur',
      'RandomGrayscale',
      'RandomHue',
      'RandomInvert',
      'RandomPerspective',
      'RandomPosterization',
      'RandomRotation',
      'RandomSaturation',
      'RandomSharpness',
      'RandomShear',
      'RandomTranslation',
      'RandomZoom',
      'Solarization',
    ),
    Discretization: DATA,
    FlaxLayer: FOREIGN,
    HashedCrossing: DATA,
    Hashing: DATA,
    InputSpec: 'plain data: the type InputSpec',
    IntegerLookup: DATA,
    JaxLayer: FOREIGN,
    Layer: 'the class Layer itself: it makes no layers by name',
    MelSpectrogram: DATA,
    Pipeline: DATA,
    ReversibleEmbedding: 'its call takes a further argument; a product with the weight of an embedding does the same',
    STFTSpectrogram: DATA,
    StringLookup: DATA,
    TFSMLayer: FOREIGN,
    TextVectorization: DATA,
    TorchModuleWrapper: FOREIGN,
  },
  regularizers: { Regularizer: BASE },
  constraints: { Constraint: BASE },
  activations: {},
};

/** Whether there is something of a name. */
const isThere: { readonly [K in Kind]: (name: string) => boolean } = {
  losses: (name) => isIn(lossTable, name),
  metrics: (name) => isIn(metricTable, name) || ownName(valueMetricRows, name),
  optimizers: (name) => isIn(optimizerTable, name),
  callbacks: (name) => ownName(callbacks, name),
  initializers: (name) => isIn(initializerTable, name),
  layers: (name) => layerTable.row(name) !== undefined,
  regularizers: (name) => isIn(regularizerTable, name),
  constraints: (name) => isIn(constraintTable, name),
  activations: (name) => isIn(activationTable, name),
};

function isIn(table: Pick<ClassTable<unknown>, 'builtIn'>, name: string): boolean {
  return table.builtIn(name) !== undefined;
}

/** Whether a name space has a name, but for its case. */
function ownName(space: object, name: string): boolean {
  return Object.keys(space).some((own) => own.toLowerCase() === name.toLowerCase());
}

const kinds = Object.keys(LEFT_OUT) as readonly Kind[]; // the table has all kinds

describe('names of Keras', () => {
  test.each(kinds)('%s: all are there, but for those that are listed with a reason', (kind) => {
    const missing = goldens[kind].filter((name) => !isThere[kind](name));
    expect(missing.sort()).toEqual(Object.keys(LEFT_OUT[kind]).sort());
  });
});
