import { ManabiError } from '@manabi/errors';
import { withData } from '@manabi/errors/internal';
import { type Buffer, type BufferLedger, BufferRun, type RunSignature, sizeOf } from '@manabi/ir';
import { type PooledBuffer, pending } from '../device/buffer-pool.ts';
import { serviceThreads } from '../shaders/service-shaders.ts';
import type { Bound } from './bound.ts';
import { Commands } from './commands.ts';
import { storedBytesOf } from './elements.ts';
import type { Gpu } from './gpu.ts';
import { type GpuMemory, packedBytes, wordBytes } from './gpu-memory.ts';
import type { RecordLayout } from './index-record.ts';
import { LateCheck } from './late-check.ts';
import type { LoadedPlan } from './loaded-steps.ts';
import { fulfill, type Request, request } from './read-back.ts';
import { recordPlan } from './record-plan.ts';
import { type Span, spanOf } from './span.ts';
import type { StepTimer } from './step-timer.ts';
import { copyParts, windowOf } from './window.ts';

/** A graph compiled for a GPU. */
export interface GpuProgram {
  readonly loaded: LoadedPlan;
  readonly records: RecordLayout;
  readonly signature: RunSignature;
  readonly timer: StepTimer | null;
  /** Describes the program for messages. */
  readonly description: () => string;
}

/** Parts of the backend that runs use. */
export interface RunHost {
  readonly gpu: Gpu;
  readonly ledger: BufferLedger<GpuMemory>;
  /** Shader that packs uint8 elements. */
  readonly pack: Bound;
  /** Checks that the device is not lost. */
  readonly checkNotLost: () => void;
  /** Returns the error to report: that of the loss if the device is lost. */
  readonly reported: (error: unknown) => unknown;
}

/** Memory of a run besides that of its outputs. */
interface RunMemory {
  readonly inputs: readonly Span[];
  readonly packings: readonly Packing[];
  readonly arenas: readonly Span[];
  /** The record of index errors, and the request to read it after the run; null if no index is checked. */
  readonly record: { readonly buffer: PooledBuffer; readonly requested: Request } | null;
  /** Buffers to give back after the run. */
  readonly taken: readonly PooledBuffer[];
}

/** A uint8 input that is packed before the run. */
interface Packing {
  readonly from: Span;
  readonly to: Span;
  readonly words: number;
  readonly elements: number;
}

/**
 * Runs a program. New buffers must be allocated before anything runs, so a run that fails for lack of memory leaves its
 * inputs as they were. Runs whose buffers all come from the pool do not wait.
 *
 * @throws ManabiError `memory` if the GPU cannot allocate the memory of the run, with `inputsKept: true` in its data
 */
export function runPlan(
  host: RunHost,
  program: GpuProgram,
  given: readonly Buffer[],
): readonly Buffer[] | Promise<readonly Buffer[]> {
  const run = new BufferRun(host.ledger, program.signature, given);
  const taken: PooledBuffer[] = [];
  const keep = (error: unknown): never => {
    for (const buffer of taken) host.gpu.pool.give(buffer);
    const kept = error instanceof ManabiError ? withData(error, { inputsKept: true }) : error;
    run.fail(kept);
    throw kept;
  };
  let memory: RunMemory;
  let allocation: Promise<void> | null;
  try {
    for (const { work } of run.inputs) host.gpu.errors.check(work);
    memory = takeMemory(host.gpu, program, run, taken);
    allocation = pending([...[...run.inputs, ...run.outputs].map(({ buffer }) => buffer), ...taken]);
  } catch (error) {
    return keep(error);
  }
  if (allocation === null) return start(host, program, run, memory);
  return allocation.then(host.checkNotLost).then(() => start(host, program, run, memory), keep);
}

/** @param taken array to which this function adds all buffers that it takes from the pool */
function takeMemory(
  gpu: Gpu,
  { loaded, records, signature }: GpuProgram,
  run: BufferRun<GpuMemory>,
  taken: PooledBuffer[],
): RunMemory {
  const take = (bytes: number): PooledBuffer => {
    const buffer = gpu.pool.take(bytes);
    taken.push(buffer);
    return buffer;
  };
  const packings: Packing[] = [];
  const inputs = run.inputs.map(({ buffer, isPacked }, input) => {
    const type = signature.inputs[input];
    // Programs expect uint8 elements packed, but runs store each in a word.
    if (type.dtype !== 'uint8' || isPacked) return spanOf(buffer, storedBytesOf(type, isPacked, gpu.halfBytes));
    const bytes = packedBytes(type);
    const elements = sizeOf(type.shape);
    const to = spanOf(take(bytes), bytes);
    packings.push({ from: spanOf(buffer, 4 * elements), to, words: bytes / 4, elements });
    return to;
  });
  const arenas = loaded.plan.arenas.map((bytes) => spanOf(take(bytes), bytes));
  if (records.bytes === 0) return { inputs, packings, arenas, record: null, taken };
  const buffer = take(records.bytes);
  const requested = request(gpu, records.bytes);
  taken.push(requested.staging);
  return { inputs, packings, arenas, record: { buffer, requested }, taken };
}

/** Records and submits a run whose memory is allocated. */
function start(
  { gpu, pack, reported }: RunHost,
  { loaded, records, signature, timer, description }: GpuProgram,
  run: BufferRun<GpuMemory>,
  { inputs, packings, arenas, record, taken }: RunMemory,
): readonly Buffer[] | Promise<readonly Buffer[]> {
  const commands = new Commands(gpu);
  const work = gpu.errors.start();
  const giveBack = (): void => {
    // The staging buffer is given back once it was read.
    for (const buffer of taken) if (buffer !== record?.requested.staging) gpu.pool.give(buffer);
  };
  const succeed = (): readonly Buffer[] => {
    const checks = run.inputs.flatMap((input) => input.checks);
    if (record === null) {
      commands.submit();
    } else {
      const from = spanOf(record.buffer, records.bytes);
      const words = fulfill(gpu, commands, from, record.requested, 'run');
      checks.push(
        lateCheck(
          words.then((stored) => records.errorIn(new Uint32Array(stored))),
          reported,
        ),
      );
    }
    giveBack();
    if (commands.taken.some(isUncertain)) {
      checks.push(
        lateCheck(
          Promise.resolve(commands.taken)
            .then(pending)
            .then(() => null),
          reported,
        ),
      );
    }
    const open = [...new Set(checks)].filter(({ hasPassed }) => !hasPassed);
    for (const output of run.outputs) {
      output.checks = open;
      output.work = work;
    }
    return run.succeed();
  };
  const fail = (error: unknown): never => {
    giveBack();
    if (record !== null) gpu.pool.drop(record.requested.staging);
    timer?.discardRun();
    run.fail(error);
    throw reported(error);
  };
  let recorded: void | Promise<void>;
  try {
    gpu.watch.begin(description);
    if (record !== null) commands.clear(record.buffer);
    for (const { from, to, words, elements } of packings) {
      for (const { low, high } of copyParts(words, from.bytes > gpu.limits.largest ? 16 : null, gpu.limits)) {
        const source = windowOf(from, { low: 16 * low, high: 16 * (high + 1) }, 4, gpu.limits);
        const target = windowOf(to, { low: 4 * low, high: 4 * (high + 1) }, 4, gpu.limits);
        const count = high + 1 - low;
        const numbers = [count, elements - 4 * low, source.start + 4 * low, target.start + low];
        commands.dispatch(pack, [source, target], numbers, Math.ceil(count / serviceThreads));
      }
    }
    const outputs = run.outputs.map(({ buffer }, i) => spanOf(buffer, wordBytes(signature.outputs[i], gpu.halfBytes)));
    const recording = { gpu, commands, record: record?.buffer ?? null, timer };
    recorded = recordPlan(recording, loaded, { inputs, outputs, arenas }, null);
    if (timer !== null) recorded = Promise.resolve(recorded).then(() => timer.endRun(commands));
  } catch (error) {
    return fail(error);
  }
  return recorded === undefined ? succeed() : recorded.then(succeed, fail);
}

const isUncertain = ({ allocation: { settled, failure } }: PooledBuffer): boolean =>
  settled !== null || failure !== null;

function lateCheck(outcome: Promise<ManabiError | null>, reported: (error: unknown) => unknown): LateCheck {
  return new LateCheck(
    outcome.catch((error: unknown) => {
      const known = reported(error);
      return known instanceof ManabiError
        ? known
        : new ManabiError('backend', String(known), { op: 'run', cause: error });
    }),
  );
}
