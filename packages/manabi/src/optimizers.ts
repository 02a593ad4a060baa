export * from '@manabi/optimizers';
