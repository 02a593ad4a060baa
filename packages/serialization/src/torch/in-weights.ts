/**
 * Functions that read and write PyTorch files, in one module that is imported only when needed. The package's entry point does not
 * import this module, so bundlers keep it out of the initial download.
 */
export { layoutOfTorch } from './layout.ts';
export { readTorchFile } from './read.ts';
export { torchRecords } from './write.ts';
