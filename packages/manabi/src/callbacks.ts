/**
 * The callbacks of all packages: those that save models, from `@manabi/serialization`, the live page of `dashboard`, from
 * `@manabi/dashboard`, and all others, from `@manabi/layers`.
 *
 * @packageDocumentation
 */
export { type Dashboard, type DashboardOptions, dashboard } from '@manabi/dashboard/callback';
export * from '@manabi/layers/callbacks';
export {
  type BackupAndRestoreOptions,
  backupAndRestore,
  type ModelCheckpointOptions,
  modelCheckpoint,
} from '@manabi/serialization';
