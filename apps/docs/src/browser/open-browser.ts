import { browserFlags, browserPath } from '@tooling/run/browser';
import { type Browser, chromium } from 'playwright-core';

/**
 * Starts the browser of tests and recordings.
 *
 * @param webgpu whether pages have WebGPU, computed on the CPU
 */
export function openBrowser(webgpu: boolean): Promise<Browser> {
  const gpu = webgpu ? ['--use-webgpu-adapter=swiftshader'] : ['--disable-features=WebGPU', '--disable-gpu'];
  return chromium.launch({ executablePath: browserPath(), headless: true, args: [...browserFlags, ...gpu] });
}
