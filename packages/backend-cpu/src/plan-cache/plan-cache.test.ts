import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Backend, type Graph, graphBuilder, type HostArray, hostArray } from '@manabi/ir';
import { createCpuBackend } from '../index.ts';
import { createStoringBackend } from '../placement.ts';
import { FolderCache } from './folder-cache.ts';
import { createPlanCache } from './in-node.ts';
import type { PlanSettings } from './plan-cache.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manabi-plans-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  delete process.env.MANABI_PLAN_CACHE;
  jest.restoreAllMocks();
});

const x = hostArray('float32', [3], Float32Array.of(1, 2, 3));

/** A graph that multiplies its input by numbers. */
function product(...factors: readonly number[]): Graph {
  const b = graphBuilder();
  const input = b.input({ dtype: 'float32', shape: [3] });
  return b.finish([b.mul(input, b.constant(factors, 'float32', [3]))]);
}

async function outputOf(backend: Backend, graph: Graph): Promise<HostArray> {
  const executable = await backend.compile(graph, { donated: [] });
  const [output] = await executable.run([backend.upload(x)]);
  return backend.read(output);
}

const planFiles = (): readonly string[] => readdirSync(folder).map((name) => join(folder, name));

describe('a backend with a plan cache', () => {
  test('stores a plan once, in a folder that it creates', async () => {
    const planCache = join(folder, 'a', 'b');
    for (let round = 0; round < 2; round++)
      expect((await outputOf(createStoringBackend({ planCache }), product(2, 3, 4))).data).toEqual(
        Float32Array.of(2, 6, 12),
      );
    expect(readdirSync(planCache)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.plan$/)]);
  });

  test('runs the stored plan instead of compiling the graph', async () => {
    const planCache = folder;
    await outputOf(createStoringBackend({ planCache }), product(2, 3, 4));
    const [stored] = planFiles();
    await outputOf(createStoringBackend({ planCache }), product(5, 6, 7));
    const other = planFiles().find((file) => file !== stored);
    // The plan of the second graph under the name of the first one is recognized by its digest, and replaced.
    writeFileSync(stored, readFileSync(other ?? ''));
    expect((await outputOf(createStoringBackend({ planCache }), product(2, 3, 4))).data).toEqual(
      Float32Array.of(2, 6, 12),
    );
    utimesSync(stored, 0, 0);
    await outputOf(createStoringBackend({ planCache }), product(2, 3, 4));
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The time is set when the plan is read.
    expect(statSync(stored).mtimeMs).toBeGreaterThan(1000);
  });

  test.each([
    ['an empty file', () => new Uint8Array()],
    ['a file of something else', () => new TextEncoder().encode('not a plan')],
    ['a truncated plan', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
    ['a changed plan', (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 40 ? byte ^ 1 : byte))],
  ])('replaces %s', async (_, damage) => {
    await outputOf(createStoringBackend({ planCache: folder }), product(2, 3, 4));
    const [file] = planFiles();
    const whole = readFileSync(file);
    writeFileSync(file, damage(new Uint8Array(whole)));
    expect((await outputOf(createStoringBackend({ planCache: folder }), product(2, 3, 4))).data).toEqual(
      Float32Array.of(2, 6, 12),
    );
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  test('describes and reports the steps of a stored plan', async () => {
    const compile = () => createStoringBackend({ planCache: folder }).compile(product(2, 3, 4), { donated: [] });
    const [compiled, stored] = [await compile(), await compile()];
    expect(await stored.describe()).toBe(await compiled.describe());
    expect(await stored.steps?.()).toEqual(await compiled.steps?.());
    expect(planFiles()).toHaveLength(1);
  });

  test('does not store plans that compile fast', async () => {
    const graph = product(2, 3, 4);
    const cache = createPlanCache(folder, 1e9);
    const settings: PlanSettings = { donated: [], routines: [], memory: { min: 1 }, fused: false };
    cache?.entryOf(graph, settings).keep({
      module: new Uint8Array(),
      frame: { slots: [], inputs: [], outputs: [], sites: [], arenas: [], steps: [] },
      scratchBytes: 0,
      keptScratchBytes: 0,
      firstOverwrite: 0,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('takes the folder from MANABI_PLAN_CACHE unless the option says otherwise', async () => {
    process.env.MANABI_PLAN_CACHE = folder;
    await outputOf(createStoringBackend({ planCache: null }), product(2, 3, 4));
    expect(planFiles()).toHaveLength(0);
    await outputOf(createStoringBackend(), product(2, 3, 4));
    expect(planFiles()).toHaveLength(1);
    process.env.MANABI_PLAN_CACHE = '';
    await outputOf(createStoringBackend(), product(5, 6, 7));
    expect(planFiles()).toHaveLength(1);
  });

  test('warns once, and compiles, if plans cannot be stored', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const planCache = join(folder, 'file');
    writeFileSync(planCache, '');
    const backend = createStoringBackend({ planCache });
    expect((await outputOf(backend, product(2, 3, 4))).data).toEqual(Float32Array.of(2, 6, 12));
    expect((await outputOf(backend, product(5, 6, 7))).data).toEqual(Float32Array.of(5, 12, 21));
    expect(warn.mock.calls).toEqual([[expect.stringMatching(`Compiled plans cannot be stored in ${planCache}: `)]]);
  });

  test('reads plans from a folder that it cannot write to', async () => {
    await outputOf(createStoringBackend({ planCache: folder }), product(2, 3, 4));
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    chmodSync(folder, 0o500);
    try {
      await outputOf(createStoringBackend({ planCache: folder }), product(2, 3, 4));
    } finally {
      chmodSync(folder, 0o700);
    }
    expect(warn).not.toHaveBeenCalled();
  });

  test.each([
    ['an empty string', ''],
    ['a number', 3],
    ['true', true],
  ])('rejects %s as a folder', (_, planCache) => {
    // JavaScript callers may pass any value.
    expect(() => Reflect.apply(createCpuBackend, null, [{ planCache }])).toThrow(
      expect.objectContaining({ code: 'argument', message: expect.stringContaining('planCache') }),
    );
  });
});

describe('the name of a stored plan', () => {
  const settings: PlanSettings = { donated: [], routines: ['dot'], memory: { min: 1 }, fused: true };

  /** Returns the number of plans after storing a plan for each combination. */
  function storedFor(...given: readonly (readonly [version: string, graph: Graph, settings: PlanSettings])[]): number {
    const crypto = jest.requireActual<typeof import('node:crypto')>('node:crypto');
    const fs = jest.requireActual<typeof import('node:fs')>('node:fs');
    const path = jest.requireActual<typeof import('node:path')>('node:path');
    for (const [version, graph, each] of given) {
      new FolderCache(folder, version, 0, { crypto, fs, path }).entryOf(graph, each).keep({
        module: new Uint8Array(),
        frame: { slots: [], inputs: [], outputs: [], sites: [], arenas: [], steps: [] },
        scratchBytes: 0,
        keptScratchBytes: 0,
        firstOverwrite: 0,
      });
    }
    return planFiles().length;
  }

  test('is the same for graphs of the same structure', () => {
    expect(storedFor(['1', product(1, 2, 3), settings], ['1', product(1, 2, 3), { ...settings }])).toBe(1);
  });

  test('depends on the version, the constants and each setting', () => {
    const graph = product(1, 2, 3);
    const variants: readonly PlanSettings[] = [
      { ...settings, donated: [0] },
      { ...settings, routines: [] },
      { ...settings, memory: { min: 1, max: 65536, shared: true } },
      { ...settings, fused: false },
    ];
    expect(
      storedFor(
        ['1', graph, settings],
        ['2', graph, settings],
        ['1', product(1, 2, 4), settings],
        ...variants.map((each) => ['1', graph, each] as const),
      ),
    ).toBe(7);
  });

  test('depends on constants whose bits are not valid text', () => {
    // The bits of long constants are UTF-16 code units of the key: here surrogates without their partners.
    const long = (unit: number): Graph => {
      const bits = new Uint16Array(4 * 20).fill(unit);
      const b = graphBuilder();
      const values = Array.from(new Float64Array(bits.buffer));
      return b.finish([b.add(b.input({ dtype: 'float64', shape: [20] }), b.constant(values, 'float64', [20]))]);
    };
    expect(storedFor(['1', long(0xd800), settings], ['1', long(0xd801), settings])).toBe(2);
  });
});
