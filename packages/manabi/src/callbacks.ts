/**
 * The callbacks of all packages: those that save models, from `@manabi/serialization`, and all others, from
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
