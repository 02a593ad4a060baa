import { ManabiError } from '@manabi/errors';
import { FileError, openRandomAccess, type RandomAccess, writeFileAtomic } from '@manabi/files';
import { childController } from '../abort.ts';
import type { Open } from '../lazy-stage.ts';
import type { Stage } from '../stage.ts';
import { decodeElement, encodeElement } from './element-bytes.ts';

/** First bytes of a cache file, with the version of its format. */
const MAGIC = new TextEncoder().encode('manabi-cache-1\n');

/**
 * Returns the elements in a file. If the file is missing, they come from `upstream`, and are written to the file; the file
 * appears when all elements are written. It begins with the stages and the number of elements of the dataset, so that the elements
 * of another dataset are not taken for its own.
 */
export function cachedInFile<T>(upstream: Stage<T>, path: string): Open<T> {
  return async function* open(signal) {
    const file = await openIfPresent(path, signal);
    if (file === undefined) yield* written(upstream, path, signal);
    // The file contains elements of a dataset with the same stages.
    else yield* elementsIn(file, upstream) as AsyncGenerator<T, void, undefined>;
  };
}

async function openIfPresent(path: string, signal: AbortSignal): Promise<RandomAccess | undefined> {
  try {
    return await openRandomAccess(path, { signal });
  } catch (error) {
    if (error instanceof FileError && error.code === 'notFound') return undefined;
    throw error;
  }
}

/** Describes a dataset for the start of its cache file. */
function describe({ path, cardinality }: Stage<unknown>): string {
  return `${path} (${typeof cardinality === 'number' ? `${cardinality} elements` : 'of unknown length'})`;
}

async function* elementsIn(file: RandomAccess, dataset: Stage<unknown>): AsyncGenerator<unknown, void, undefined> {
  const expected = describe(dataset);
  const corrupt = (): FileError =>
    new FileError(
      'corrupt',
      `${file.name} is not a cache of a dataset, or is damaged. Delete it, or choose another path.`,
      {
        data: { source: file.name },
      },
    );
  try {
    const magic = await file.read(0, Math.min(MAGIC.length, file.size));
    if (magic.length < MAGIC.length || MAGIC.some((byte, i) => magic[i] !== byte)) throw corrupt();
    let isStart = true;
    for (let at = MAGIC.length; at < file.size; ) {
      if (at + 4 > file.size) throw corrupt();
      const head = await file.read(at, at + 4);
      const length = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
      if (at + 4 + length > file.size) throw corrupt();
      const element = decodeElement(await file.read(at + 4, at + 4 + length));
      if (element === undefined) throw corrupt();
      at += 4 + length;
      if (!isStart) yield element.value;
      else if (element.value !== expected) throw ofAnotherDataset(file.name, expected, element.value);
      isStart = false;
    }
    if (isStart) throw corrupt();
  } finally {
    await file.close();
  }
}

function ofAnotherDataset(source: string, expected: string, got: unknown): ManabiError {
  return new ManabiError(
    'data',
    `${source} is the cache of another dataset: ${typeof got === 'string' ? got : 'of an unknown format'}; expected ${expected}. Delete it, or choose another path.`,
    { op: 'cache', data: { source, expected, got } },
  );
}

/** Yields elements and writes them to a file at the same time. */
async function* written<T>(upstream: Stage<T>, path: string, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const scope = childController(signal);
  const pieces = channel();
  const writing = writeFileAtomic(path, pieces.read(), { signal: scope.signal });
  // A failure is reported when the next piece is written.
  writing.catch(pieces.fail);
  let isComplete = false;
  try {
    await pieces.write(MAGIC);
    await pieces.write(bytesOf(describe(upstream), 0));
    let index = 0;
    for await (const element of upstream.open(signal)) {
      await pieces.write(bytesOf(element, index++));
      yield element;
    }
    pieces.end();
    isComplete = true;
    await writing;
  } finally {
    if (!isComplete) {
      scope.abort();
      pieces.fail(new Error('the iteration stopped early'));
      await writing.catch(() => undefined);
    }
    scope.unlink();
  }
}

function bytesOf(element: unknown, index: number): Uint8Array {
  const encoded = encodeElement(element);
  if (encoded instanceof Uint8Array) {
    const bytes = new Uint8Array(4 + encoded.length);
    new DataView(bytes.buffer).setUint32(0, encoded.length, true);
    bytes.set(encoded, 4);
    return bytes;
  }
  throw new ManabiError(
    'data',
    `Cannot write element ${index} to the cache file: it contains ${encoded.problem}. Cache in memory, or map the element to arrays, numbers and strings.`,
    { op: 'cache', data: { index } },
  );
}

/** Passes pieces from one writer to one reader, one at a time. */
function channel(): {
  write(piece: Uint8Array): Promise<void>;
  end(): void;
  fail(reason: unknown): void;
  read(): AsyncGenerator<Uint8Array, void, undefined>;
} {
  let piece: Uint8Array | undefined;
  let failure: { readonly reason: unknown } | undefined;
  let isEnded = false;
  let wake: () => void = () => {};
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      const previous = wake;
      wake = () => {
        previous();
        resolve();
      };
    });
  const notify = (): void => {
    const ring = wake;
    wake = () => {};
    ring();
  };
  return {
    async write(next) {
      while (piece !== undefined && failure === undefined) await changed();
      if (failure !== undefined) throw failure.reason;
      piece = next;
      notify();
    },
    end() {
      isEnded = true;
      notify();
    },
    fail(reason) {
      failure ??= { reason };
      notify();
    },
    async *read() {
      while (true) {
        if (failure !== undefined) throw failure.reason;
        if (piece !== undefined) {
          const taken = piece;
          piece = undefined;
          notify();
          yield taken;
        } else if (isEnded) return;
        else await changed();
      }
    },
  };
}
