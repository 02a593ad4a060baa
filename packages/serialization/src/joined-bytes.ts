export { joinedBytes } from '@manabi/files/internal';
