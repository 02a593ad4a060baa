export type { SavedModelSource } from './folder.ts';
export {
  openSavedModel,
  type SavedModel,
  type SavedModelPort,
  type SavedModelRunOptions,
  type SavedModelSignature,
} from './open-saved-model.ts';
export { type ExportSavedModelOptions, exportSavedModel } from './write/export-saved-model.ts';
