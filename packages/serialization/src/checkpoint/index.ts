export { type BackupAndRestoreOptions, backupAndRestore } from './backup-and-restore.ts';
export { type ModelCheckpointOptions, modelCheckpoint } from './model-checkpoint.ts';
export { type RestoredCheckpoint, type RestoreOptions, restoreCheckpoint } from './restore-checkpoint.ts';
export { saveCheckpoint } from './save-checkpoint.ts';
