export type { TorchValue } from './flatten.ts';
export { layoutOfTorch } from './layout.ts';
export { readTorch, readTorchFile, type TorchContent } from './read.ts';
export { encodeTorch, type WriteTorchOptions, writeTorch } from './write.ts';
