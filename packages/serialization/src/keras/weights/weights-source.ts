import type { Hdf5Group } from '../../hdf5/open.ts';
/** Whose weights are read, for messages. */
export interface WeightsSource {
  readonly name: string;
  readonly root: Hdf5Group;
}
