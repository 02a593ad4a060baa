import type { Backend, Executable, Graph, TensorType } from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { isLost } from '../run/backends.ts';
import { compileOn } from '../run/executables.ts';
import { type TracedFunction, traceFunction } from '../transforms/trace-function.ts';
import type { Structure } from '../tree.ts';
import { dataWithin, fillPattern, type Pattern, tracedWith, withNumbers } from './pattern.ts';

/** A jitted function for one signature: traced, and compiled for the backends that it ran on. */
export interface Specialization {
  readonly name: string;
  readonly pattern: Pattern;
  /** Captured tensors: inputs behind those of the arguments. */
  readonly captured: readonly LazyValue[];
  readonly graph: Graph;
  /** Positions of the graph's inputs that the executable may overwrite and releases. */
  readonly donated: readonly number[];
  /** For each input, whether the caller gives it away. */
  readonly given: readonly boolean[];
  /** How the result is built. */
  readonly structure: Structure;
  /** Where each tensor of the result comes from. */
  readonly sources: readonly Source[];
  readonly compiled: Map<Backend, Executable>;
  /** The backend of the last call, to be tried first. */
  backend: Backend | null;
}

/** Where a result comes from: an output of the executable, or a given input that is handed back as it is. */
export type Source =
  | { readonly kind: 'output'; readonly position: number; readonly type: TensorType }
  | { readonly kind: 'input'; readonly position: number; readonly type: TensorType };

/** A function that was traced for arguments of a pattern, in which it is known how each number is used. */
export interface TracedCall {
  readonly pattern: Pattern;
  readonly traced: TracedFunction;
}

/**
 * Traces a function for arguments of a pattern.
 *
 * @throws ManabiError `tracing` if the function is asynchronous, or whatever it throws
 */
export function traceFor(name: string, f: JittedFunction, called: Pattern): TracedCall {
  const traced = traceFunction(
    'jit',
    name,
    tracedWith(called),
    (stand) => {
      const args = fillPattern(called, stand);
      return Array.isArray(args) ? f(...args) : undefined;
    },
    'jit',
  );
  return { pattern: withNumbers(called, traced.numbers), traced };
}

/** A function as `jit` takes it. */
export type JittedFunction = (...args: readonly unknown[]) => unknown;

/**
 * Makes a traced function ready to be compiled.
 *
 * @param donate positions of arguments that the caller gives away
 */
export function specialize(name: string, { pattern, traced }: TracedCall, donate: readonly number[]): Specialization {
  const { graph } = traced.captured;
  const within = dataWithin(pattern, donate);
  const given = Array.from({ length: graph.inputCount }, (_, i) => within[i] ?? false);
  const sources: Source[] = [];
  const outputs: number[] = [];
  const handedBack = new Set<number>();
  for (const value of graph.outputs) {
    const type = graph.types[value];
    // The tensors of a result are disposed of and donated one by one, so that each has a buffer of its own.
    if (value < graph.inputCount && given[value] && !handedBack.has(value)) {
      handedBack.add(value);
      sources.push({ kind: 'input', position: value, type });
    } else {
      sources.push({ kind: 'output', position: outputs.push(value) - 1, type });
    }
  }
  return {
    name,
    pattern,
    captured: traced.outside,
    graph: { ...graph, outputs },
    donated: given.flatMap((isGiven, i) => (isGiven && !handedBack.has(i) ? [i] : [])),
    given,
    structure: traced.structure,
    sources,
    compiled: new Map(),
    backend: null,
  };
}

/** The executable of a specialization on a backend. */
export function compiledFor(specialization: Specialization, backend: Backend): Executable | Promise<Executable> {
  const known = specialization.compiled.get(backend);
  if (known !== undefined) return known;
  const keep = (executable: Executable): Executable => {
    specialization.compiled.set(backend, executable);
    return executable;
  };
  const { graph, donated, name } = specialization;
  forgetLost(specialization);
  const compiled = compileOn(backend, graph, donated, name);
  return compiled instanceof Promise ? compiled.then(keep) : keep(compiled);
}

/** Gives up what was compiled for backends that were lost since. */
function forgetLost({ compiled }: Specialization): void {
  for (const [backend, executable] of compiled) {
    if (!isLost(backend)) continue;
    compiled.delete(backend);
    executable.dispose();
  }
}
