/** The files in a `.keras` archive. */
export const archiveNames = {
  metadata: 'metadata.json',
  config: 'config.json',
  weights: 'model.weights.h5',
} as const;

/** The version of Keras whose format is written. */
export const KERAS_VERSION = '3.15.1';

/** Who wrote a file: beside what Keras says of it. */
export const PRODUCER = 'manabi';
