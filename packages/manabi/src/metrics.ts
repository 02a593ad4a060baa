export * from '@manabi/layers/metrics';
