export { type FileKind, type FileKindFacts, fileKinds } from './file-kinds.ts';
export { otherFile } from './other-file.ts';
export { recognizeFile, recognizeOpen } from './recognize-file.ts';
