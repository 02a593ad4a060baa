import { ManabiError } from '@manabi/ir';
import type { Trace } from './value.ts';
import { valuesCreated } from './value.ts';

let levels = 0;
const open: Trace[] = [];

/** Creates the record of a trace. `inTrace` runs the traced function in it. */
export function newTrace(kind: Trace['kind'], transform: string, name: string): Trace {
  return { kind, transform, name, level: ++levels, start: valuesCreated() };
}

/** Runs a function with `trace` as the current trace. */
export function inTrace<R>(trace: Trace, run: () => R): R {
  open.push(trace);
  try {
    return run();
  } finally {
    open.pop();
  }
}

/** Returns the trace that is currently running, the innermost one if traces are nested; null if no trace is running. */
export function currentTrace(): Trace | null {
  return open.at(-1) ?? null;
}

/** Whether a function is being traced by `jit`. Numbers are then constants of its graph. */
export function tracingForReplay(): boolean {
  return open.some((trace) => trace.kind === 'jit');
}

/** Whether the traced function of a trace is still running. */
export function isOpen(trace: Trace): boolean {
  return open.includes(trace);
}

/** Returns the newer of two traces. */
export function newer(a: Trace | null, b: Trace | null): Trace | null {
  if (a === null || b === null) return a ?? b;
  return a.level > b.level ? a : b;
}

/**
 * Creates the error for reading or using the elements of a tensor that depends on the arguments of a traced function,
 * during or after the trace.
 *
 * @param action verb for the message: `read`, `copy`, `realize` or `use`
 */
export function tracerError(trace: Trace, action: string): ManabiError {
  const { transform, name } = trace;
  const message = isOpen(trace)
    ? `Cannot ${action} a tensor while ${transform} traces ${name}, because its elements are not known yet. Return it and ` +
      'read it outside the function, or use where() instead of branching on its value.'
    : `Cannot ${action} a tensor that leaked out of ${name}, where it was created while ${transform} traced the function. ` +
      'Return it from the function (with hasAux: true for valueAndGrad) instead of storing it outside.';
  return new ManabiError('tracing', message, {
    op: transform,
    data: { transform, function: name, open: isOpen(trace) },
  });
}
