/**
 * Recognizes the format of a model file by its content. The package `manabi` exports these names, too.
 *
 * @packageDocumentation
 */
export type { Source, SourceOptions } from '../stores/index.ts';
export { type FileKind, type FileKindFacts, fileKinds } from './file-kinds.ts';
export { recognizeFile } from './recognize-later.ts';
