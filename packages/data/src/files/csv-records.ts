import { ManabiError } from '@manabi/errors';
import { type FileSource, nameOf } from '@manabi/files';
import { chunksOfFile, type SourceOptions } from './sources.ts';

/** Fields of one record of a CSV file. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Whether each field is in quotes. */
  readonly quoted: readonly boolean[];
  /** Number of the line on which the record starts, from 1. */
  readonly line: number;
}

/** Largest length of a field in characters; a longer one indicates a missing quote. */
const LONGEST = 1 << 26;

/** State of the parser: at the start of a field, in a field without or with quotes, or behind a quote in the latter. */
type State = 'start' | 'plain' | 'quoted' | 'afterQuote';

/**
 * Parses CSV text that arrives in pieces (RFC 4180): fields may be in double quotes, in which they may contain separators, line
 * ends and doubled quotes. Lines end with LF, CRLF or CR; empty lines are skipped. A quote within an unquoted field is kept.
 */
class CsvParser {
  readonly #separator: string;
  readonly #source: string;
  #state: State = 'start';
  #field = '';
  #isQuoted = false;
  #fields: string[] = [];
  #quoted: boolean[] = [];
  #line = 1;
  #firstLine = 1;
  /** Whether the last character outside quotes was a carriage return, which ended a record. */
  #hasCarriageReturn = false;
  /** Whether the last character within quotes was a carriage return. */
  #followsReturn = false;

  constructor(source: string, separator: string) {
    this.#source = source;
    this.#separator = separator;
  }

  *parse(text: string): Generator<CsvRecord, void, undefined> {
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const character = text[i];
      if (this.#hasCarriageReturn) {
        this.#hasCarriageReturn = false;
        if (character === '\n') {
          start = i + 1;
          continue;
        }
      }
      const isEnd = character === '\n' || character === '\r';
      if (this.#state === 'quoted') {
        if (character === '\r' || (character === '\n' && !this.#followsReturn)) this.#line++;
        this.#followsReturn = character === '\r';
        if (character !== '"') continue;
        this.#append(text, start, i);
        this.#state = 'afterQuote';
      } else if (character === '"' && this.#state === 'start') {
        this.#isQuoted = true;
        this.#state = 'quoted';
        start = i + 1;
      } else if (character === '"' && this.#state === 'afterQuote') {
        // A doubled quote stands for one quote, with which the next part of the field starts.
        this.#state = 'quoted';
        start = i;
      } else if (character === this.#separator || isEnd) {
        if (this.#state === 'plain') this.#append(text, start, i);
        this.#endField();
        start = i + 1;
        if (isEnd) {
          this.#hasCarriageReturn = character === '\r';
          this.#line++;
          yield* this.#endRecord();
        }
      } else if (this.#state === 'afterQuote') {
        throw this.#error('text follows a closing quote. Double the quotes within a field in quotes');
      } else if (this.#state === 'start') {
        this.#state = 'plain';
        start = i;
      }
    }
    if (this.#state === 'plain' || this.#state === 'quoted') this.#append(text, start, text.length);
  }

  /** Returns the last record, if the text does not end with a line end. */
  *end(): Generator<CsvRecord, void, undefined> {
    if (this.#state === 'quoted') throw this.#error('a field has no closing quote');
    if (this.#state === 'start' && this.#fields.length === 0 && !this.#isQuoted) return;
    this.#endField();
    yield* this.#endRecord();
  }

  #append(text: string, start: number, end: number): void {
    this.#field += text.slice(start, end);
    if (this.#field.length > LONGEST)
      throw this.#error(`a field has more than ${LONGEST} characters. Check for a missing quote`);
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#quoted.push(this.#isQuoted);
    this.#field = '';
    this.#isQuoted = false;
    this.#state = 'start';
  }

  *#endRecord(): Generator<CsvRecord, void, undefined> {
    const record = { fields: this.#fields, quoted: this.#quoted, line: this.#firstLine };
    this.#fields = [];
    this.#quoted = [];
    this.#firstLine = this.#line;
    const isEmpty = record.fields.length === 1 && record.fields[0] === '' && !record.quoted[0];
    if (!isEmpty) yield record;
  }

  #error(problem: string): ManabiError {
    return new ManabiError(
      'data',
      `The record at line ${this.#firstLine} of ${this.#source} is not valid CSV: ${problem}.`,
      {
        op: 'fromCsv',
        data: { source: this.#source, line: this.#firstLine },
      },
    );
  }
}

/**
 * Reads the records of a CSV file in UTF-8, as they are requested.
 *
 * @throws ManabiError `data` with `source` and `line` for invalid CSV or text that is not UTF-8
 */
export async function* recordsOf(
  file: FileSource,
  separator: string,
  options: SourceOptions,
  signal: AbortSignal,
): AsyncGenerator<CsvRecord, void, undefined> {
  const source = nameOf(file);
  const parser = new CsvParser(source, separator);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new ManabiError('data', `${source} is not UTF-8 text. Convert it to UTF-8 first.`, {
        op: 'fromCsv',
        data: { source },
        cause,
      });
    }
  };
  for await (const chunk of chunksOfFile(file, options, signal)) yield* parser.parse(decode(chunk));
  yield* parser.parse(decode());
  yield* parser.end();
}
