import { type Kind, type KindsOf, kind, wrongArgument } from '@manabi/errors';
import {
  chunksOf,
  decompressStream,
  type FileSource,
  isGzip,
  nameOf,
  openStream,
  type ReadOptions,
  readKinds,
} from '@manabi/files';
import { Dataset } from '../dataset.ts';
import type { Open } from '../lazy-stage.ts';

/** Options for reading files: `headers`, `timeout` and `retries` for URLs, `allow` and `within` for untrusted paths. */
export type SourceOptions = Pick<ReadOptions, 'allow' | 'headers' | 'retries' | 'timeout' | 'within'>;

const { allow, headers, retries, timeout, within } = readKinds;

/** Validators for the options of sources. */
export const sourceKinds = { allow, headers, retries, timeout, within } satisfies KindsOf<SourceOptions>;

/** One file or several: paths, URLs or blobs. */
export type FileSources = FileSource | readonly FileSource[];

const isSource = (given: unknown): given is FileSource =>
  typeof given === 'string' || given instanceof URL || given instanceof Blob;

/** Validator for one file. */
export const sourceKind: Kind<FileSource> = /* @__PURE__ */ kind('a path, a URL or a Blob', isSource);

/**
 * Returns files as a list.
 *
 * @throws ManabiError `argument` for other values, or an empty list
 */
export function listOfFiles(op: string, files: FileSources): readonly FileSource[] {
  const list: readonly unknown[] = Array.isArray(files) ? files : [files];
  if (list.length > 0 && list.every(isSource)) return list;
  throw wrongArgument({ op, name: 'files' }, 'a path, a URL, a Blob or a nonempty array of them', files);
}

/** Creates a dataset whose code is loaded when an iteration starts, and whose length only an iteration can count. */
export function fileDataset<T>(op: string, load: () => Promise<Open<T>>): Dataset<T> {
  return new Dataset({
    path: op,
    cardinality: 'unknown',
    skipIterations() {},
    async *open(signal) {
      const open = await load();
      yield* open(signal);
    },
  });
}

/**
 * Reads the bytes of a file in chunks, decompressed if it is a gzip file. Memory is bounded: the file is read as its reader
 * asks for chunks.
 */
export async function* chunksOfFile(
  file: FileSource,
  options: SourceOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const stream = await openStream(file, { ...options, signal });
  const chunks = chunksOf(stream);
  let first = await chunks.next();
  // Fewer than three bytes would not show whether the file is compressed.
  while (!first.done && first.value.length < 3) {
    const more = await chunks.next();
    if (more.done) break;
    const joined = new Uint8Array(first.value.length + more.value.length);
    joined.set(first.value);
    joined.set(more.value, first.value.length);
    first = { done: false, value: joined };
  }
  if (first.done) return;
  const head = first.value;
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (controller) => controller.enqueue(head),
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return()),
    },
    { highWaterMark: 0 },
  );
  yield* chunksOf(isGzip(head) ? decompressStream(whole, { name: nameOf(file) }) : whole);
}
