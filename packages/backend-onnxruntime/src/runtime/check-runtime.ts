import { ManabiError } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import type { Runtime } from './library.ts';

/**
 * Returns a module that was passed as the option `runtime`.
 *
 * @throws ManabiError `argument` unless it is ONNX Runtime
 */
export function runtimeOf(module: object): Runtime {
  if ('InferenceSession' in module && 'Tensor' in module) return module as Runtime;
  throw new ManabiError(
    'argument',
    'Option `runtime` must be the module `onnxruntime-node` or `onnxruntime-web`, with the exports InferenceSession and ' +
      'Tensor.',
    { op: 'createOnnxRuntimeBackend', data: { name: 'runtime', given: Object.keys(module) } },
  );
}

/**
 * Checks that the installed build has execution providers.
 *
 * @throws ManabiError `argument` for one that it lacks
 */
export function checkProviders({ listSupportedBackends }: Runtime, providers: readonly string[]): void {
  // `onnxruntime-web` does not list its providers.
  const known = listSupportedBackends?.().map(({ name }) => name) ?? providers;
  const unknown = providers.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ManabiError(
    'argument',
    `The installed ONNX Runtime has no provider '${unknown}'. ${didYouMean(unknown, known)}`,
    { op: 'createOnnxRuntimeBackend', data: { name: 'providers', given: unknown, known } },
  );
}

/**
 * Rejects options that `onnxruntime-web` would ignore.
 *
 * @param given which of them the user passed
 * @throws ManabiError `argument` for the first one
 */
export function checkForPages(
  { listSupportedBackends }: Runtime,
  given: { readonly threads: boolean; readonly measures: boolean },
): void {
  if (listSupportedBackends !== undefined) return;
  const ignored = [
    ['threads', given.threads, 'Set `env.wasm.numThreads` of onnxruntime-web before the first session instead.'],
    ['measures', given.measures, 'Omit it, or use onnxruntime-node.'],
  ] as const;
  for (const [name, isGiven, advice] of ignored) {
    if (!isGiven) continue;
    throw new ManabiError('argument', `Option \`${name}\` has no effect in onnxruntime-web. ${advice}`, {
      op: 'createOnnxRuntimeBackend',
      data: { name },
    });
  }
}
