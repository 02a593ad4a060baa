/** Names of the files in a `.keras` archive. */
export const archiveNames = {
  metadata: 'metadata.json',
  config: 'config.json',
  weights: 'model.weights.h5',
} as const;

/** Version of Keras whose format is written. */
export const KERAS_VERSION = '3.15.1';

/** Name of this program in the metadata of a file; Keras's own metadata has no such entry. */
export const PRODUCER = 'manabi';
