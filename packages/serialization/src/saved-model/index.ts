export { type Folder, folderOf, type SavedModelSource } from './folder.ts';
export { kerasMetadata } from './keras-metadata.ts';
export { type CheckpointObject, itemsOf, readObjects } from './objects.ts';
export {
  openSavedModel,
  openVariables,
  type SavedModel,
  type SavedModelPort,
  type SavedModelRunOptions,
  type SavedModelSignature,
} from './open-saved-model.ts';
export { type ExportSavedModelOptions, exportSavedModel } from './write/export-saved-model.ts';
