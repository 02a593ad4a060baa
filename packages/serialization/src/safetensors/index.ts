export type { SafetensorsDType } from './dtypes.ts';
export type { SafetensorsHeader, SafetensorsInfo } from './header.ts';
export {
  openSafetensors,
  readOpenSafetensors,
  readSafetensors,
  type SafetensorsContent,
  type SafetensorsFile,
} from './read.ts';
export {
  encodeSafetensors,
  type SafetensorsOptions,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './write.ts';
