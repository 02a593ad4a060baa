import { browserFlags, browserPath } from '@tooling/run/browser';
import { type Browser, chromium } from 'playwright-core';

/**
 * Starts the browser of tests and recordings.
 *
 * @param webgpu whether pages have WebGPU, computed on the CPU
 * @param camera whether pages have a camera, which shows a test picture
 */
export function openBrowser(webgpu: boolean, camera = false): Promise<Browser> {
  const gpu = webgpu ? ['--use-webgpu-adapter=swiftshader'] : ['--disable-features=WebGPU', '--disable-gpu'];
  const devices = camera ? ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] : [];
  return chromium.launch({
    executablePath: browserPath(),
    headless: true,
    args: [...browserFlags, ...gpu, ...devices],
  });
}
