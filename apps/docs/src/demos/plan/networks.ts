import type { Network } from './explain.ts';
import * as attention from './networks/attention.ts';
import * as convolution from './networks/convolution.ts';
import * as dense from './networks/dense.ts';
import * as layerNorm from './networks/layer-norm.ts';
import * as lstm from './networks/lstm.ts';
import * as trainingStep from './networks/training-step.ts';

/** The networks that the page offers, by the names of their files. */
export const networks: Readonly<Record<string, Network>> = {
  'layer-norm': layerNorm,
  dense,
  'training-step': trainingStep,
  convolution,
  attention,
  lstm,
};
