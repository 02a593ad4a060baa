import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
import type { Candidate } from '../candidates.ts';
import type { Gap } from '../gap.ts';

/** Cases that ONNX Runtime 1.30 computes differently. The last test of the matrix finds those that it has mended. */
const gaps: readonly Gap[] = [
  {
    groups: ['gelu', 'silu', 'mish', 'softsign', 'hardSwish'],
    cases: /\[15\]/,
    reason: 'ONNX Runtime returns NaN at infinity: it multiplies infinity by 0 or divides it by infinity.',
  },
  {
    groups: ['elu', 'celu', 'selu'],
    cases: /\[15\]/,
    reason: 'Near 0, ONNX Runtime computes exp(x) - 1, which loses digits.',
  },
  {
    ops: ['sigmoid'],
    dtypes: ['float32'],
    reason: 'The sigmoid of ONNX Runtime has an absolute error of 3e-8, so small results have fewer digits.',
  },
  { ops: ['topK'], cases: /NaN/, reason: 'ONNX Runtime does not define the order of NaN.' },
  { ops: ['maxPool'], cases: /NaN/, reason: 'ONNX Runtime ignores NaN.' },
];

/** Creates the backend `onnxruntime` with one thread. It runs all graphs in ONNX Runtime that it can compute, even small ones. */
export const createOnnxRuntime = () =>
  createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend(), leastOperations: 0 });

/** The candidate of the matrix. */
export const onnxRuntime: Candidate = {
  name: 'onnxruntime',
  create: createOnnxRuntime,
  gaps,
  special: 'exact',
  bits: 'free',
};
