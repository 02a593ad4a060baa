import { ManabiError } from '@manabi/errors';
import { unknownName } from '@manabi/errors/internal';
import { FileError, type FileSource, openRandomAccess, type RandomAccess } from '@manabi/files';
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { abortable, throwIfAborted } from '../abort.ts';
import type { Open } from '../lazy-stage.ts';
import type { ParquetOptions } from './parquet-options.ts';

/** Returns the rows of Parquet files, one row group after another. */
export function parquetRows<Row>(files: readonly FileSource[], { columns, ...options }: ParquetOptions): Open<Row> {
  return async function* open(signal) {
    for (const source of files) {
      const access = await openRandomAccess(source, { ...options, signal, parts: true });
      try {
        yield* rowsIn<Row>(access, columns, signal);
      } finally {
        await access.close();
      }
    }
  };
}

async function* rowsIn<Row>(
  access: RandomAccess,
  columns: readonly string[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<Row, void, undefined> {
  const metadata = await reading(access, (file) => parquetMetadataAsync(file), signal);
  const names = metadata.schema[0] === undefined ? [] : topColumns(metadata.schema);
  for (const name of columns ?? []) {
    if (!names.includes(name))
      throw unknownName({ op: 'fromParquet', name: 'columns' }, `a column of ${access.name}`, name, names);
  }
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const range = { metadata, compressors, rowStart, rowEnd, ...(columns && { columns: [...columns] }) };
    const rows = await reading(access, (file) => parquetReadObjects({ ...range, file }), signal);
    for (const row of rows) {
      throwIfAborted(signal);
      // The caller declares the type of rows.
      yield narrowed(row) as Row;
    }
    rowStart = rowEnd;
  }
}

/** Returns the names of the columns, which are the children of the first element of the schema. */
function topColumns(schema: readonly { readonly name: string; readonly num_children?: number }[]): readonly string[] {
  const names: string[] = [];
  let next = 1;
  const skip = (): void => {
    const { num_children: count = 0 } = schema[next++];
    for (let i = 0; i < count; i++) skip();
  };
  while (next < schema.length) {
    names.push(schema[next].name);
    skip();
  }
  return names;
}

/** Awaits a result of the reader, and converts its errors, except those of the file. */
async function reading<T>(
  access: RandomAccess,
  read: (file: AsyncBuffer) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const state = { hasFailed: false };
  const result = read(bufferOf(access, state));
  result.catch(() => {
    state.hasFailed = true;
  });
  try {
    return await abortable(result, signal);
  } catch (cause) {
    if (cause instanceof FileError || cause instanceof ManabiError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ManabiError('data', `Cannot read ${access.name} as a Parquet file: ${problem}. Check its format.`, {
      op: 'fromParquet',
      data: { source: access.name },
      cause,
    });
  }
}

/**
 * Returns the file in the form that the reader takes. If the reader fails on damaged metadata, it forgets the columns that it has
 * begun to read, and an error in one of these would end the process. So no bytes arrive before it had the chance to fail, and
 * none afterwards.
 */
function bufferOf(access: RandomAccess, state: { readonly hasFailed: boolean }): AsyncBuffer {
  const slice = async (start: number, end: number): Promise<ArrayBuffer> => {
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    if (state.hasFailed) return new Promise<never>(() => {});
    // Damaged metadata can contain any positions.
    if (!(start >= 0 && start <= end && end <= access.size)) throw new RangeError(`it has no bytes ${start} to ${end}`);
    const bytes = await access.read(start, end);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  };
  return {
    byteLength: access.size,
    slice: (start, end = access.size) => {
      const bytes = slice(start, end);
      // The reader may not await bytes that it has asked for.
      bytes.catch(() => undefined);
      return bytes;
    },
  };
}

/** Converts bigints that a number represents exactly, also in lists and structures. */
function narrowed(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(narrowed);
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, narrowed(item)]));
}
