export { cacheDirectory } from './cache/cache-directory.ts';
export { type CachedDownloadOptions, cachedDownload } from './cache/cached-download.ts';
export { verifyChecksum } from './checksum.ts';
export { crc32 } from './crc32.ts';
export { FileError, type FileErrorCode, type FileErrorDetails } from './file-error.ts';
export {
  type CompressionFormat,
  compress,
  type DecompressOptions,
  decompress,
  decompressStream,
  isGzip,
} from './gzip.ts';
export type { TransferOptions } from './http/transfer.ts';
export type {
  AccessOptions,
  ByteRange,
  ByteStream,
  FileSource,
  Progress,
  ReadOptions,
  RequestOptions,
  SourceKind,
  StreamOptions,
} from './kinds.ts';
export { readKinds } from './kinds.ts';
export { listFolder } from './list-folder.ts';
export { makeFolder } from './make-folder.ts';
export { openRandomAccess, type RandomAccessOptions } from './random-access.ts';
export type { RandomAccess } from './range.ts';
export { fileSize, openStream, readBytes, readText } from './read.ts';
export { removeFile } from './remove-file.ts';
export { createSha256, type Sha256, sha256 } from './sha256.ts';
export { nameOf } from './source.ts';
export { type CollectOptions, chunksOf, collectBytes } from './stream.ts';
export { openTar, type TarArchive, type TarFile, type TarOptions } from './tar/open-tar.ts';
export { type FolderContents, type WalkOptions, walkFolder } from './walk-folder.ts';
export { type WriteOptions, writeFileAtomic } from './write/atomic-write.ts';
export type { Writable } from './write/pieces.ts';
export { type FileWithPart, writeWithPart } from './write/write-with-part.ts';
