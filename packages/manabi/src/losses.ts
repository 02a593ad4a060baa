export * from '@manabi/layers/losses';
