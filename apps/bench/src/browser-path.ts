import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Command names of Chromium-based browsers. */
const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/**
 * Returns the path of the browser: `MANABI_CHROMIUM`, or the first command found on the PATH.
 *
 * @throws Error without a browser
 */
export function browserPath(): string {
  if (process.env.MANABI_CHROMIUM !== undefined) return process.env.MANABI_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = commands.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (found === undefined) throw new Error('No browser found. Install Chromium, or set MANABI_CHROMIUM to its path.');
  return found;
}
