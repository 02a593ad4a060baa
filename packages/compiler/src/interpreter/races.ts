import { ManabiError } from '@manabi/ir';
import type { KernelWatch } from './interpret-kernel.ts';

/**
 * Position of an access within parallel loops, outermost first. Each loop adds two numbers: which run of the loop, and
 * which iteration.
 */
type Path = readonly number[];

/** Previous accesses to one element: the last write, and reads by up to two different iterations. */
interface Element {
  written: Path | null;
  readonly read: Path[];
}

/**
 * Creates an observer that detects races in a kernel: an element that one iteration of a parallel loop writes and
 * another iteration reads or writes, so that the result depends on their order.
 *
 * @param rootOf returns a number that identifies the buffer of a slot
 * @throws ManabiError `graph` at the first race
 */
export function raceWatch(kernel: string, rootOf: (slot: number) => number): KernelWatch {
  const known = new Map<number, Element[]>();
  const open: { readonly isOrdered: boolean; readonly run: number; iteration: number }[] = [];
  let runs = 0;
  let path: Path | null = null;

  const here = (): Path => {
    path ??= open.flatMap(({ isOrdered, run, iteration }) => (isOrdered ? [] : [run, iteration]));
    return path;
  };
  const race = (slot: number, at: number): ManabiError =>
    new ManabiError(
      'graph',
      `Kernel ${kernel} has a race: two iterations of a parallel loop access element ${at} of slot ${slot}.`,
      {
        op: 'interpretKernel',
        data: { slot, at },
      },
    );

  return {
    enter: (isOrdered) => {
      open.push({ isOrdered, run: runs++, iteration: 0 });
      path = null;
    },
    iterate: (iteration) => {
      open[open.length - 1].iteration = iteration;
      path = null;
    },
    leave: () => {
      open.pop();
      path = null;
    },
    access: (slot, at, written) => {
      const elements = known.get(rootOf(slot)) ?? [];
      known.set(rootOf(slot), elements);
      elements[at] ??= { written: null, read: [] };
      const element = elements[at];
      const now = here();
      if (element.written !== null && areApart(element.written, now)) throw race(slot, at);
      if (written) {
        if (element.read.some((reader) => areApart(reader, now))) throw race(slot, at);
        element.written = now;
      } else {
        element.read[element.read.length > 0 && areApart(element.read[0], now) ? 1 : 0] = now;
      }
    },
  };
}

/** Returns true if two accesses were made by different iterations in the same run of a parallel loop. */
function areApart(a: Path, b: Path): boolean {
  for (let i = 0; i + 1 < a.length && i + 1 < b.length; i += 2) {
    if (a[i] !== b[i]) return false;
    if (a[i + 1] !== b[i + 1]) return true;
  }
  return false;
}
