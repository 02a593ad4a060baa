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
import { yieldIfDue } from '../run/event-loop.ts';
import { type CurrentBackend, inOrder, inQueueOf } from '../run/in-order.ts';
import type { Tensor } from '../tensor.ts';
import { checkFunction, subjectOf } from '../transforms/trace-function.ts';
import { call } from './call.ts';
import { resultsOf, treeOf } from './results.ts';
import { type Fit, Specializations } from './specializations.ts';
import { compiledFor, type Specialization } from './specialize.ts';

/** Options of `jit`. */
export interface JitOptions {
  /**
   * Positions of arguments whose memory is reused for the results. The tensors in these arguments cannot be used after
   * the call. If a training loop donates the weights, its memory stays constant. Default: none.
   */
  readonly donate?: readonly number[];
  /**
   * Positions of arguments that contain a batch: all their tensors have the same number of rows on the first axis. A
   * batch is padded to the next larger of a few sizes by repeating its last row, and the added rows are removed from
   * the results. Batches of any size therefore share a few compiled plans. Padding is used only if the graph of the
   * function shows that no row of a result depends on later rows; otherwise, the function is compiled for each size.
   * The results equal those without padding up to rounding. Batches of the same size as the first one are not padded.
   * Default: none.
   */
  readonly batched?: readonly number[];
  /**
   * Position of an argument that is a mask with one row per row of the batch. It is padded with false (or 0). With such
   * a mask, padding is also used for functions that sum over rows, if they ignore rows whose mask is false. Default:
   * null, for none.
   */
  readonly rowMask?: number | null;
  /** Name of the function in error messages. Default: the `name` of the function. */
  readonly name?: string;
}

/**
 * Type of an argument of a jitted function: the type T in which host arrays, typed arrays and numbers may replace
 * tensors.
 */
export type JitArgument<T> = T extends Tensor
  ? Tensor | HostArray | ElementArray | number
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: JitArgument<T[K]> };

/** Types of all arguments of a jitted function. */
export type JitArguments<Args extends readonly unknown[]> = { readonly [K in keyof Args]: JitArgument<Args[K]> };

/** Types of all arguments for which to compile a jitted function, in which `{ shape, dtype }` may replace a tensor. */
export type JitSpecs<Args extends readonly unknown[]> = { readonly [K in keyof Args]: JitSpec<Args[K]> };

/** Type of one argument for which to compile a jitted function, in which `{ shape, dtype }` may replace a tensor. */
export type JitSpec<T> = T extends Tensor
  ? Tensor | HostArray | ElementArray | number | TensorType
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: JitSpec<T[K]> };

/**
 * A function compiled by `jit`: the first call with a signature traces and compiles it, and later calls run the
 * compiled graph.
 */
export interface Jitted<Args extends readonly unknown[], R> {
  (...args: Args | JitArguments<Args>): Promise<R>;
  /** The original function. Call it instead of the jitted one inside other traced functions. */
  readonly plain: (...args: Args) => R;
}

/** Name of an anonymous jitted function in messages. */
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
 * Returns the internal object of a jitted function, with which it is called and compiled.
 *
 * @throws ManabiError `argument` unless the function is jitted; `tracing` if a function is being traced
 */
export function internalsOf(op: string, f: object): Internals {
  const inner = internals.get(f);
  if (inner === undefined) throw wrongArgument({ op, name: 'f' }, 'a jitted function, as returned by jit()', f);
  checkNotTracing(op === 'dispatch' ? inner.name : op);
  return inner;
}

/**
 * Returns a compiled version of a function. The first call with a signature (shapes, dtypes and structure of the
 * arguments, values of strings and booleans) traces the function and compiles its graph; later calls run the compiled
 * graph. The compiled function is asynchronous: it returns a promise of the function's result.
 *
 * Tensors, numbers, typed arrays and host arrays in the arguments are inputs of the graph; strings and booleans are
 * constants. As in eager code, a number is converted to the dtype of the tensors it is combined with; by itself, it is
 * float32. Tensors that the function captures from outside are read in each call, but captured numbers are constants:
 * pass changing numbers as arguments.
 *
 * @throws ManabiError `tracing` if the compiled function is called inside another traced function, or if f is
 * asynchronous or reads elements; `donated` or `disposed` for a tensor that is no longer valid, and `donated` for a
 * donated tensor that occurs twice in one call; `argument` for arguments of unsupported types; `backend` for tensors of
 * two backends. If a run fails, `data.kept` states whether donated tensors are still valid.
 * @example
 * ```ts
 * import { jit, mul, sub, Tensor, tensor } from 'manabi';
 *
 * const step = jit((w: Tensor, gradient: Tensor, rate: Tensor | number) => sub(w, mul(gradient, rate)), { donate: [0] });
 * let w = tensor([1, 2]);
 * w = await step(w, tensor([10, 20]), 0.1);
 * console.log(await w.array()); // [0, 0]
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
    const iteration = yieldIfDue();
    if (iteration !== null) await iteration;
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

/**
 * Throws if an argument is both donated and batched: padding copies the argument, so its memory cannot be reused for
 * the results.
 */
function checkNotBoth(name: string, donate: readonly number[], batched: readonly number[]): void {
  const both = donate.find((position) => batched.includes(position));
  if (both === undefined) return;
  throw new ManabiError(
    'argument',
    `Argument ${both} of ${name} cannot be both donated and batched. Remove it from \`donate\`.`,
    {
      op: 'jit',
      data: { function: name, position: both },
    },
  );
}

/** Throws if a function is being traced: it cannot await the result of a jitted function. */
function checkNotTracing(name: string): void {
  const trace = currentTrace();
  if (trace === null) return;
  throw new ManabiError(
    'tracing',
    `${subjectOf(name)} is jitted and returns a promise, so it cannot be called while ${trace.transform} traces ${trace.name}. Call ` +
      `${name === UNNAMED ? 'f' : name}.plain inside traced functions, and jit only the outermost one.`,
    { op: name, data: { function: name, within: trace.name, transform: trace.transform } },
  );
}

/**
 * Compiles a jitted function for the current backend before its first call.
 *
 * @param specs arguments with the shapes and dtypes of later calls; `{ shape, dtype }` may replace a tensor
 * @throws ManabiError under the same conditions as a call of the jitted function; `argument` unless the function is
 * jitted
 * @example
 * ```ts
 * import { jit, mul, type Tensor, warmup, zeros } from 'manabi';
 *
 * const double = jit((x: Tensor) => mul(x, 2));
 * await warmup(double, { shape: [32, 784], dtype: 'float32' }); // compiles
 * const y = await double(zeros([32, 784])); // starts at once
 * console.log(y.shape); // [32, 784]
 * ```
 */
export async function warmup<Args extends readonly unknown[], R>(
  f: Jitted<Args, R>,
  ...specs: JitSpecs<Args>
): Promise<void> {
  const specialization = specializationOf('warmup', f, specs);
  await compileFor(await currentBackend(), specialization);
}

/**
 * Returns a text that describes the compiled plan of a jitted function for given arguments, with the bytes and FLOPs of
 * each step. Compiles the function if necessary. The format of the text may change between versions.
 *
 * @param specs arguments of the function; `{ shape, dtype }` may replace a tensor
 * @throws ManabiError under the same conditions as `warmup()`
 * @example
 * ```ts
 * import { inspect, jit, mul, Tensor } from 'manabi';
 *
 * const double = jit((x: Tensor) => mul(x, 2));
 * const plan = await inspect(double, { shape: [2], dtype: 'float32' });
 * console.log(plan.length > 0); // true
 * ```
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
 * Returns the steps of the compiled plan of a jitted function for given arguments, with the bytes and FLOPs of each
 * step. If the backend measures time, a step also states its shortest time in all calls so far. Compiles the function
 * if necessary.
 *
 * @param specs arguments of the function; `{ shape, dtype }` may replace a tensor
 * @throws ManabiError under the same conditions as `warmup()`; `backend` if the backend does not support profiling
 * @example
 * ```ts
 * import { jit, mul, profile, Tensor, tensor } from 'manabi';
 *
 * const double = jit((x: Tensor) => mul(x, 2));
 * const steps = await profile(double, tensor([1, 2]));
 * console.log(steps.length > 0); // true
 * ```
 */
export async function profile<Args extends readonly unknown[], R>(
  f: Jitted<Args, R>,
  ...specs: JitSpecs<Args>
): Promise<readonly StepReport[]> {
  const specialization = specializationOf('profile', f, specs);
  const executable = await compileFor(await lastBackend(specialization), specialization);
  if (executable.steps !== undefined) return executable.steps();
  throw new ManabiError('backend', 'The backend does not support profile(). Use the cpu backend.', {
    op: 'profile',
  });
}

function specializationOf(op: string, f: object, specs: readonly unknown[]): Specialization {
  return internalsOf(op, f).find(specs, true).specialization;
}

/**
 * Returns the backend that the last call used, or the current backend if there was no call or that backend was lost.
 */
function lastBackend({ backend }: Specialization): MaybeStarting {
  return backend === null || isLost(backend) ? currentBackend() : backend;
}

async function compileFor(backend: Backend, specialization: Specialization): Promise<Executable> {
  const executable = await inQueueOf(backend, () => compiledFor(specialization, backend));
  specialization.backend = backend;
  return executable;
}
