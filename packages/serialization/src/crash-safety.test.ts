import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '@manabi/backend-cpu/register';
import type { Model } from '@manabi/layers';
import { randomSource, runInNode } from '@manabi/testing';
import { loadModel, loadWeights, restoreCheckpoint, saveCheckpoint, saveModel, saveWeights } from './index.ts';
import { filled } from './saved-models.fixture.ts';
import type { Saves } from './saves.child.ts';

const program = new URL('./saves.child.ts', import.meta.url);
const NAMES = ['model.keras', 'training.checkpoint', 'weights.npz', 'weights.safetensors'];
/** Defines a test that is skipped on Windows, which has neither file size limits nor folder permissions. */
const testOnPosix = process.platform === 'win32' ? test.skip : test;
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'manabi-crash-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Creates a folder and saves a model to it as `.keras`, `.safetensors`, `.npz` and checkpoint. */
async function folderWith(name: string, model: Model): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  await saveModel(model, join(folder, 'model.keras'));
  await saveWeights(model, join(folder, 'weights.safetensors'));
  await saveWeights(model, join(folder, 'weights.npz'));
  await saveCheckpoint(model, join(folder, 'training.checkpoint'));
  return folder;
}

const weightsOf = async (model: Model): Promise<string> =>
  JSON.stringify((await model.getWeights()).map(({ data }) => [...data]));

/** Loads each of the four files of `folderWith` and returns its weights. An incomplete file causes an error. */
async function weightsIn(folder: string): Promise<string[]> {
  const models = [await loadModel(join(folder, 'model.keras'))];
  for (const load of [
    (model: Model) => loadWeights(model, join(folder, 'weights.safetensors')),
    (model: Model) => loadWeights(model, join(folder, 'weights.npz')),
    (model: Model) => restoreCheckpoint(model, join(folder, 'training.checkpoint')),
  ]) {
    const model = filled(0);
    await load(model);
    models.push(model);
  }
  return Promise.all(models.map(weightsOf));
}

const contents = async (folder: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, await readFile(join(folder, name), 'base64')] as const)),
  );

/** Number of saves during which processes are killed; larger if `MANABI_FUZZ` is set. */
const SAVES = process.env.MANABI_FUZZ === undefined ? 60 : 1000;

describe(`kill -9 during ${SAVES} saves`, () => {
  test('leaves either the old or the new file in every format, and the next save removes temporary files', async () => {
    const [old, next] = [filled(1), filled(2)];
    const folder = await folderWith('killed', old);
    const possible = [await weightsOf(old), await weightsOf(next)];
    const random = randomSource(1);
    let saves = 0;
    for (let kill = 0; kill < 4 || saves < SAVES; kill++) {
      const args: Saves = { folder, killWithin: random.uniform(20, 1000) };
      const { signal, stdout, stderr } = await runInNode(program, { args: [JSON.stringify(args)], timeout: 300_000 });
      expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
      saves += Number(stdout.trim().split(' ').at(-1));
      for (const weights of await weightsIn(folder)) expect(possible).toContain(weights);
    }
    await saveModel(old, join(folder, 'model.keras'));
    await saveWeights(old, join(folder, 'weights.safetensors'));
    await saveWeights(old, join(folder, 'weights.npz'));
    await saveCheckpoint(old, join(folder, 'training.checkpoint'));
    expect((await readdir(folder)).sort()).toEqual(NAMES);
  }, 300_000);
});

describe('a failing save throws a FileError and leaves only the old files', () => {
  /** Runs `saves` in another process, started by a shell after the command `setUp`. */
  async function runUnder(setUp: string, saves: Saves): Promise<{ done: number; codes: string[] }> {
    const runner = pathToFileURL(createRequire(import.meta.url).resolve('@tooling/run/register')).href;
    const node = [process.execPath, '--import', runner, '--conditions=@manabi/source', fileURLToPath(program)];
    const command = ['-c', `${setUp} exec "$@"`, 'sh', ...node, JSON.stringify(saves)];
    return JSON.parse((await promisify(execFile)('/bin/sh', command)).stdout);
  }

  testOnPosix('on a full disk', async () => {
    const folder = await folderWith('full', filled(1));
    const before = await contents(folder);
    // A file size limit of four blocks of 512 bytes, which fails like a full disk.
    const { done, codes } = await runUnder(`trap '' XFSZ; ulimit -f 4;`, { folder, count: 2 });
    expect({ done, codes }).toEqual({ done: 0, codes: Array.from({ length: 8 }, () => 'noSpace') });
    expect(await contents(folder)).toEqual(before);
    expect((await readdir(folder)).sort()).toEqual(NAMES);
  });

  testOnPosix('in a read-only folder', async () => {
    const folder = await folderWith('read-only', filled(1));
    const before = await contents(folder);
    await chmod(root, 0o755);
    await chmod(folder, 0o555);
    const asNobody = process.getuid?.() === 0;
    const { done, codes } = await runUnder('', { folder, count: 2, asNobody });
    expect({ done, codes }).toEqual({ done: 0, codes: Array.from({ length: 8 }, () => 'permission') });
    await chmod(folder, 0o755);
    expect(await contents(folder)).toEqual(before);
    expect((await readdir(folder)).sort()).toEqual(NAMES);
  });
});
