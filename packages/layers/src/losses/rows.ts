import type { RowsInFiles } from '../registry/class-row.ts';

/** Keras's losses, one entry per exported function. A file is loaded when one of its losses is first used. */
export const lossRows = {
  binaryCrossentropy: { className: 'BinaryCrossentropy', aliases: ['bce'], load: () => import('./crossentropy.ts') },
  binaryFocalCrossentropy: { className: 'BinaryFocalCrossentropy', load: () => import('./focal.ts') },
  categoricalCrossentropy: { className: 'CategoricalCrossentropy', load: () => import('./crossentropy.ts') },
  categoricalFocalCrossentropy: { className: 'CategoricalFocalCrossentropy', load: () => import('./focal.ts') },
  categoricalGeneralizedCrossEntropy: {
    className: 'CategoricalGeneralizedCrossEntropy',
    load: () => import('./crossentropy.ts'),
  },
  categoricalHinge: { className: 'CategoricalHinge', load: () => import('./hinge.ts') },
  circle: { className: 'Circle', load: () => import('./circle.ts') },
  cosineSimilarity: { className: 'CosineSimilarity', load: () => import('./regression.ts') },
  ctc: { className: 'CTC', load: () => import('./ctc.ts') },
  dice: { className: 'Dice', load: () => import('./overlap.ts') },
  hinge: { className: 'Hinge', load: () => import('./hinge.ts') },
  huber: { className: 'Huber', load: () => import('./regression.ts') },
  klDivergence: {
    className: 'KLDivergence',
    aliases: ['kld', 'kullbackLeiblerDivergence'],
    load: () => import('./divergence.ts'),
  },
  logCosh: { className: 'LogCosh', load: () => import('./regression.ts') },
  lossFunctionWrapper: {
    className: 'LossFunctionWrapper',
    notInKeras: true,
    load: () => import('./function-wrapper.ts'),
  },
  meanAbsoluteError: { className: 'MeanAbsoluteError', aliases: ['mae'], load: () => import('./regression.ts') },
  meanAbsolutePercentageError: {
    className: 'MeanAbsolutePercentageError',
    aliases: ['mape'],
    load: () => import('./regression.ts'),
  },
  meanSquaredError: { className: 'MeanSquaredError', aliases: ['mse'], load: () => import('./regression.ts') },
  meanSquaredLogarithmicError: {
    className: 'MeanSquaredLogarithmicError',
    aliases: ['msle'],
    load: () => import('./regression.ts'),
  },
  poisson: { className: 'Poisson', load: () => import('./divergence.ts') },
  sparseCategoricalCrossentropy: {
    className: 'SparseCategoricalCrossentropy',
    load: () => import('./crossentropy.ts'),
  },
  squaredHinge: { className: 'SquaredHinge', load: () => import('./hinge.ts') },
  tversky: { className: 'Tversky', load: () => import('./overlap.ts') },
} satisfies RowsInFiles<typeof import('./index.ts')>;
