export * from '@manabi/layers/initializers';
