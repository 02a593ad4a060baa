import { ManabiError } from '@manabi/ir';
import type { KernelWatch } from './interpret-kernel.ts';

/** The parallel loops around an access, outermost first: which run of the loop, and which of its turns. */
type Path = readonly number[];

/** What is known of one element: who wrote it last, and two of the turns that have read it. */
interface Element {
  written: Path | null;
  readonly read: Path[];
}

/**
 * Watches a kernel for races: elements that one turn of a parallel loop writes and another one reads or writes, so that
 * the result depends on which runs first.
 *
 * @param rootOf gives slots that lie in one buffer the same number
 * @throws ManabiError `graph` at the first race
 */
export function raceWatch(kernel: string, rootOf: (slot: number) => number): KernelWatch {
  const known = new Map<number, Element[]>();
  const open: { readonly isOrdered: boolean; readonly run: number; turn: number }[] = [];
  let runs = 0;
  let path: Path | null = null;

  const here = (): Path => {
    path ??= open.flatMap(({ isOrdered, run, turn }) => (isOrdered ? [] : [run, turn]));
    return path;
  };
  const race = (slot: number, at: number): ManabiError =>
    new ManabiError('graph', `In kernel ${kernel} two turns of a parallel loop use element ${at} of slot ${slot}.`, {
      op: 'interpretKernel',
      data: { slot, at },
    });

  return {
    enter: (isOrdered) => {
      open.push({ isOrdered, run: runs++, turn: 0 });
      path = null;
    },
    turn: (turn) => {
      open[open.length - 1].turn = turn;
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

/** True if two accesses lie in different turns of the same run of a parallel loop. */
function areApart(a: Path, b: Path): boolean {
  for (let i = 0; i + 1 < a.length && i + 1 < b.length; i += 2) {
    if (a[i] !== b[i]) return false;
    if (a[i + 1] !== b[i + 1]) return true;
  }
  return false;
}
