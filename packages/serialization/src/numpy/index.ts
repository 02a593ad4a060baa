export { encodeNpy, readNpy, writeNpy } from './npy.ts';
export {
  encodeNpz,
  type NpzFile,
  type NpzOptions,
  openNpz,
  readNpz,
  type WriteNpzOptions,
  writeNpz,
} from './npz.ts';
