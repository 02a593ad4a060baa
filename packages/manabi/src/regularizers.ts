export * from '@manabi/layers/regularizers';
