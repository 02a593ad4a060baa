/**
 * Functions with which `loadModel` reads a SavedModel of Keras 2, in one module. The package's entry point does not import this
 * module, so bundlers keep it out of the initial download.
 */
export { type Folder, folderOf } from './folder.ts';
export { kerasMetadata } from './keras-metadata.ts';
export { type CheckpointObject, itemsOf, readObjects } from './objects.ts';
export { openVariables } from './open-saved-model.ts';
