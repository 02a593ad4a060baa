import { ManabiError } from '@manabi/errors';
import { type FileSource, nameOf } from '@manabi/files';
import { throwIfAborted } from '../abort.ts';
import { pacer } from '../pacer.ts';
import { chunksOfFile, type SourceOptions } from './sources.ts';

/** Options of `fromTextLines` and `fromJsonLines`. */
export interface LinesOptions extends SourceOptions {}

/** Largest length of a line in characters; a longer one indicates a file of another format. */
const LONGEST = 1 << 28;

/**
 * Reads the lines of a text file in UTF-8, without their ends: LF or CRLF. A byte order mark is dropped.
 *
 * @throws ManabiError `data` for bytes that are not UTF-8, with the file and the line
 */
export async function* linesOf(
  file: FileSource,
  options: SourceOptions,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const pace = pacer();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 1;
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new ManabiError(
        'data',
        `${nameOf(file)} is not UTF-8 text, at line ${line} or later. Convert it to UTF-8 first.`,
        { op: 'data', data: { source: nameOf(file), line }, cause },
      );
    }
  };
  for await (const chunk of chunksOfFile(file, options, signal)) {
    // The rest is joined with the next chunk only at its start, so a long line takes linear time.
    const lines = decode(chunk).split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST) {
      throw new ManabiError(
        'data',
        `Line ${line + lines.length} of ${nameOf(file)} has more than ${LONGEST} characters. Check the format.`,
        {
          op: 'data',
          data: { source: nameOf(file), line: line + lines.length },
        },
      );
    }
    for (const text of lines) {
      const pause = pace();
      if (pause !== undefined) await pause;
      throwIfAborted(signal);
      yield text.endsWith('\r') ? text.slice(0, -1) : text;
      line++;
    }
  }
  rest += decode();
  if (rest !== '') yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
}
