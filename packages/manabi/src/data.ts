export * from '@manabi/data';
export * from '@manabi/data/files';
