import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FileError } from '@manabi/files';
import { hostArray, ManabiError } from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import {
  fromCsv,
  fromJsonLines,
  fromNpy,
  fromNpz,
  fromParquet,
  fromTextLines,
  fromTfRecord,
  parseExample,
} from './index.ts';

/** Files that Python, TensorFlow and pyarrow wrote (`tooling/goldens/data/files.py`). */
const goldens: {
  readonly csv: readonly { readonly text: string; readonly rows: readonly (readonly string[])[] }[];
  readonly tfRecord: { readonly plain: string; readonly gzip: string; readonly examples: readonly string[] };
  readonly parquet: {
    readonly files: Readonly<Record<string, string>>;
    readonly rows: readonly Readonly<Record<string, unknown>>[];
  };
  readonly npz: string;
  readonly npy: string;
} = JSON.parse(readFileSync(new URL('../goldens/files.json', import.meta.url), 'utf8'));

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'base64'));
const blobOf = (text: string): Blob => new Blob([bytesOf(text)]);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-data-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A blob with a given stream. */
function streaming(stream: () => ReadableStream<Uint8Array<ArrayBuffer>>): Blob {
  const blob = new Blob(['x']);
  blob.slice = () => Object.assign(new Blob(['x']), { stream });
  return blob;
}

/** A blob whose stream has chunks of the given size, to test text and records that continue in the next chunk. */
function inChunks(bytes: Uint8Array<ArrayBuffer>, size: number): Blob {
  return streaming(
    () =>
      new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
          controller.close();
        },
      }),
  );
}

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('fromTextLines', () => {
  test.each([
    ['LF', 'a\nb\n\nc', ['a', 'b', '', 'c']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['a byte order mark and characters of several bytes', '\ufeff日本\n😀', ['日本', '😀']],
    ['nothing', '', []],
    ['only a line end', '\n', ['']],
  ])('reads lines with %s, in chunks of any size', async (_, text, lines) => {
    for (const size of [1, 2, 3, 7, 1000])
      expect(await fromTextLines(inChunks(utf8(text), size)).toArray()).toEqual(lines);
  });

  test('reads several files, compressed or not, from paths and URLs', async () => {
    const path = join(folder, 'lines.txt.gz');
    await writeFile(path, gzipSync('in a gzip\nfile\n'));
    const url = `data:text/plain,${encodeURIComponent('from\na URL')}`;
    expect(await fromTextLines([path, new URL(url), new Blob(['blob'])]).toArray()).toEqual([
      'in a gzip',
      'file',
      'from',
      'a URL',
      'blob',
    ]);
  });

  test('reads only what is requested, and closes the file', async () => {
    let pulled = 0;
    let isCancelled = false;
    const endless = streaming(
      () =>
        new ReadableStream(
          {
            pull(controller) {
              pulled++;
              controller.enqueue(utf8('line\n'.repeat(100)));
            },
            cancel: () => {
              isCancelled = true;
            },
          },
          { highWaterMark: 0 },
        ),
    );
    expect((await fromTextLines(endless).take(250).toArray()).length).toBe(250);
    expect(pulled).toBeLessThan(8);
    expect(isCancelled).toBe(true);
  });

  test('reports missing files, text in another encoding, and other arguments', async () => {
    await expect(fromTextLines(join(folder, 'none')).toArray()).rejects.toMatchObject({ code: 'notFound' });
    await expect(fromTextLines(new Blob([Uint8Array.of(65, 10, 0xff)])).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { line: 1 },
    });
    for (const files of [[], 3, [null]])
      expect(() => Reflect.apply(fromTextLines, null, [files])).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('a signal stops the reading', async () => {
    const signal = AbortSignal.abort('enough');
    await expect(fromTextLines(new Blob(['a'])).toArray({ signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('fromJsonLines', () => {
  test('reads values and skips empty lines', async () => {
    const file = new Blob(['{"a": 1}\n\n[2]\r\n"x"\n']);
    expect(await fromJsonLines(file).toArray()).toEqual([{ a: 1 }, [2], 'x']);
  });

  test('names the file and the line of invalid JSON', async () => {
    const path = join(folder, 'broken.jsonl');
    await writeFile(path, '1\n2\n{"a": }\n');
    await expect(fromJsonLines(path).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { source: path, line: 3 },
    });
  });
});

describe('fromCsv', () => {
  test.each(goldens.csv)("reads the records of Python's csv module: %j", async ({ text, rows }) => {
    for (const size of [1, 3, 1000]) {
      const [names, ...body] = rows;
      const types = Object.fromEntries(names.map((name) => [name, 'string' as const]));
      const read = await fromCsv(inChunks(utf8(text), size), { types }).toArray();
      expect(read.map((row) => Object.values(row))).toEqual(body);
      const columns = names.map((_, i) => `column${i}`);
      const all = await fromCsv(inChunks(utf8(text), size), {
        header: false,
        types: Object.fromEntries(columns.map((name) => [name, 'string' as const])),
      }).toArray();
      expect(all.map((row) => Object.values(row))).toEqual(rows);
    }
  });

  const people = () => new Blob(['id,age,city,member\n1,31,Oslo,true\n2,,"Paris, 5e",FALSE\n3,4.5e1,,1\n']);

  test('infers numbers and strings, and requires a value for missing numbers', async () => {
    await expect(fromCsv(people()).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { line: 3, column: 'age', value: '' },
    });
    expect(await fromCsv(people(), { defaults: { age: Number.NaN } }).toArray()).toEqual([
      { id: 1, age: 31, city: 'Oslo', member: 'true' },
      { id: 2, age: Number.NaN, city: 'Paris, 5e', member: 'FALSE' },
      { id: 3, age: 45, city: '', member: '1' },
    ]);
  });

  test('selects columns, separates the label, and keeps the dtype of int32', async () => {
    const rows = fromCsv(people(), {
      select: ['member', 'age'],
      labelName: 'id',
      types: { id: 'int32', member: 'boolean' },
      defaults: { age: 0 },
    });
    const [[features, labels]] = await rows.batch(3).toArray();
    expect(Object.keys(features)).toEqual(['member', 'age']);
    expect(features).toEqual({
      member: hostArray('bool', [3], Uint8Array.of(1, 0, 1)),
      age: hostArray('float32', [3], Float32Array.of(31, 0, 45)),
    });
    expect(labels).toEqual(hostArray('int32', [3], Int32Array.of(1, 2, 3)));
  });

  test('takes other separators, names and missing values', async () => {
    const file = new Blob(['1;?\n2;-0.5\n']);
    const options = {
      header: false,
      separator: ';',
      columnNames: ['a', 'b'],
      missingValues: ['?'],
      defaults: { b: -1 },
    };
    expect(await fromCsv<{ a: number; b: number }>(file, options).toArray()).toEqual([
      { a: 1, b: -1 },
      { a: 2, b: -0.5 },
    ]);
  });

  test('reads several files with the same columns', async () => {
    const files = [new Blob(['a,b\n1,2\n']), new Blob(['a,b\n3,x\n'])];
    await expect(fromCsv(files).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { line: 2, column: 'b', value: 'x' },
    });
    expect((await fromCsv([files[0], files[0]]).toArray()).length).toBe(2);
    await expect(fromCsv([files[0], new Blob(['b,a\n1,2\n'])]).toArray()).rejects.toMatchObject({
      data: { expected: ['a', 'b'], got: ['b', 'a'] },
    });
  });

  test.each<[string, string, object, object]>([
    ['another number of fields', 'a,b\n1,2\n3\n', {}, { line: 3, expected: 2, got: 1 }],
    ['a missing closing quote', 'a,b\n1,"2\n3,4\n', {}, { line: 2 }],
    ['text behind a closing quote', 'a\n"1" x\n', {}, { line: 2 }],
    ['an unknown column to select', 'a,b\n1,2\n', { select: ['c'] }, { name: 'select' }],
    ['an unknown label', 'a,b\n1,2\n', { labelName: 'B' }, { name: 'labelName' }],
    ['an unknown column with a type', 'a,b\n1,2\n', { types: { c: 'string' } }, { name: 'types' }],
    ['two columns of one name', 'a,a\n1,2\n', {}, { column: 'a' }],
    ['an empty file', '', {}, {}],
    ['a number beyond int32', 'a\n3000000000\n', { types: { a: 'int32' } }, { column: 'a', line: 2 }],
    ['a fraction as int32', 'a\n1.5\n', { types: { a: 'int32' } }, { column: 'a' }],
    ['hexadecimal text as a number', 'a\n0x10\n', { types: { a: 'number' } }, { column: 'a' }],
    ['a wrong number of names', 'a,b\n', { columnNames: ['x'] }, { name: 'columnNames' }],
  ])('rejects %s', async (_, text, options, data) => {
    await expect(fromCsv(new Blob([text]), options).toArray()).rejects.toMatchObject({
      name: 'ManabiError',
      data: expect.objectContaining(data),
    });
  });

  test('counts lines within quotes, so that errors name the line on which a record starts', async () => {
    const text = 'a,b\r\n"1\r\n\r\n2",3\r\n4\r\n';
    for (const size of [1, 2, 1000])
      await expect(fromCsv(inChunks(utf8(text), size)).toArray()).rejects.toMatchObject({ data: { line: 5, got: 1 } });
  });

  test('rejects a label among the selected columns, and invalid separators', () => {
    expect(() => fromCsv('x.csv', { select: ['a'], labelName: 'a' })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
    expect(() => fromCsv('x.csv', { separator: '"' })).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('reads random tables back', async () => {
    const random = randomSource(11);
    const alphabet = ['a', '"', ',', '\n', '\r', ' ', '日', '1'];
    for (let i = 0; i < 60; i++) {
      const cell = () =>
        Array.from({ length: random.integer(0, 6) }, () => alphabet[random.integer(0, alphabet.length)]).join('');
      const rows = Array.from({ length: 4 }, () => [cell(), cell(), 'end']);
      const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
      const file = inChunks(utf8(text), random.integer(1, 9));
      const types = { column0: 'string', column1: 'string' } as const;
      const read = await fromCsv(file, { header: false, types }).toArray();
      expect(read.map((row) => Object.values(row))).toEqual(rows);
    }
  });
});

describe('fromTfRecord', () => {
  const { plain, gzip, examples } = goldens.tfRecord;

  test.each([
    ['plain', plain],
    ['compressed', gzip],
  ])('reads the records of a %s file', async (_, file) => {
    for (const size of [1, 5, 100_000]) {
      const records = await fromTfRecord(inChunks(bytesOf(file), size)).toArray();
      expect(records).toEqual([...examples.map(bytesOf), new Uint8Array(0)]);
    }
  });

  test('reads the features of examples', async () => {
    const elements = await fromTfRecord(blobOf(plain), {
      features: {
        label: { dtype: 'int32' },
        x: { dtype: 'float32', shape: [2, 2] },
        words: { dtype: 'int32', shape: [null] },
        name: { dtype: 'string' },
        tags: { dtype: 'bytes', shape: [null] },
      },
    })
      .take(3)
      .toArray();
    expect(elements[2]).toEqual({
      label: hostArray('int32', [], Int32Array.of(1)),
      x: hostArray('float32', [2, 2], Float32Array.of(2.5, -2, 1e-3, 3)),
      words: hostArray('int32', [2], Int32Array.of(0, 1)),
      name: '日本2',
      tags: [utf8('a'), Uint8Array.of(255)],
    });
    expect(elements[0]).toMatchObject({ words: { shape: [0] }, label: { data: Int32Array.of(-1) } });
  });

  test.each<[string, Record<string, { dtype: 'int32' | 'float32' | 'string'; shape?: (number | null)[] }>]>([
    ['a feature that does not exist', { missing: { dtype: 'int32' } }],
    ['another kind', { name: { dtype: 'int32' } }],
    ['another shape', { x: { dtype: 'float32', shape: [3] } }],
    ['integers beyond 32 bits', { large: { dtype: 'int32', shape: [2] } }],
    ['bytes that are not UTF-8', { tags: { dtype: 'string', shape: [null] } }],
    ['a feature without values', { empty: { dtype: 'int32', shape: [null] } }],
  ])('rejects %s, and names the record', async (_, features) => {
    const [name] = Object.keys(features);
    const reading = fromTfRecord(blobOf(plain), { features }).toArray();
    await expect(reading).rejects.toMatchObject({ code: 'data', data: { record: expect.any(Number), feature: name } });
  });

  test('verifies checksums and lengths', async () => {
    const bytes = bytesOf(plain);
    for (const at of [0, 9, 20, bytes.length - 20]) {
      const damaged = bytes.slice();
      damaged[at] ^= 4;
      await expect(fromTfRecord(new Blob([damaged])).toArray()).rejects.toMatchObject({ code: 'data' });
    }
    for (const end of [5, 12, 40])
      await expect(fromTfRecord(new Blob([bytes.slice(0, end)])).toArray()).rejects.toMatchObject({
        code: 'data',
        data: { record: 0 },
      });
  });

  test('parseExample reads 64-bit integers, and rejects other bytes with an error', () => {
    expect(parseExample(bytesOf(examples[0])).get('large')).toEqual({
      kind: 'int64',
      values: BigInt64Array.of(2n ** 40n, -(2n ** 63n)),
    });
    const random = randomSource(3);
    for (let i = 0; i < 2000; i++) {
      const bytes = bytesOf(examples[i % 3]);
      for (let k = 0; k < 3; k++) bytes[random.integer(0, bytes.length)] = random.integer(0, 256);
      try {
        parseExample(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ManabiError);
      }
    }
  });
});

describe('fromNpz and fromNpy', () => {
  test('read the rows of arrays', async () => {
    const dataset = await fromNpz(blobOf(goldens.npz), { arrays: ['x', 'y'] });
    expect(dataset.cardinality).toBe(3);
    expect(await dataset.batch(2).take(1).toArray()).toEqual([
      { x: hostArray('float32', [2, 2], Float32Array.of(0, 1, 2, 3)), y: hostArray('int32', [2], Int32Array.of(1, 2)) },
    ]);
    const rows = await (await fromNpy(blobOf(goldens.npy))).toArray();
    expect(rows[2]).toEqual(hostArray('int32', [2], Int32Array.of(4, 5)));
  });

  test('reject arrays with different numbers of rows, unknown names and other files', async () => {
    await expect(fromNpz(blobOf(goldens.npz))).rejects.toMatchObject({ code: 'shape', op: 'fromNpz' });
    await expect(fromNpz(blobOf(goldens.npz), { arrays: ['z'] })).rejects.toMatchObject({ code: 'argument' });
    await expect(fromNpy(blobOf(goldens.npz))).rejects.toBeInstanceOf(FileError);
  });
});

describe('fromParquet', () => {
  const { files, rows } = goldens.parquet;

  test.each(Object.keys(files))('reads the rows of a file with the compression %s', async (compression) => {
    const columns = Object.keys(rows[0]);
    expect(await fromParquet(blobOf(files[compression]), { columns }).toArray()).toEqual(rows);
  });

  test('keeps integers that a number cannot represent', async () => {
    const [, second] = await fromParquet(blobOf(files.none), { columns: ['large'] }).toArray();
    expect(second).toEqual({ large: 2n ** 60n + 1n });
  });

  test('rejects unknown columns, and files that are not Parquet or are damaged', async () => {
    await expect(fromParquet(blobOf(files.none), { columns: ['nmae'] }).toArray()).rejects.toMatchObject({
      code: 'argument',
      data: { name: 'columns' },
    });
    await expect(fromParquet(blobOf(goldens.npz)).toArray()).rejects.toMatchObject({ code: 'data' });
    const random = randomSource(1);
    for (let i = 0; i < 60; i++) {
      const bytes = bytesOf(files.snappy);
      for (let k = 0; k < 8; k++) bytes[random.integer(0, bytes.length)] = random.integer(0, 256);
      await fromParquet(new Blob([bytes]))
        .toArray()
        .catch((error: unknown) => {
          if (!(error instanceof ManabiError) && !(error instanceof FileError)) throw error;
        });
    }
  });
});
