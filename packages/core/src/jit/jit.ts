import {
  count,
  type KindsOf,
  listOf,
  ManabiError,
  name as nameKind,
  nullable,
  optional,
  readOptions,
  wrongArgument,
} from '@manabi/errors';
import type { Backend, ElementArray, Executable, HostArray, StepReport, TensorType } from '@manabi/ir';
import { currentTrace } from '../lazy/trace.ts';
import type { MaybeStarting } from '../run/backend-queues.ts';
import { currentBackend, isLost } from '../run/backends.ts';
import { type CurrentBackend, inOrder, inQueueOf } from '../run/in-order.ts';
import { turnIfDue } from '../run/turn.ts';
import type { Tensor } from '../tensor.ts';
import { checkFunction } from '../transforms/trace-function.ts';
import { call } from './call.ts';
import { resultsOf, treeOf } from './results.ts';
import { type Fit, Specializations } from './specializations.ts';
import { compiledFor, type Specialization } from './specialize.ts';

/** How a function is jitted. */
export interface JitOptions {
  /**
   * Positions of arguments that are given away: their memory is reused for the results, and their tensors are gone after
   * the call. This is what keeps a training loop flat.
   */
  readonly donate?: readonly number[];
  /**
   * Positions of arguments whose data all have the same number of rows, the first axis: a batch. Batches of any size then
   * share a few plans: they are padded to the next of a series of sizes by repeating their last row, and the results are
   * cut back. That is only done where it is proven, from the traced function, that no result depends on the rows that
   * follow; other functions are compiled for each size. Beyond rounding, results are those of the size that is given. The
   * size of the first batch has a plan of its own.
   */
  readonly batched?: readonly number[];
  /**
   * The position of one more argument with a row for each row of the batch, which is padded with false (or 0): a mask by
   * which a function leaves out of its sums what does not count, so that batches of any size share plans there, too.
   */
  readonly rowMask?: number | null;
  /** Named in messages; by default the function's own name. */
  readonly name?: string;
}

/** What may stand in an argument of a jitted function in place of what its function is written for. */
export type JitArgument<T> = T extends Tensor
  ? Tensor | HostArray | ElementArray | number
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: JitArgument<T[K]> };

/** Arguments of a jitted function. */
export type JitArguments<Args extends readonly unknown[]> = { readonly [K in keyof Args]: JitArgument<Args[K]> };

/** Arguments to compile for: with a shape and a dtype in place of tensors. */
export type JitSpecs<Args extends readonly unknown[]> = { readonly [K in keyof Args]: JitSpec<Args[K]> };

/** An argument to compile for. */
export type JitSpec<T> = T extends Tensor
  ? Tensor | HostArray | ElementArray | number | TensorType
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: JitSpec<T[K]> };

/** A function that is traced once for each signature, compiled, and replayed. */
export interface Jitted<Args extends readonly unknown[], R> {
  (...args: Args | JitArguments<Args>): Promise<R>;
  /** The function itself: what to call within other traced functions. */
  readonly plain: (...args: Args) => R;
}

/** How messages call a jitted function that has no name. */
const UNNAMED = 'the jitted function';

interface Internals {
  readonly name: string;
  readonly find: (args: readonly unknown[], specs: boolean, batchSize?: number | null) => Fit;
}

const internals = new WeakMap<object, Internals>();

const kinds = {
  donate: optional(listOf(count), []),
  batched: optional(listOf(count), []),
  rowMask: optional(nullable(count), null),
  name: optional(nameKind),
} satisfies KindsOf<JitOptions>;

/**
 * What is behind a jitted function.
 *
 * @throws ManabiError `argument` if the function is not jitted; `tracing` while another function is traced
 */
export function internalsOf(op: string, f: object): Internals {
  const inner = internals.get(f);
  if (inner === undefined) throw wrongArgument({ op, name: 'f' }, 'a jitted function, what jit(f) returns', f);
  checkNotTracing(op === 'dispatch' ? inner.name : op);
  return inner;
}

/**
 * Makes a function fast: it is traced once for each signature (shapes, dtypes, structure of the arguments, values of
 * strings and booleans), compiled as a whole, and replayed from then on. Whatever runs is awaited: the result is a
 * promise of what the function returns.
 *
 * Tensors, numbers, typed arrays and host arrays in the arguments are data; strings and booleans are settings. A number
 * takes the dtype of the tensors that it meets, as in eager code, and is float32 by itself. Tensors that the function refers to from outside are read anew at each call; numbers from outside are
 * constants of the trace, so what changes between calls belongs into the arguments.
 *
 * @throws ManabiError `tracing` when it is called while another function is traced, or its function is asynchronous or
 * reads values; `donated` for a tensor that is gone, or donated and used twice in one call; `argument` for arguments that
 * are neither data nor settings; `backend` for tensors of two backends. If a run fails, the error says in `data.kept`
 * whether the donated tensors are still there.
 * @example
 * ```ts
 * const step = jit((params, x, y, rate) => {
 *   const [loss, grads] = valueAndGrad(lossOf)(params, x, y);
 *   return [tree.map((p, g) => sub(p, mul(g, rate)), params, grads), loss];
 * }, { donate: [0] });
 * [params, loss] = await step(params, x, y, 0.1);
 * ```
 */
export function jit<Args extends readonly unknown[], R>(f: (...args: Args) => R, options?: JitOptions): Jitted<Args, R>;
export function jit(
  f: (...args: readonly unknown[]) => unknown,
  options: JitOptions = {},
): Jitted<readonly unknown[], unknown> {
  checkFunction('jit', f);
  const { donate, rowMask, name = f.name || UNNAMED, ...given } = readOptions('jit', options, kinds);
  const batched = [...given.batched, ...(rowMask === null ? [] : [rowMask])];
  checkNotBoth(name, donate, batched);
  const specializations = new Specializations(f, { name, donate, batched, rowMask });
  const find: Internals['find'] = (args, specs, batchSize) => specializations.find(args, specs, batchSize);

  const run = async (args: readonly unknown[]): Promise<unknown> => {
    const { specialization, leaves, types } = find(args, false);
    const results = resultsOf(types);
    const work = (current: CurrentBackend) => call(specialization, leaves, results, current);
    await inOrder(leaves, work, specialization.captured, results);
    const turn = turnIfDue();
    if (turn !== null) await turn;
    return treeOf(specialization, results);
  };
  const jitted = (...args: readonly unknown[]): Promise<unknown> => {
    checkNotTracing(name);
    return run(args);
  };
  const result = Object.assign(jitted, { plain: f });
  Object.defineProperty(result, 'name', { value: name });
  internals.set(result, { name, find });
  return result;
}

/** What is padded is another tensor than the one that would be given away. */
function checkNotBoth(name: string, donate: readonly number[], batched: readonly number[]): void {
  const both = donate.find((position) => batched.includes(position));
  if (both === undefined) return;
  throw new ManabiError('argument', `Argument ${both} of ${name} cannot be both donated and batched.`, {
    op: 'jit',
    data: { function: name, position: both },
  });
}

/** In a trace nobody can await. */
function checkNotTracing(name: string): void {
  const trace = currentTrace();
  if (trace === null) return;
  throw new ManabiError(
    'tracing',
    `${name} was called while ${trace.transform} traces ${trace.name}, but what is jitted runs by itself, and gives a ` +
      `promise. Use the plain function there, ${name === UNNAMED ? 'f' : name}.plain; to make all of it fast, jit ` +
      'what is outermost.',
    { op: name, data: { function: name, within: trace.name, transform: trace.transform } },
  );
}

/**
 * Compiles a jitted function ahead of its first call, on the current backend.
 *
 * @param specs arguments like those of the calls to come, with `{ shape, dtype }` in place of tensors where wanted
 * @throws ManabiError as the jitted function; `argument` if the function is not jitted
 * @example `await warmup(step, params, { shape: [32, 784], dtype: 'float32' }, { shape: [32], dtype: 'int32' }, 0.1);`
 */
export async function warmup<Args extends readonly unknown[], R>(
  f: Jitted<Args, R>,
  ...specs: JitSpecs<Args>
): Promise<void> {
  const specialization = specializationOf('warmup', f, specs);
  await compileFor(await currentBackend(), specialization);
}

/**
 * What runs for arguments like these, for people: steps with bytes and FLOPs. Compiles if need be.
 *
 * @throws ManabiError as `warmup`
 * @example `console.log(await inspect(step, params, x, y, 0.1));`
 */
export async function inspect<Args extends readonly unknown[], R>(
  f: Jitted<Args, R>,
  ...specs: JitSpecs<Args>
): Promise<string> {
  const specialization = specializationOf('inspect', f, specs);
  const executable = await compileFor(await lastBackend(specialization), specialization);
  return executable.describe();
}

/**
 * The steps that run for arguments like these: what each has to do, and the shortest time that it took in the calls so
 * far, if the backend measures. Compiles if need be.
 *
 * @throws ManabiError as `warmup`; `backend` if the backend does not tell its steps
 * @example
 * ```ts
 * registerBackend('cpu', () => createCpuBackend({ measures: true })); // before anything runs
 * for (let i = 0; i < 10; i++) [params, loss] = await step(params, x, y);
 * console.table(await profile(step, params, x, y));
 * ```
 */
export async function profile<Args extends readonly unknown[], R>(
  f: Jitted<Args, R>,
  ...specs: JitSpecs<Args>
): Promise<readonly StepReport[]> {
  const specialization = specializationOf('profile', f, specs);
  const executable = await compileFor(await lastBackend(specialization), specialization);
  if (executable.steps !== undefined) return executable.steps();
  throw new ManabiError('backend', 'The backend does not tell the steps of what it runs; the cpu backend does.', {
    op: 'profile',
  });
}

function specializationOf(op: string, f: object, specs: readonly unknown[]): Specialization {
  return internalsOf(op, f).find(specs, true).specialization;
}

/** The backend of the last call; the current one if there was none, or it was lost. */
function lastBackend({ backend }: Specialization): MaybeStarting {
  return backend === null || isLost(backend) ? currentBackend() : backend;
}

async function compileFor(backend: Backend, specialization: Specialization): Promise<Executable> {
  const executable = await inQueueOf(backend, () => compiledFor(specialization, backend));
  specialization.backend = backend;
  return executable;
}
