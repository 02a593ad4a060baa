export * from '@manabi/layers/activations';
