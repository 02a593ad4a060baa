/** Merges by the indices of the left and the right token: rank, and index of the merged token. */
export type Merges = Map<number, Map<number, { readonly rank: number; readonly to: number }>>;

/** A pair that can be merged. */
interface Candidate {
  readonly rank: number;
  /** Position of the left symbol. */
  readonly position: number;
  readonly to: number;
}

/**
 * Merges adjacent symbols, the pair of lowest rank first and of equal pairs the leftmost, until no pair can be merged. A
 * heap of candidates keeps the time of long words near-linear.
 */
export function mergeSymbols(symbols: readonly number[], merges: Merges): number[] {
  const current: (number | null)[] = [...symbols];
  const next = symbols.map((_, i) => (i + 1 < symbols.length ? i + 1 : -1));
  const previous = symbols.map((_, i) => i - 1);
  const heap: Candidate[] = [];
  const mergeAt = (position: number): { readonly rank: number; readonly to: number } | undefined => {
    const [left, right] = [current[position], next[position] < 0 ? null : current[next[position]]];
    return left === null || right === null ? undefined : merges.get(left)?.get(right);
  };
  const offer = (position: number): void => {
    const found = mergeAt(position);
    if (found !== undefined) push(heap, { ...found, position });
  };
  for (let i = 0; i < symbols.length; i++) offer(i);
  for (let top = pop(heap); top !== undefined; top = pop(heap)) {
    const { position } = top;
    // A candidate is out of date if one of its symbols was merged since.
    if (current[position] === null || mergeAt(position)?.to !== top.to) continue;
    const right = next[position];
    current[position] = top.to;
    current[right] = null;
    next[position] = next[right];
    if (next[right] >= 0) previous[next[right]] = position;
    if (previous[position] >= 0) offer(previous[position]);
    offer(position);
  }
  return current.filter((symbol) => symbol !== null);
}

function isBefore(a: Candidate, b: Candidate): boolean {
  return a.rank !== b.rank ? a.rank < b.rank : a.position < b.position;
}

function push(heap: Candidate[], candidate: Candidate): void {
  let i = heap.length;
  heap.push(candidate);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!isBefore(candidate, heap[parent])) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = candidate;
}

function pop(heap: Candidate[]): Candidate | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
    if (!isBefore(heap[child], last)) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return top;
}
