export { type ImdbOptions, imdb } from './imdb.ts';
export { type ImdbReviewsOptions, imdbReviews, type LabelledTexts, type RawTextData } from './imdb-reviews.ts';
export { type ReutersOptions, reuters } from './reuters.ts';
export type { LabelledSequences, SequenceOptions, TextClassificationData } from './sequences.ts';
export { imdbWordIndex, reutersWordIndex, type WordIndexOptions } from './word-index.ts';
