export { otherFile } from './other-file.ts';
export { MODEL, otherModel } from './other-model.ts';
export { recognizeFile, recognizeOpen } from './recognize-file.ts';
