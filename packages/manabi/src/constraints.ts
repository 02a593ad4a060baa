export * from '@manabi/layers/constraints';
