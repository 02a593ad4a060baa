import { type HostArray, hostArray } from '@manabi/ir';

export const matrixModes = ['binary', 'count', 'freq', 'tfidf'] as const;

/** How `textsToMatrix` weights words. */
export type MatrixMode = (typeof matrixModes)[number];

/** Numbers of texts, for the mode `tfidf`. */
interface DocumentCounts {
  readonly documentCount: number;
  readonly indexDocs: ReadonlyMap<number, number>;
}

/** Converts sequences of word indices to rows with one column per index. Indices of `width` or more are ignored. */
export function wordMatrix(
  sequences: readonly (readonly number[])[],
  width: number,
  mode: MatrixMode,
  { documentCount, indexDocs }: DocumentCounts,
): HostArray {
  const data = new Float32Array(sequences.length * width);
  sequences.forEach((sequence, row) => {
    const counts = new Map<number, number>();
    for (const index of sequence) if (index < width) counts.set(index, (counts.get(index) ?? 0) + 1);
    for (const [index, count] of counts) data[row * width + index] = weight(index, count, sequence.length);
  });
  return hostArray('float32', [sequences.length, width], data);

  function weight(index: number, count: number, length: number): number {
    switch (mode) {
      case 'binary':
        return 1;
      case 'count':
        return count;
      case 'freq':
        return count / length;
      case 'tfidf':
        return (1 + Math.log(count)) * Math.log(1 + documentCount / (1 + (indexDocs.get(index) ?? 0)));
    }
  }
}
