export { floats, gatherRows } from './host-rows.ts';
export {
  type FileOptions,
  fileKind,
  fileKinds,
  openPublished,
  type PublishedFile,
  publishedFile,
} from './published-file.ts';
