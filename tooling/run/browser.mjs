// The browser in which tests and benchmarks run pages.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Command names of Chromium-based browsers. */
const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/** Browser flags: no background network access, no sandbox, which allows running as root, and WebGPU on Linux. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
];

/**
 * Returns the path of the browser: `MANABI_CHROMIUM`, or the first command found on the PATH.
 *
 * @returns {string | undefined} undefined without a browser
 */
export function browserPath() {
  if (process.env.MANABI_CHROMIUM !== undefined) return process.env.MANABI_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return commands.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}
