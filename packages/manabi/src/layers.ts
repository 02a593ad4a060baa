export * from '@manabi/layers/layers';
