import type { Backend, Executable, Graph, TensorType } from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { isLost } from '../run/backends.ts';
import { compileOn } from '../run/executables.ts';
import { type TracedFunction, traceFunction } from '../transforms/trace-function.ts';
import type { Structure } from '../tree.ts';
import { dataWithin, fillPattern, type Pattern, tracedWith, withNumbers } from './pattern.ts';

/** A jitted function traced for one signature, and compiled for each backend on which it ran. */
export interface Specialization {
  readonly name: string;
  readonly pattern: Pattern;
  /** Tensors that the function captures, which are the last inputs of the graph. */
  readonly captured: readonly LazyValue[];
  readonly graph: Graph;
  /** Positions of the graph inputs whose buffers the executable may overwrite. It releases these buffers. */
  readonly donated: readonly number[];
  /** For each graph input, whether the caller donates it. */
  readonly given: readonly boolean[];
  /** Structure of the tree that the function returns. */
  readonly structure: Structure;
  /** Where the buffer of each tensor in the result comes from. */
  readonly sources: readonly Source[];
  readonly compiled: Map<Backend, Executable>;
  /** Backend of the last call; a call whose inputs are there starts without further checks. */
  backend: Backend | null;
}

/**
 * Where the buffer of a result comes from: an output of the executable, or a donated input that the function returns
 * unchanged.
 */
export type Source =
  | { readonly kind: 'output'; readonly position: number; readonly type: TensorType }
  | { readonly kind: 'input'; readonly position: number; readonly type: TensorType };

/** A traced function, and the signature of its arguments, which includes how each number is used. */
export interface TracedCall {
  readonly pattern: Pattern;
  readonly traced: TracedFunction;
}

/**
 * Traces a function for arguments with the given signature.
 *
 * @throws ManabiError `tracing` if the function is asynchronous; any error that the function throws
 */
export function traceFor(name: string, f: JittedFunction, called: Pattern): TracedCall {
  const traced = traceFunction(
    'jit',
    name,
    tracedWith(called),
    (placeholders) => {
      const args = fillPattern(called, placeholders);
      return Array.isArray(args) ? f(...args) : undefined;
    },
    'jit',
  );
  return { pattern: withNumbers(called, traced.numbers), traced };
}

/** Function passed to `jit`. */
export type JittedFunction = (...args: readonly unknown[]) => unknown;

/**
 * Creates the `Specialization` of a traced function for one signature, without compiling it.
 *
 * @param donate positions of donated arguments
 */
export function specialize(name: string, { pattern, traced }: TracedCall, donate: readonly number[]): Specialization {
  const { graph } = traced.captured;
  const within = dataWithin(pattern, donate);
  const given = Array.from({ length: graph.inputCount }, (_, i) => within[i] ?? false);
  const sources: Source[] = [];
  const outputs: number[] = [];
  const returned = new Set<number>();
  for (const value of graph.outputs) {
    const type = graph.types[value];
    // Each tensor in the result needs its own buffer, because each can be disposed of or donated without the others.
    if (value < graph.inputCount && given[value] && !returned.has(value)) {
      returned.add(value);
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
    donated: given.flatMap((isGiven, i) => (isGiven && !returned.has(i) ? [i] : [])),
    given,
    structure: traced.structure,
    sources,
    compiled: new Map(),
    backend: null,
  };
}

/** Returns the executable of a specialization for a backend. Compiles it when it is first requested. */
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

/** Disposes of the executables for lost backends. */
function forgetLost({ compiled }: Specialization): void {
  for (const [backend, executable] of compiled) {
    if (!isLost(backend)) continue;
    compiled.delete(backend);
    executable.dispose();
  }
}
