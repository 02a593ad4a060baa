import { ManabiError } from '@manabi/errors';
import type { Runtime } from './library.ts';

/**
 * Name of the optional package, which is imported by this variable. With a literal, bundlers for web pages would try to
 * resolve the package.
 */
const runtimePackage: string = 'onnxruntime-node';

/**
 * Loads `onnxruntime-node`.
 *
 * @throws ManabiError `backend` if the package is not installed or cannot be loaded
 */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ runtimePackage);
  } catch (cause) {
    throw new ManabiError(
      'backend',
      `The backend "onnxruntime" requires ${runtimePackage}, which is not installed or cannot be loaded here. Run: npm ` +
        `install ${runtimePackage}`,
      { op: 'createOnnxRuntimeBackend', data: { package: runtimePackage }, cause },
    );
  }
}
