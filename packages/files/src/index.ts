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
export type { RequestOptions } from './http/request.ts';
export type { TransferOptions } from './http/transfer.ts';
export { readKinds } from './kinds.ts';
export { listFolder } from './list-folder.ts';
export { makeFolder } from './make-folder.ts';
export { openRandomAccess, type RandomAccess, type RandomAccessOptions } from './random-access.ts';
export type { ByteRange } from './range.ts';
export { fileSize, openStream, type ReadOptions, readBytes, readText, type StreamOptions } from './read.ts';
export { removeFile } from './remove-file.ts';
export { createSha256, type Sha256, sha256 } from './sha256.ts';
export { type AccessOptions, type FileSource, nameOf, type SourceKind } from './source.ts';
export { type ByteStream, type CollectOptions, chunksOf, collectBytes, type Progress } from './stream.ts';
export { type WriteOptions, writeFileAtomic } from './write/atomic-write.ts';
export type { Writable } from './write/pieces.ts';
export { type FileWithPart, writeWithPart } from './write/write-with-part.ts';
