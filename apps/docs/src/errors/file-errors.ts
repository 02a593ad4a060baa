import type { FileError } from '@manabi/files';
import type { ErrorText } from './error-text.ts';

/** What the codes of `FileError` mean. The type requires a row for every code. */
export const fileErrors: Readonly<Record<FileError['code'], ErrorText>> = {
  notFound: {
    cause: 'There is no file at the path, or the server answers with status 404 or 410.',
    remedy:
      'Check the spelling, and the folder from which a relative path starts: `process.cwd()` in Node, the page in browsers.',
  },
  notAFile: {
    cause: 'The path is a folder where a file is expected, or the reverse.',
    remedy: 'Pass the file inside the folder, or the folder itself for a SavedModel.',
  },
  permission: {
    cause: 'The process may not read or write the file.',
    remedy: 'Change the permissions of the file and of its folder, or write to another folder.',
  },
  noSpace: {
    cause: 'The disk is full, or the browser grants no more storage.',
    remedy: 'Free space. The old file is unchanged, because files are replaced only when they are complete.',
  },
  io: { cause: 'The system failed to read or write.', remedy: 'The message contains the error of the system.' },
  http: {
    cause: 'A server answered with an error status.',
    remedy:
      '`error.data.status` is the status. 401 and 403: pass `headers` with your access token. 5xx: try again later.',
  },
  network: {
    cause:
      'The server cannot be reached, or the browser blocks the request because the server does not allow other sites (CORS).',
    remedy: 'Check the address and the connection. In a page, copy the file to your own host.',
  },
  range: {
    cause: 'A part of a file is requested that the file does not have.',
    remedy: 'The file is shorter than its header says: download it again.',
  },
  truncated: {
    cause: 'A file or download ends too early.',
    remedy:
      'Download it again. If a program wrote it, it was interrupted; files that manabi writes are always complete.',
  },
  corrupt: {
    cause: 'The contents contradict the format: a wrong checksum inside an archive, an invalid header.',
    remedy: 'Download the file again, in binary mode.',
  },
  tooLarge: {
    cause: 'A file, or what it expands to, exceeds a limit that protects against hostile files.',
    remedy: 'If you trust the file, raise the limit that the message names.',
  },
  checksum: {
    cause: 'The checksum of a download differs from the expected one.',
    remedy: 'The file was replaced or damaged on the way. Do not use it; check the address and the expected checksum.',
  },
  changed: {
    cause: 'A file changed while it was read in parts.',
    remedy: 'Read it again when no program writes to it.',
  },
  refused: {
    cause: 'The path or URL is outside of what `allow` and `within` permit.',
    remedy: 'If the location comes from a user, this is intended. Otherwise, extend `allow` or `within`.',
  },
  aborted: {
    cause: 'An `AbortSignal` that the program passed has fired.',
    remedy: 'Nothing to mend: catch this code.',
  },
  unsupported: {
    cause: 'The format, a part of it, or the kind of location is not supported here, such as a path in a page.',
    remedy: 'The message names what is supported. In pages, pass a URL, a `Blob` or a `File`.',
  },
};
