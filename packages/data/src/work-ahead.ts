import { abortable, childController } from './abort.ts';

/**
 * Processes elements before they are requested: at most `limit` elements are started but not yet yielded. The elements
 * keep their order. When the consumer stops or the signal fires, pending calls of `start` are aborted and the iterator
 * returned by `open` is closed.
 *
 * @param start starts to process an element; if it fails, the error is thrown when the element is requested
 */
export async function* workAhead<T, U>(
  open: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
  limit: number,
  start: (element: T, index: number, signal: AbortSignal) => U | Promise<U>,
  outer: AbortSignal,
): AsyncGenerator<U, void, undefined> {
  const scope = childController(outer);
  const upstream = open(scope.signal);
  const started: Promise<U>[] = [];
  const arrived = bell();
  const taken = bell();
  let end: { readonly failure?: unknown } | undefined;

  const produce = async (): Promise<void> => {
    for (let index = 0; ; index++) {
      while (started.length >= limit) await abortable(taken.wait(), scope.signal);
      const result = await upstream.next();
      if (result.done) return;
      const work = beginWork(start, result.value, index, scope.signal);
      work.catch(() => undefined);
      started.push(work);
      arrived.ring();
    }
  };
  const production = produce()
    .then(
      () => {
        end = {};
      },
      (failure: unknown) => {
        end = { failure };
      },
    )
    .then(arrived.ring);

  try {
    while (true) {
      while (started.length === 0 && end === undefined) await abortable(arrived.wait(), outer);
      if (started.length === 0) {
        if (end !== undefined && 'failure' in end) throw end.failure;
        return;
      }
      const element = await abortable(started[0], outer);
      started.shift();
      taken.ring();
      yield element;
    }
  } finally {
    scope.abort();
    scope.unlink();
    await production;
    await upstream.return().catch(() => undefined);
  }
}

async function beginWork<T, U>(
  start: (element: T, index: number, signal: AbortSignal) => U | Promise<U>,
  element: T,
  index: number,
  signal: AbortSignal,
): Promise<U> {
  return start(element, index, signal);
}

/** Creates a condition: the promise of `wait` resolves when `ring` is called. */
function bell(): { wait(): Promise<void>; ring(): void } {
  let ring = () => {};
  let next = new Promise<void>((resolve) => {
    ring = resolve;
  });
  return {
    wait: () => next,
    ring: () => {
      ring();
      next = new Promise<void>((resolve) => {
        ring = resolve;
      });
    },
  };
}
