/**
 * All callbacks, of whatever package: those that save models are in `@manabi/serialization`, the others in
 * `@manabi/layers`.
 *
 * @packageDocumentation
 */
export * from '@manabi/layers/callbacks';
export {
  type BackupAndRestoreOptions,
  backupAndRestore,
  type ModelCheckpointOptions,
  modelCheckpoint,
} from '@manabi/serialization';
