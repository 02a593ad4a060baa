export type { ZipLimits } from './directory.ts';
export { isNameWithin } from './entry-name.ts';
export { openZip, type ZipArchive } from './read-zip.ts';
export { type ZipInput, zipPieces } from './write-zip.ts';
export { isZipFile, type ZipEntry } from './zip-entry.ts';
