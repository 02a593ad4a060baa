export { otherFile } from './other-file.ts';
export { recognizeFile, recognizeOpen } from './recognize-file.ts';
