export { bytesIn, joinedBytes } from '@manabi/files/internal';
