import { FileError, fileErrorFrom, systemCode } from '../file-error.ts';
import { nodeModule } from '../node.ts';

/** Destination of a write: a file to be replaced, or a stream that receives the bytes. */
export type Target =
  | {
      readonly kind: 'file';
      /** Path of the file after links were followed. The file need not exist. */
      readonly path: string;
      /** Permission bits of the existing file. */
      readonly mode: number | undefined;
      /** Whether the file was reached through a link in another folder. */
      readonly isElsewhere: boolean;
    }
  | {
      readonly kind: 'stream';
      readonly path: string;
      /**
       * A file descriptor that this process already has open, to which the data are written; null if the stream must be
       * opened by its path.
       */
      readonly openFile: number | null;
      readonly isPipe: boolean;
    };

/** Matches URLs with a scheme that cannot be written to. They are rejected instead of being used as paths. */
const OTHER_SCHEME = /^(https?|data|blob|ftp):/i;
/** Matches paths of open file descriptors, such as `/proc/self/fd/1`, to which `/dev/stdout` is a link. */
const OPEN_FILE = /^\/(?:proc\/([^/]+)(?:\/task\/\d+)?\/fd|dev\/fd)\/(\d+)$/;
/** Largest number of links to follow, as in Linux. */
const MOST_LINKS = 40;

/**
 * Determines what a path or `file:` URL refers to: a file, or a stream such as a pipe. Links are followed, including
 * those to files that do not exist yet.
 *
 * @throws FileError `unsupported` for other URLs, sockets and block devices; `notAFile` for a folder; `notFound` for a
 * cycle of links; `permission`
 */
export async function findTarget(destination: string | URL): Promise<Target> {
  const plain = await pathOf(destination);
  const { realpath, stat } = await nodeModule('fs/promises');
  const { dirname } = await nodeModule('path');
  const path = await followLinks(plain);
  const folder = await realpath(dirname(plain)).catch(() => dirname(plain));
  const isElsewhere = dirname(path) !== folder;
  // An open file descriptor has no path that a temporary file could replace.
  const existing = OPEN_FILE.test(path) ? plain : path;
  const facts = await stat(existing).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileErrorFrom(error, 'write', plain);
  });
  if (facts === undefined) return { kind: 'file', path, mode: undefined, isElsewhere };
  if (facts.isDirectory()) throw fileErrorFrom({ code: 'EISDIR' }, 'write', plain);
  if (facts.isFIFO() || facts.isCharacterDevice() || OPEN_FILE.test(path)) {
    return { kind: 'stream', path: existing, openFile: ownOpenFile(path), isPipe: facts.isFIFO() };
  }
  if (facts.isFile()) return { kind: 'file', path, mode: facts.mode & 0o777, isElsewhere };
  const what = facts.isSocket() ? 'a socket' : 'a disk';
  throw new FileError('unsupported', `Cannot write to ${plain}: it is ${what}. Pass the path of a file.`, {
    data: { source: plain, what },
  });
}

/**
 * Returns the file descriptor that a path such as `/dev/stdout` refers to, if it is one of this process; null
 * otherwise.
 */
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
      `Cannot write to ${text}: only paths and file: URLs are supported. Write a file, then upload it.`,
      { data: { source: text } },
    );
  }
  if (!isUrl) return resolve(text);
  try {
    return fileURLToPath(text);
  } catch (cause) {
    throw new FileError(
      'unsupported',
      `Cannot write to ${text}: it is not a file: URL for this machine. Pass a path, or a URL such as file:///path.`,
      {
        data: { source: text },
        cause,
      },
    );
  }
}

/** Returns the path that a chain of links leads to. The file need not exist. */
async function followLinks(start: string): Promise<string> {
  const { readlink, realpath } = await nodeModule('fs/promises');
  const { basename, dirname, join, resolve } = await nodeModule('path');
  let path = start;
  for (let hops = 0; hops < MOST_LINKS; hops++) {
    if (OPEN_FILE.test(path)) return path;
    const target = await readlink(path).catch((error: unknown) => {
      // EINVAL and, on Windows, UNKNOWN mean that the path is not a link.
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
