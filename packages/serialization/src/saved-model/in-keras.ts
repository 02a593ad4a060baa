/**
 * Functions that read SavedModels, in one module that is imported only when needed. The package's entry point does not import this
 * module, so bundlers keep it out of the initial download.
 */
export { type Folder, folderOf, readFile } from './folder.ts';
export { kerasMetadata } from './keras-metadata.ts';
export { type CheckpointObject, itemsOf, readObjects } from './objects.ts';
export { openFolder, openVariables } from './open-folder.ts';
