/** Parts of this package that other packages of manabi use, and that have no stable interface. */
export { bytesIn, joinedBytes } from './joined-bytes.ts';
export { readTar, type TarEntry } from './tar/read-tar.ts';
export {
  isNameWithin,
  isZipFile,
  openZip,
  type ZipArchive,
  type ZipEntry,
  type ZipInput,
  type ZipLimits,
  zipPieces,
} from './zip/index.ts';
