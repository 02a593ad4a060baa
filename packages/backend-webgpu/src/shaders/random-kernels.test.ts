import { beforeAll, expect, test } from '@jest/globals';
import { forEachStatement, type Kernel, type Plan, type Slot } from '@manabi/compiler';
import { type HostArray, isFloat, ManabiError, type ScalarOp } from '@manabi/ir';
import {
  allOps,
  bitsOf,
  gentleOps,
  interpretOn,
  type RandomKernel,
  randomKernel,
  vectorDTypes,
} from '@manabi/kernel-testing';
import { assertArraysClose, describeWhere, randomSource, webGpuRequirement } from '@manabi/testing';
import { createWebGpuBackend } from '../backend.ts';
import { openDevice } from '../device/open-device.ts';
import type { Tuning } from '../device/tuning.ts';
import { Commands } from '../runtime/commands.ts';
import { elementsOf, wordsOf } from '../runtime/elements.ts';
import { bufferOf, type Gpu, gpuOf } from '../runtime/gpu.ts';
import { RecordLayout } from '../runtime/index-record.ts';
import { loadPlan } from '../runtime/loaded-plan.ts';
import { readBack } from '../runtime/read-back.ts';
import { recordPlan } from '../runtime/record-plan.ts';
import { spanOf } from '../runtime/span.ts';

/** Number of kernels per test. Override with `MANABI_FUZZ`. */
const COUNT = Number(process.env.MANABI_FUZZ ?? 60);

/** Returns a plan whose only step is a kernel. Slots that the kernel writes are outputs, all others inputs. */
function planOf(kernel: Kernel, arrays: readonly HostArray[], written: ReadonlySet<number>): Plan {
  let [inputs, outputs] = [0, 0];
  const slots = arrays.map(({ dtype, data }, slot): Slot => {
    const place = written.has(slot)
      ? ({ kind: 'output', output: outputs++, reuses: null } as const)
      : ({ kind: 'input', input: inputs++ } as const);
    return { dtype, elements: data.length, bytes: 4 * data.length, packed: false, sliced: false, place };
  });
  const typesOf = (isOutput: boolean) => arrays.filter((_, slot) => written.has(slot) === isOutput);
  const sites = [{ op: 'gather', axis: 0, extent: 1, operand: 1 }];
  return {
    slots,
    steps: [{ kind: 'kernel', kernel }],
    arenas: [],
    inputs: typesOf(false),
    outputs: typesOf(true),
    sites,
  };
}

function writtenBy({ kernel }: RandomKernel): ReadonlySet<number> {
  const written = new Set<number>();
  forEachStatement(kernel.body, (statement) => {
    if (statement.kind === 'store') written.add(statement.slot);
  });
  return written;
}

/** Runs a kernel on the GPU, and returns the contents of all slots afterwards. */
async function run(gpu: Gpu, random: RandomKernel): Promise<readonly HostArray[]> {
  const { kernel, arrays } = random;
  const written = writtenBy(random);
  const records = new RecordLayout(gpu.device.limits.minStorageBufferOffsetAlignment);
  const held: Parameters<typeof loadPlan>[0]['held'] = [];
  const loaded = await loadPlan({ gpu, records, held }, planOf(kernel, arrays, written));
  const spans = arrays.map((array) => spanOf(bufferOf(gpu, wordsOf(array, gpu.halfBytes)), 4 * array.data.length));
  const commands = new Commands(gpu);
  const record = gpu.pool.take(records.bytes);
  const memory = {
    inputs: spans.filter((_, slot) => !written.has(slot)),
    outputs: spans.filter((_, slot) => written.has(slot)),
    arenas: [],
  };
  await recordPlan({ gpu, commands, record, timer: null }, loaded, memory, null);
  commands.submit();
  const read = await Promise.all(spans.map((span) => readBack(gpu, new Commands(gpu), span, span.bytes, 'read')));
  for (const buffer of [record, ...held, ...spans.map((span) => span.buffer)]) gpu.pool.give(buffer);
  return arrays.map(({ dtype, shape }, slot) => elementsOf({ dtype, shape }, false, gpu.halfBytes, read[slot]));
}

const iterationsOf = ({ axes }: Kernel): number => axes.reduce((count, { extent }) => count * extent, 1);

describeWhere(await webGpuRequirement(() => createWebGpuBackend()), 'random kernels on WebGPU', () => {
  const gpus = new Map<Tuning, Gpu>();

  beforeAll(async () => {
    for (const tuning of ['hardware', 'software'] as const) {
      gpus.set(
        tuning,
        gpuOf(
          await openDevice({ device: undefined, powerPreference: undefined, defaultLimits: undefined, tuning }),
          tuning,
          Number.POSITIVE_INFINITY,
        ),
      );
    }
  });

  const gpuFor = (tuning: Tuning): Gpu => {
    const gpu = gpus.get(tuning);
    if (gpu === undefined) throw new Error('The device is not open.');
    return gpu;
  };

  test('without reductions produce the same bits in both tunings', async () => {
    for (let seed = 0; seed < COUNT; seed++) {
      const random = randomKernel(randomSource(seed), { dtypes: vectorDTypes, ops: allOps, combines: [] });
      const [hardware, software] = await Promise.all([
        run(gpuFor('hardware'), random),
        run(gpuFor('software'), random),
      ]);
      for (const [slot, array] of hardware.entries()) {
        expect({ seed, slot, bits: bitsOf(software[slot]) }).toEqual({ seed, slot, bits: bitsOf(array) });
      }
    }
  });

  /** Runs random kernels. Returns the number of kernels that were refused, because a GPU cannot bind their buffers. */
  const compareWithInterpreter = async (gpu: Gpu, first: number, count: number): Promise<number> => {
    let refused = 0;
    for (let seed = first; seed < first + count; seed++) {
      const random = randomKernel(randomSource(seed), {
        dtypes: vectorDTypes,
        ops: gentleOps satisfies readonly ScalarOp[],
        combines: ['add', 'max', 'min'],
      });
      if (iterationsOf(random.kernel) > 8000) continue;
      const expected = interpretOn(random.kernel, random.arrays);
      const found = await run(gpu, random).catch((error: unknown) => {
        if (error instanceof ManabiError && error.code === 'memory') return null;
        throw error;
      });
      if (found === null) {
        refused++;
        continue;
      }
      for (const [slot, { dtype, data }] of found.entries()) {
        const tolerance = isFloat(dtype) ? { rtol: 1e-3, atol: 1e-3 } : { rtol: 0, atol: 0 };
        assertArraysClose(data, expected[slot].data, tolerance, `seed ${seed}, slot ${slot}`);
      }
    }
    return refused;
  };

  test.each(['hardware', 'software'] as const)(
    'compute the same values as the interpreter, tuned for %s',
    async (tuning) => expect(await compareWithInterpreter(gpuFor(tuning), 1000, COUNT)).toBe(0),
  );

  test.each(['hardware', 'software'] as const)(
    'compute the same values through small windows of buffers, tuned for %s',
    async (tuning) => {
      const gpu = gpuFor(tuning);
      const small = { ...gpu, limits: { ...gpu.limits, largest: 512 } };
      const count = Math.ceil(COUNT / 4);
      expect(await compareWithInterpreter(small, 2000, count)).toBeLessThan(count / 2);
    },
  );
});
