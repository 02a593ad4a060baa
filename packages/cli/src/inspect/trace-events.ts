import type { ModelProfile, ProfiledStep } from './profile-model.ts';

/** A step as an event of the Trace Event Format, which Perfetto and chrome://tracing display. */
interface TraceEvent {
  readonly name: string;
  readonly cat: 'step';
  /** An event with a duration. */
  readonly ph: 'X';
  /** Begin and duration in microseconds. */
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Returns the text of a trace file: the steps one after the other, with those of loops and branches within their step. Each
 * step has its shortest time, without pauses between steps.
 */
export function traceOf({ backend, clock, batchSize, steps }: ModelProfile): string {
  const starts: number[] = [];
  let end = 0;
  const traceEvents = steps.map((step): TraceEvent => {
    const { depth, milliseconds } = step;
    const begin = depth === 0 ? end : starts[depth];
    starts[depth] = begin + 1000 * milliseconds;
    // The first step inside begins with this step.
    starts[depth + 1] = begin;
    if (depth === 0) end = starts[0];
    return {
      name: step.name,
      cat: 'step',
      ph: 'X',
      ts: begin,
      dur: 1000 * milliseconds,
      pid: 1,
      tid: 1,
      args: argsOf(step),
    };
  });
  return `${JSON.stringify({ traceEvents, displayTimeUnit: 'ms', otherData: { backend, clock, batchSize } })}\n`;
}

function argsOf({ runs, operations, bytes, limit, threads, imbalance }: ProfiledStep): TraceEvent['args'] {
  return {
    runs,
    operations,
    bytes,
    ...(limit === null ? {} : { limit }),
    ...(threads === null ? {} : { threads, imbalance }),
  };
}
