import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';
import { fileErrorFrom } from './file-error.ts';
import { FileError, writeFileAtomic } from './index.ts';
import { patternBytes } from './server.fixture.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);
const isPosix = process.platform !== 'win32';

async function* pieces(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield patternBytes(size);
}

/** The number of a process that has ended. */
async function endedProcess(): Promise<number | undefined> {
  const child = execFile(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('exit', resolve));
  return child.pid;
}

describe('writeFileAtomic', () => {
  test.each([
    ['text', () => '学び', '学び'],
    ['bytes', () => new TextEncoder().encode('bytes'), 'bytes'],
    ['a blob', () => new Blob(['a ', 'blob']), 'a blob'],
    ['a stream', () => new Blob(['stream']).stream(), 'stream'],
    ['nothing', () => '', ''],
  ])('writes %s', async (name, data, expected) => {
    const path = inFolder(`${name}.txt`);
    await writeFileAtomic(path, data());
    expect(await readFile(path, 'utf8')).toBe(expected);
  });

  test('writes pieces that come one by one, to a file URL, over an old file', async () => {
    const path = inFolder('pieces.bin');
    await writeFile(path, 'old');
    await writeFileAtomic(pathToFileURL(path), pieces(10, 100_000, 7));
    expect((await stat(path)).size).toBe(100_017);
  });

  test('keeps the mode of the old file and the link that leads to it', async () => {
    if (!isPosix) return;
    const path = inFolder('script.sh');
    await writeFile(path, 'old');
    await chmod(path, 0o754);
    await symlink(path, inFolder('link.sh'));
    await writeFileAtomic(inFolder('link.sh'), 'new');
    expect((await stat(path)).mode & 0o777).toBe(0o754);
    expect((await lstat(inFolder('link.sh'))).isSymbolicLink()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test('leaves the old file, and nothing else, when the data fails, with the error of the data', async () => {
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

  test('leaves the old file, and nothing else, when it is aborted', async () => {
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

  test('tells when the folder is missing or the path is a folder', async () => {
    await expect(writeFileAtomic(inFolder('no', 'such', 'file'), '')).rejects.toMatchObject({ code: 'notFound' });
    await mkdir(inFolder('a-folder'));
    await expect(writeFileAtomic(inFolder('a-folder'), '')).rejects.toBeInstanceOf(FileError);
    expect((await readdir(inFolder())).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('trouble', () => {
  test('a process that is killed while writing leaves the old file or the new one', async () => {
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

  test('what killed processes left is removed by the next write, what living ones are writing is not', async () => {
    await mkdir(inFolder('abandoned'));
    const path = inFolder('abandoned', 'model.bin');
    const machine = hostname().replace(/[^A-Za-z0-9-]/g, '-');
    const child = await endedProcess();
    const abandoned = `.model.bin.${machine}_${child}_0.tmp`;
    const ofOthers = [
      `.model.bin.${machine}_${process.ppid}_0.tmp`,
      `.model.bin.another-machine_${child}_0.tmp`,
      `.other.bin.${machine}_${child}_0.tmp`,
    ];
    for (const name of [abandoned, ...ofOthers]) await writeFile(inFolder('abandoned', name), 'half');
    await writeFileAtomic(path, 'new');
    expect((await readdir(inFolder('abandoned'))).sort()).toEqual([...ofOthers, 'model.bin'].sort());
  });

  test('a disk that takes no more is told as such, and the temporary file is removed', async () => {
    if (!isPosix) return;
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
  ])('%s of the system is %s', (system, code) => {
    const error = fileErrorFrom(Object.assign(new Error(system), { code: system }), 'write', 'model.bin');
    expect(error).toMatchObject({ code, data: { source: basename('model.bin'), action: 'write', system } });
  });
});
