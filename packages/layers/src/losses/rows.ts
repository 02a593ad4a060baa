import type { ClassRow, FactoryName, RowsInFiles, Unnamed } from '../registry/class-row.ts';

type Exports = typeof import('./index.ts');

/** Keras's losses, one entry per exported function. A file is loaded when one of its losses is first used. */
export const lossRows = {
  binaryCrossentropy: { aliases: ['bce'], load: () => import('./crossentropy.ts') },
  binaryFocalCrossentropy: { load: () => import('./focal.ts') },
  categoricalCrossentropy: { load: () => import('./crossentropy.ts') },
  categoricalFocalCrossentropy: { load: () => import('./focal.ts') },
  categoricalGeneralizedCrossEntropy: {
    load: () => import('./crossentropy.ts'),
  },
  categoricalHinge: { load: () => import('./hinge.ts') },
  circle: { load: () => import('./circle.ts') },
  cosineSimilarity: { load: () => import('./regression.ts') },
  ctc: { className: 'CTC', load: () => import('./ctc.ts') },
  dice: { load: () => import('./overlap.ts') },
  hinge: { load: () => import('./hinge.ts') },
  huber: { load: () => import('./regression.ts') },
  klDivergence: {
    className: 'KLDivergence',
    aliases: ['kld', 'kullbackLeiblerDivergence'],
    load: () => import('./divergence.ts'),
  },
  logCosh: { load: () => import('./regression.ts') },
  lossFunctionWrapper: {
    notInKeras: true,
    load: () => import('./function-wrapper.ts'),
  },
  meanAbsoluteError: { aliases: ['mae'], load: () => import('./regression.ts') },
  meanAbsolutePercentageError: {
    aliases: ['mape'],
    load: () => import('./regression.ts'),
  },
  meanSquaredError: { aliases: ['mse'], load: () => import('./regression.ts') },
  meanSquaredLogarithmicError: {
    aliases: ['msle'],
    load: () => import('./regression.ts'),
  },
  poisson: { load: () => import('./divergence.ts') },
  sparseCategoricalCrossentropy: {
    load: () => import('./crossentropy.ts'),
  },
  squaredHinge: { load: () => import('./hinge.ts') },
  tversky: { load: () => import('./overlap.ts') },
} satisfies RowsInFiles<Exports, FactoryName<Exports>, Unnamed<ClassRow>>;
