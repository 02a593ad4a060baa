import { getThreads } from '@manabi/backend-cpu';
import { ManabiError, registerBackend, registeredBackends, setBackend } from '@manabi/core';
import type { Layer, Model } from '@manabi/layers';

/**
 * Number of scalar operations per training step from which `onnxruntime` is selected. See "Choosing a backend" in the
 * README for the measurements behind it.
 */
const LEAST_OPERATIONS = 5e8;

/** Layers of networks that `cpu` trains faster: their class names, and the least number of threads. */
const FASTER_ON_CPU = [
  { classes: /^(Depthwise|Separable)Conv/, threads: 1, work: 'depthwise convolutions' },
  { classes: /^Conv\dD/, threads: 2, work: 'convolutions on several threads' },
];

/** Whether `selectNative` has selected the backend `onnxruntime`, and the reason as one sentence. */
export interface NativeChoice {
  readonly selected: boolean;
  readonly reason: string;
}

/**
 * Selects the backend `onnxruntime` if it is the fastest one on the CPU.
 *
 * @param operations scalar operations of a step; null if unknown, which counts as many
 * @param model model to train; undefined if unknown
 * @param load imports the backend
 * @returns null if the work is too small for it
 */
export async function selectNative(
  operations: number | null,
  model: Model | undefined,
  load: () => Promise<Pick<typeof import('@manabi/backend-onnxruntime'), 'createOnnxRuntimeBackend'>> = () =>
    import('@manabi/backend-onnxruntime'),
): Promise<NativeChoice | null> {
  if (operations !== null && operations < LEAST_OPERATIONS) return null;
  const layers = model === undefined ? [] : layersOf(model);
  for (const { classes, threads, work } of FASTER_ON_CPU) {
    const slow = layers.find(({ className }) => getThreads() >= threads && classes.test(className));
    if (slow === undefined) continue;
    return { selected: false, reason: `cpu is faster than ONNX Runtime for ${work}, as in layer '${slow.name}'.` };
  }
  const { createOnnxRuntimeBackend } = await load();
  try {
    if (!registeredBackends().includes('onnxruntime')) registerBackend('onnxruntime', () => createOnnxRuntimeBackend());
    await setBackend('onnxruntime');
    return { selected: true, reason: 'ONNX Runtime is installed and computes such a step faster than cpu.' };
  } catch (error) {
    // Without `onnxruntime-node`, `cpu` is the best backend.
    if (!(error instanceof ManabiError && error.code === 'backend')) throw error;
    return { selected: false, reason: error.message };
  }
}

/** Returns all layers within a layer or model. */
function layersOf({ sublayers }: Pick<Layer, 'sublayers'>): readonly Layer[] {
  return sublayers.flatMap((layer) => [layer, ...layersOf(layer)]);
}
