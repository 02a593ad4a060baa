import type { Layer, Variable } from '@manabi/layers';
import type { Hdf5Group } from '../../hdf5/open.ts';
import type { StoredArray } from '../quantized/dequantize.ts';
/** File whose weights are read. */
export interface WeightsSource {
  readonly name: string;
  readonly root: Hdf5Group;
  /** Converts arrays that are stored in another form than the weights of a layer; missing for files without such arrays. */
  readonly converted?:
    | ((layer: Layer, arrays: readonly StoredArray[], variables: readonly Variable[]) => readonly StoredArray[])
    | undefined;
}
