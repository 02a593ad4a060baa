import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/core';
import {
  callbacks,
  getActivation,
  getConstraint,
  getInitializer,
  getLoss,
  getMetric,
  getRegularizer,
  layerClass,
  metrics,
} from './index.ts';
import { getOptimizer } from './training/objective/optimizer-names.ts';

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

/** Looks a name up; how it says that there is none. */
const find: { readonly [K in Kind]: (name: string) => unknown } = {
  losses: (name) => getLoss({ className: name, config: {} }),
  metrics: (name) => ownName(metrics, name) ?? getMetric({ className: name, config: {} }),
  optimizers: (name) => getOptimizer(name),
  callbacks: (name) => ownName(callbacks, name),
  initializers: (name) => getInitializer({ className: name, config: {} }),
  layers: (name) => layerClass(name),
  regularizers: (name) => getRegularizer({ className: name, config: {} }),
  constraints: (name) => getConstraint({ className: name, config: {} }),
  activations: (name) => getActivation(name),
};

/** Whether a name space has a name, but for its case; null if not. */
function ownName(space: object, name: string): string | null {
  return Object.keys(space).find((own) => own.toLowerCase() === name.toLowerCase()) ?? null;
}

function isThere(kind: Kind, name: string): boolean {
  try {
    return find[kind](name) !== null;
  } catch (error) {
    // Other complaints are about options that it cannot do without.
    return error instanceof ManabiError && !('nearest' in error.data);
  }
}

const kinds = Object.keys(LEFT_OUT) as readonly Kind[]; // the table has all kinds

describe('names of Keras', () => {
  test.each(kinds)('%s: all are there, but for those that are listed with a reason', (kind) => {
    const missing = goldens[kind].filter((name) => !isThere(kind, name));
    expect(missing.sort()).toEqual(Object.keys(LEFT_OUT[kind]).sort());
  });
});
