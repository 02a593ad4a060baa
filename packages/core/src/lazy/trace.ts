import { ManabiError } from '@manabi/ir';
import type { Trace } from './value.ts';
import { valuesCreated } from './value.ts';

let levels = 0;
const open: Trace[] = [];

/** Creates a trace, in which `inTrace` runs a function. */
export function newTrace(kind: Trace['kind'], transform: string, name: string): Trace {
  return { kind, transform, name, level: ++levels, start: valuesCreated() };
}

/** Runs a function with `trace` open. */
export function inTrace<R>(trace: Trace, run: () => R): R {
  open.push(trace);
  try {
    return run();
  } finally {
    open.pop();
  }
}

/** Returns the innermost open trace. */
export function currentTrace(): Trace | null {
  return open.at(-1) ?? null;
}

/** Whether numbers become constants, because the graph is traced once and replayed. */
export function tracingForReplay(): boolean {
  return open.some((trace) => trace.kind === 'jit');
}

/** Whether the function of a trace is still running. */
export function isOpen(trace: Trace): boolean {
  return open.includes(trace);
}

/** Returns the newer of two traces. */
export function newer(a: Trace | null, b: Trace | null): Trace | null {
  if (a === null || b === null) return a ?? b;
  return a.level > b.level ? a : b;
}

/** The error for asking values of a placeholder, during its trace or after it. */
export function tracerError(trace: Trace, asked: string): ManabiError {
  const { transform, name } = trace;
  const advice = isOpen(trace)
    ? `Its elements are not known while ${transform} traces ${name}: return the tensor and read it outside, or use ` +
      'where(), maximum() and the like in place of a branch on its value.'
    : `It was made while ${transform} traced ${name}, and has left that function by a side door: return it from the ` +
      'function (valueAndGrad has hasAux for that) in place of storing it outside.';
  return new ManabiError('tracing', `${asked} of a tensor that stands for an argument of ${name}. ${advice}`, {
    op: transform,
    data: { transform, function: name, open: isOpen(trace) },
  });
}
