import type { Op } from './context.ts';
import { elementwiseOps } from './elementwise.ts';
import { imageOps } from './images.ts';
import { layoutOps } from './layout.ts';
import { listOps } from './lists.ts';
import { reduceOps } from './reduce.ts';

/** Supported operations of TensorFlow, besides those for control flow and variables. */
export const opTable: Readonly<Record<string, Op>> = {
  ...elementwiseOps,
  ...imageOps,
  ...layoutOps,
  ...listOps,
  ...reduceOps,
};
