import { FileError, fileErrorFrom, systemCode } from '../file-error.ts';
import { nodeModule } from '../node.ts';

/** Where something is written: a file that is replaced, or a stream that takes the bytes as they come. */
export type Target =
  | {
      readonly kind: 'file';
      /** The file itself: what a link leads to, whether that exists or not. */
      readonly path: string;
      /** Permission bits of the file that is there. */
      readonly mode: number | undefined;
      /** Whether a link in another folder leads to it. */
      readonly isElsewhere: boolean;
    }
  | {
      readonly kind: 'stream';
      readonly path: string;
      /** Number of a file that this process has open: its position and its mode are those to write with. */
      readonly openFile: number | null;
      readonly isPipe: boolean;
    };

/** URLs that can be read but not written; text that looks like one is not taken for a path. */
const OTHER_SCHEME = /^(https?|data|blob|ftp):/i;
/** Names of the open files of a process: `/dev/stdout` leads to one. */
const OPEN_FILE = /^\/(?:proc\/([^/]+)(?:\/task\/\d+)?\/fd|dev\/fd)\/(\d+)$/;
/** Links that lead to each other: as many as Linux follows. */
const MOST_LINKS = 40;

/**
 * Finds out what a path or `file:` URL stands for as a destination. Links are followed, those too that lead to no file yet.
 *
 * @throws FileError `unsupported` for other URLs, sockets and disks; `notAFile` for a folder; `notFound` for links in a circle;
 * `permission`
 */
export async function findTarget(destination: string | URL): Promise<Target> {
  const plain = await pathOf(destination);
  const { realpath, stat } = await nodeModule('fs/promises');
  const { dirname } = await nodeModule('path');
  const path = await followLinks(plain);
  const folder = await realpath(dirname(plain)).catch(() => dirname(plain));
  const isElsewhere = dirname(path) !== folder;
  // Open files of a process have no path that could be replaced.
  const place = OPEN_FILE.test(path) ? plain : path;
  const facts = await stat(place).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileErrorFrom(error, 'write', plain);
  });
  if (facts === undefined) return { kind: 'file', path, mode: undefined, isElsewhere };
  if (facts.isDirectory()) throw fileErrorFrom({ code: 'EISDIR' }, 'write', plain);
  if (facts.isFIFO() || facts.isCharacterDevice() || OPEN_FILE.test(path)) {
    return { kind: 'stream', path: place, openFile: ownOpenFile(path), isPipe: facts.isFIFO() };
  }
  if (facts.isFile()) return { kind: 'file', path, mode: facts.mode & 0o777, isElsewhere };
  const what = facts.isSocket() ? 'a socket' : 'a disk';
  throw new FileError('unsupported', `Cannot write ${plain}: it is ${what}. Give the path of a file.`, {
    data: { source: plain, what },
  });
}

/** The number of the file of this process that a path stands for. */
function ownOpenFile(path: string): number | null {
  const [, owner = 'self', number] = OPEN_FILE.exec(path) ?? [];
  const isOwn = ['self', 'thread-self', String(process.pid)].includes(owner);
  return number !== undefined && isOwn ? Number(number) : null;
}

async function pathOf(destination: string | URL): Promise<string> {
  const { resolve } = await nodeModule('path');
  const { fileURLToPath } = await nodeModule('url');
  const text = String(destination);
  const isUrl = destination instanceof URL || /^file:/i.test(text);
  if ((isUrl && !/^file:/i.test(text)) || OTHER_SCHEME.test(text)) {
    throw new FileError(
      'unsupported',
      `Cannot write to ${text}: only paths and file: URLs are written. Write a file, and upload it by other means.`,
      { data: { source: text } },
    );
  }
  if (!isUrl) return resolve(text);
  try {
    return fileURLToPath(text);
  } catch (cause) {
    throw new FileError('unsupported', `Cannot write to ${text}: it is not the URL of a file on this machine.`, {
      data: { source: text },
      cause,
    });
  }
}

/** The path at the end of a chain of links, which need not exist. */
async function followLinks(start: string): Promise<string> {
  const { readlink, realpath } = await nodeModule('fs/promises');
  const { basename, dirname, join, resolve } = await nodeModule('path');
  let path = start;
  for (let hops = 0; hops < MOST_LINKS; hops++) {
    if (OPEN_FILE.test(path)) return path;
    const target = await readlink(path).catch((error: unknown) => {
      // EINVAL and, on Windows, UNKNOWN: it is not a link.
      if (['ENOENT', 'EINVAL', 'UNKNOWN'].includes(systemCode(error) ?? '')) return undefined;
      throw fileErrorFrom(error, 'write', start);
    });
    if (target === undefined) {
      const folder = await realpath(dirname(path)).catch(() => dirname(path));
      return join(folder, basename(path));
    }
    path = resolve(dirname(path), target);
  }
  throw fileErrorFrom({ code: 'ELOOP' }, 'write', start);
}
