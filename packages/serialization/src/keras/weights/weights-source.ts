import type { Layer } from '@manabi/layers';
import type { Hdf5Group } from '../../hdf5/open.ts';
import type { StoredArray } from '../quantized/dequantize.ts';
/** File whose weights are read. */
export interface WeightsSource {
  readonly name: string;
  readonly root: Hdf5Group;
  /** Converts quantized weights of a layer with `count` weights; missing for files without such weights. */
  readonly dequantized?:
    | ((layer: Layer, arrays: readonly StoredArray[], count: number) => readonly StoredArray[])
    | undefined;
}
