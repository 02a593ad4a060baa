import { crc32 } from '../crc32.ts';
import { nodeModule } from '../node.ts';
import { isRunning } from '../process-lock.ts';

/**
 * Names of the temporary files that this process is writing. Other temporary files with its process id were left by an
 * earlier process with the same id.
 */
const writing = new Set<string>();

/**
 * Returns the prefix that the names of all temporary files for a file have: up to 40 ASCII characters of the file's
 * name, and a checksum of the whole name. Systems limit names to 255 bytes, and some normalize Unicode characters, so
 * the full name is not used.
 */
function beginningOf(name: string): string {
  const letters = name.replace(/[^\w.-]+/g, '_').slice(0, 40);
  const sum = crc32(new TextEncoder().encode(name)).toString(16).padStart(8, '0');
  return `.${letters}-${sum}.`;
}

/**
 * Returns an identifier of this machine for the names of temporary files. A process can only check whether processes on
 * its own machine are running.
 */
async function machine(): Promise<string> {
  const { hostname } = await nodeModule('os');
  return hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 40);
}

/** Returns an unused name for a temporary file that will replace the file `name`. */
export async function temporaryName(name: string): Promise<string> {
  const temporary = `${beginningOf(name)}${await machine()}_${process.pid}_${crypto.randomUUID()}.tmp`;
  writing.add(temporary);
  return temporary;
}

/** Releases the name of a temporary file that was renamed or removed. */
export function releaseTemporaryName(temporary: string): void {
  writing.delete(temporary);
}

/**
 * Removes the temporary files that killed processes of this machine left for the file `name`.
 *
 * @returns whether temporary files for `name` remain, which another process may be writing
 */
export async function removeAbandoned(folder: string, name: string): Promise<{ readonly isBeingWritten: boolean }> {
  const { readdir, rm } = await nodeModule('fs/promises');
  const { join } = await nodeModule('path');
  const here = await machine();
  const beginning = beginningOf(name);
  let isBeingWritten = false;
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!entry.startsWith(beginning) || !entry.endsWith('.tmp')) continue;
    const [host, processId] = entry.slice(beginning.length).split('_');
    const path = join(folder, entry);
    const isLeft = host === here && !writing.has(entry) && (await isAbandoned(path, Number(processId)));
    if (isLeft) await rm(path, { force: true }).catch(() => undefined);
    else isBeingWritten = true;
  }
  return { isBeingWritten };
}

/**
 * Returns whether the process that created a temporary file has ended. If its process id is that of this process, only
 * a file older than this process counts as left over: others may belong to threads of this process.
 */
async function isAbandoned(path: string, processId: number): Promise<boolean> {
  if (processId !== process.pid) return !isRunning(processId);
  const { stat } = await nodeModule('fs/promises');
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && facts.mtimeMs < Date.now() - process.uptime() * 1000;
}
