export {
  bytesOfElements,
  decodeElements,
  type ElementKind,
  elementKinds,
  swapBytes,
} from '@manabi/data/internal';
