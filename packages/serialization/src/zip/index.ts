export {
  isNameWithin,
  isZipFile,
  openZip,
  type ZipArchive,
  type ZipInput,
  type ZipLimits,
  zipPieces,
} from '@manabi/files/internal';
