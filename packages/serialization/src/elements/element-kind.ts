export {
  bytesOfElements,
  decodeElements,
  type ElementKind,
  type ElementLocation,
  elementKinds,
  swapBytes,
} from '@manabi/data/internal';
