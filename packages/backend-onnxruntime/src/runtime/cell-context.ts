import type { Backend } from '@manabi/ir';
import type { Runtime } from './library.ts';

/** What the cells of one backend share. */
export interface CellContext {
  readonly runtime: Runtime;
  readonly fallback: Backend;
  /** Number of bytes of the elements that are stored twice, as a tensor and on the fallback. */
  copied: number;
  /** Number of bytes of the tensors that are kept for later results. */
  spare: number;
}
