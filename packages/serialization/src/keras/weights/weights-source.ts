import type { Hdf5Group } from '../../hdf5/open.ts';
/** File whose weights are read. */
export interface WeightsSource {
  readonly name: string;
  readonly root: Hdf5Group;
}
