import * as attention from './networks/attention.ts';
import * as convolution from './networks/convolution.ts';
import * as dense from './networks/dense.ts';
import * as lstm from './networks/lstm.ts';
import * as normalization from './networks/normalization.ts';
import * as training from './networks/training.ts';
import type { Network } from './read-network.ts';

/** The networks that the page offers, by the names of their files. */
export const networks: Readonly<Record<string, Network>> = {
  normalization,
  dense,
  training,
  convolution,
  attention,
  lstm,
};
