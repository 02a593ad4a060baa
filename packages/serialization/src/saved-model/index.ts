export type { SavedModelSource } from './folder.ts';
export type { SavedModel, SavedModelPort, SavedModelRunOptions, SavedModelSignature } from './open-folder.ts';
export { openSavedModel } from './open-saved-model.ts';
export { type ExportSavedModelOptions, exportSavedModel } from './write/export-saved-model.ts';
