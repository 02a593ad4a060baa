import { crc32 } from '../crc32.ts';
import { nodeModule } from '../node.ts';
import { isRunning } from '../process-lock.ts';

/** Names of the temporary files that this process is writing: others with its number are left-overs. */
const writing = new Set<string>();

/**
 * What all temporary files for a file begin with. Plain letters and few of them, whatever the file is called: systems limit
 * names to 255 bytes, and some change other letters. A checksum tells names apart that look alike then.
 */
function beginningOf(name: string): string {
  const letters = name.replace(/[^\w.-]+/g, '_').slice(0, 40);
  const sum = crc32(new TextEncoder().encode(name)).toString(16).padStart(8, '0');
  return `.${letters}-${sum}.`;
}

/** This machine, as it stands in names: processes of others, which may share the folder, cannot be asked for. */
async function machine(): Promise<string> {
  const { hostname } = await nodeModule('os');
  return hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 40);
}

/** Returns a free name for what is written before it becomes the file of a name. */
export async function temporaryName(name: string): Promise<string> {
  const temporary = `${beginningOf(name)}${await machine()}_${process.pid}_${crypto.randomUUID()}.tmp`;
  writing.add(temporary);
  return temporary;
}

/** Notes that a temporary file is gone: renamed or removed. */
export function releaseTemporaryName(temporary: string): void {
  writing.delete(temporary);
}

/**
 * Removes temporary files for a file that processes of this machine began to write, and did not live to finish.
 *
 * @returns whether there are others, which may be written now
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

/** Threads share a process's number, but not this module: what was written to since the process began may be theirs. */
async function isAbandoned(path: string, processId: number): Promise<boolean> {
  if (processId !== process.pid) return !isRunning(processId);
  const { stat } = await nodeModule('fs/promises');
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && facts.mtimeMs < Date.now() - process.uptime() * 1000;
}
