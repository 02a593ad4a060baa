import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
import { registerBackend } from '@manabi/ir';
import * as onnxRuntime from 'onnxruntime-node';

/** Which call of the runtime fails next: opening a session, or running one. */
export const faults: { next: 'create' | 'run' | null } = { next: null };

function failIf(call: 'create' | 'run'): void {
  if (faults.next !== call) return;
  faults.next = null;
  throw new Error(`${call}: the device ran out of memory.`);
}

const runtime = {
  Tensor: onnxRuntime.Tensor,
  listSupportedBackends: onnxRuntime.listSupportedBackends,
  InferenceSession: {
    create: async (bytes: Uint8Array, options: onnxRuntime.InferenceSession.SessionOptions) => {
      failIf('create');
      const session = await onnxRuntime.InferenceSession.create(bytes, options);
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        run: async (feeds: onnxRuntime.InferenceSession.FeedsType) => {
          failIf('run');
          return session.run(feeds);
        },
        release: () => session.release(),
      };
    },
  },
};

/** Registers ONNX Runtime, with calls that fail when `faults` says so, as the backend `failing`. */
export function registerFailing(): void {
  registerBackend('failing', () =>
    createOnnxRuntimeBackend({ runtime, threads: 1, fallback: createCpuBackend(), leastOperations: 0 }),
  );
}
