export type { TorchValue } from './flatten.ts';
export { readTorch, type TorchContent } from './read.ts';
export { encodeTorch, type WriteTorchOptions, writeTorch } from './write.ts';
