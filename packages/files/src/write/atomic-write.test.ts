import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';
import { fileErrorFrom } from '../file-error.ts';
import { FileError, writeFileAtomic } from '../index.ts';
import { patternBytes } from '../server.fixture.ts';
import { temporaryFolder } from '../temporary-folder.fixture.ts';
import { temporaryName } from './temporary-file.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);
const isPosix = process.platform !== 'win32';
const testOnPosix = isPosix ? test : test.skip;

async function* pieces(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield patternBytes(size);
}

/** Starts a process, and returns its id after it has ended. */
async function endedProcess(): Promise<number | undefined> {
  const child = execFile(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('exit', resolve));
  return child.pid;
}

/** Returns a name that the process with the given id would give its temporary file for the file `name`. */
async function nameOfProcess(name: string, processId: number): Promise<string> {
  return (await temporaryName(name)).replace(`_${process.pid}_`, `_${processId}_`);
}

describe('writeFileAtomic', () => {
  test.each([
    ['text', () => '学び', '学び'],
    ['bytes', () => new TextEncoder().encode('bytes'), 'bytes'],
    ['a blob', () => new Blob(['a ', 'blob']), 'a blob'],
    ['a stream', () => new Blob(['stream']).stream(), 'stream'],
    ['an empty string', () => '', ''],
  ])('writes %s', async (name, data, expected) => {
    const path = inFolder(`${name}.txt`);
    await writeFileAtomic(path, data());
    expect(await readFile(path, 'utf8')).toBe(expected);
  });

  test('writes the chunks of an iterable to a file URL, and replaces an existing file', async () => {
    const path = inFolder('pieces.bin');
    await writeFile(path, 'old');
    await writeFileAtomic(pathToFileURL(path), pieces(10, 100_000, 7));
    expect((await stat(path)).size).toBe(100_017);
  });

  testOnPosix('keeps the mode of the old file and the link to it', async () => {
    const path = inFolder('script.sh');
    await writeFile(path, 'old');
    await chmod(path, 0o754);
    await symlink(path, inFolder('link.sh'));
    await writeFileAtomic(inFolder('link.sh'), 'new');
    expect((await stat(path)).mode & 0o777).toBe(0o754);
    expect((await lstat(inFolder('link.sh'))).isSymbolicLink()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test('keeps the old file when the stream of the data fails, and passes on its error', async () => {
    await mkdir(inFolder('failing'));
    const path = inFolder('failing', 'model.bin');
    await writeFileAtomic(path, 'old');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield patternBytes(1000);
      throw new RangeError('out of data');
    }
    await expect(writeFileAtomic(path, failing())).rejects.toThrow('out of data');
    expect(await readdir(inFolder('failing'))).toEqual(['model.bin']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  test('keeps the old file when the signal is aborted', async () => {
    await mkdir(inFolder('aborted'));
    const path = inFolder('aborted', 'model.bin');
    await writeFileAtomic(path, 'old');
    const controller = new AbortController();
    async function* aborting(): AsyncGenerator<Uint8Array> {
      yield patternBytes(1000);
      controller.abort();
    }
    await expect(writeFileAtomic(path, aborting(), { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await readdir(inFolder('aborted'))).toEqual(['model.bin']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  test('rejects a path in a missing folder, and a path that is a folder', async () => {
    await expect(writeFileAtomic(inFolder('no', 'such', 'file'), '')).rejects.toMatchObject({
      code: 'notFound',
      data: { system: 'ENOENT', action: 'write' },
    });
    await mkdir(inFolder('a-folder'));
    await expect(writeFileAtomic(inFolder('a-folder'), '')).rejects.toBeInstanceOf(FileError);
    expect((await readdir(inFolder())).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('writeFileAtomic: file names', () => {
  test.each([
    ['a surrogate pair at the cut of the temporary name', `${'a'.repeat(39)}😀.bin`],
    ['multi-byte letters', '学'.repeat(80)],
    ['the maximum number of bytes', 'x'.repeat(255)],
    ['a leading dot', '.hidden'],
    ['blanks and quotes', ' a \'b\' "c" '],
  ])('with %s are valid, and the temporary files that killed processes left for them are removed', async (_, name) => {
    await mkdir(inFolder('names'), { recursive: true });
    const left = await nameOfProcess(name, Number(await endedProcess()));
    await writeFile(inFolder('names', left), 'half');
    await writeFileAtomic(inFolder('names', name), 'new');
    expect(await readdir(inFolder('names'))).toEqual([name]);
    expect(await readFile(inFolder('names', name), 'utf8')).toBe('new');
    await rm(inFolder('names'), { recursive: true });
  });

  test('that are too long are rejected before the data is read', async () => {
    let isRead = false;
    async function* data(): AsyncGenerator<Uint8Array> {
      isRead = true;
      yield patternBytes(10);
    }
    await expect(writeFileAtomic(inFolder('x'.repeat(256)), data())).rejects.toMatchObject({ code: 'unsupported' });
    expect(isRead).toBe(false);
  });

  test('that are URLs of unsupported schemes are rejected', async () => {
    for (const url of ['http://localhost/x', 'https://localhost/x', 'data:,x', 'blob:x', 'ftp://localhost/x']) {
      for (const destination of [url, new URL(url)]) {
        await expect(writeFileAtomic(destination, '')).rejects.toMatchObject({
          name: 'FileError',
          code: 'unsupported',
        });
      }
    }
    for (const url of ['file://other-host/x', 'file:///a%2Fb']) {
      await expect(writeFileAtomic(url, '')).rejects.toMatchObject({ name: 'FileError' });
    }
    await expect(writeFileAtomic('', '')).rejects.toMatchObject({ name: 'FileError', code: 'notAFile' });
    await expect(writeFileAtomic('a\0b', '')).rejects.toMatchObject({ name: 'FileError' });
  });
});

(isPosix ? describe : describe.skip)('writeFileAtomic: devices, pipes and links', () => {
  const writeInShell = async (command: string): Promise<string> => {
    const runner = pathToFileURL(createRequire(import.meta.url).resolve('@tooling/run/register')).href;
    const program = fileURLToPath(new URL('./write.child.ts', import.meta.url));
    const node = [process.execPath, '--import', runner, '--conditions=@manabi/source', program];
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command, 'sh', ...node]);
    return stdout;
  };

  test('writes to a device without replacing it', async () => {
    await writeFileAtomic('/dev/null', patternBytes(100_000));
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
    await symlink('/dev/null', inFolder('null-link'));
    await writeFileAtomic(inFolder('null-link'), 'x');
    expect((await lstat(inFolder('null-link'))).isSymbolicLink()).toBe(true);
  });

  test('writes to /dev/stdout, whether it is a pipe or a file', async () => {
    expect(await writeInShell('"$@" /dev/stdout written | cat')).toBe('written');
    const path = inFolder('stdout.txt');
    await writeInShell(`(echo before; "$@" /dev/stdout written; echo after) >> ${path}`);
    expect(await readFile(path, 'utf8')).toBe('before\nwrittenafter\n');
  });

  test('writes to a pipe as soon as it has a reader', async () => {
    const path = inFolder('pipe');
    await promisify(execFile)('mkfifo', [path]);
    const writing = writeFileAtomic(path, patternBytes(300_000));
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', 'sleep 0.1; wc -c < "$1"', 'sh', path]);
    await writing;
    expect(Number(stdout)).toBe(300_000);
    expect((await lstat(path)).isFIFO()).toBe(true);
    const signal = AbortSignal.timeout(50);
    await expect(writeFileAtomic(path, 'x', { signal })).rejects.toMatchObject({ code: 'aborted' });
  });

  test('keeps a pipe open until its reader has received everything', async () => {
    const path = inFolder('busy-pipe');
    await promisify(execFile)('mkfifo', [path]);
    for (let i = 0; i < 40; i++) {
      const writing = writeFileAtomic(path, patternBytes(10));
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', 'wc -c < "$1"', 'sh', path]);
      expect(Number(stdout)).toBe(10);
      await writing;
    }
  });

  test('rejects a socket', async () => {
    const path = inFolder('socket');
    const server = createServer().listen(path);
    await once(server, 'listening');
    await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({ code: 'unsupported' });
    expect((await lstat(path)).isSocket()).toBe(true);
    server.close();
  });

  test('follows a link to a missing file: creates the file and keeps the link', async () => {
    await mkdir(inFolder('linked'));
    await symlink(inFolder('linked', 'file'), inFolder('one'));
    await symlink('one', inFolder('two'));
    await writeFileAtomic(inFolder('two'), 'new');
    expect(await readFile(inFolder('linked', 'file'), 'utf8')).toBe('new');
    expect((await lstat(inFolder('linked', 'file'))).isFile()).toBe(true);
    for (const link of ['one', 'two']) expect((await lstat(inFolder(link))).isSymbolicLink()).toBe(true);
  });

  test('rejects links that form a cycle, and links into missing folders', async () => {
    await symlink(inFolder('circle'), inFolder('circle'));
    await expect(writeFileAtomic(inFolder('circle'), 'x')).rejects.toMatchObject({ code: 'notFound' });
    await symlink(inFolder('no-folder', 'file'), inFolder('lost'));
    await expect(writeFileAtomic(inFolder('lost'), 'x')).rejects.toMatchObject({ code: 'notFound' });
    expect((await lstat(inFolder('lost'))).isSymbolicLink()).toBe(true);
  });
});

describe('writeFileAtomic: failures', () => {
  test('leaves either the complete old file or the complete new one when the process is killed', async () => {
    const path = inFolder('killed.bin');
    for (const milliseconds of [150, 190, 230, 270]) {
      await writeFile(path, new Uint8Array(400_000).fill(1));
      const program = new URL('./atomic-write.child.ts', import.meta.url);
      const { signal } = await runInNode(program, { args: [path, String(milliseconds)] });
      expect(signal).toBe('SIGKILL');
      const left = await readFile(path);
      expect(left.length).toBe(left[0] === 1 ? 400_000 : 500_000);
      expect(left.every((byte) => byte === left[0])).toBe(true);
    }
  });

  test('removes temporary files that killed processes left, and keeps those of running processes', async () => {
    await mkdir(inFolder('abandoned'));
    const path = inFolder('abandoned', 'model.bin');
    const child = await endedProcess();
    const abandoned = await nameOfProcess('model.bin', Number(child));
    const ofOthers = [
      await nameOfProcess('model.bin', process.ppid),
      abandoned.replace(/\.[^.]*_/, '.another-machine_'),
      await nameOfProcess('other.bin', Number(child)),
    ];
    for (const name of [abandoned, ...ofOthers]) await writeFile(inFolder('abandoned', name), 'half');
    await writeFileAtomic(path, 'new');
    expect((await readdir(inFolder('abandoned'))).sort()).toEqual([...ofOthers, 'model.bin'].sort());
  });

  testOnPosix('reports a full disk as noSpace and removes the temporary file', async () => {
    await mkdir(inFolder('full'));
    const path = inFolder('full', 'model.bin');
    const runner = pathToFileURL(createRequire(import.meta.url).resolve('@tooling/run/register')).href;
    const program = fileURLToPath(new URL('./full-disk.child.ts', import.meta.url));
    const limited = `trap '' XFSZ; ulimit -f 100; exec "$@"`;
    const node = [process.execPath, '--import', runner, '--conditions=@manabi/source', program, path];
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', limited, 'sh', ...node]);
    expect(stdout.trim()).toBe('noSpace');
    expect(await readdir(inFolder('full'))).toEqual([]);
  });

  test.each([
    ['ENOSPC', 'noSpace'],
    ['EDQUOT', 'noSpace'],
    ['EROFS', 'permission'],
    ['EIO', 'io'],
  ])('reports the system error %s as %s', (system, code) => {
    const error = fileErrorFrom(Object.assign(new Error(system), { code: system }), 'write', 'model.bin');
    expect(error).toMatchObject({ code, data: { source: basename('model.bin'), action: 'write', system } });
  });
});
