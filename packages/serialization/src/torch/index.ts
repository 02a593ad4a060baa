export type { TorchValue } from './flatten.ts';
export type { TorchContent } from './read.ts';
export { encodeTorch, readTorch, type WriteTorchOptions, writeTorch } from './torch-files.ts';
