import type { ConvolutionAttributes } from '@manabi/compiler';

/** Number of bytes of factors that are computed and multiplied together: they stay in the L2 cache. */
const NEAR_BYTES = 2 ** 20;

/** Largest number of tasks, each of which has factors of its own in memory. */
const MOST_TASKS = 16;

/** Largest number of bytes for the sums of all tasks that compute the gradient of filters. */
const MOST_BYTES = 2 ** 26;

/** Fewest tiles of a task with sums of its own, so that adding these takes little of the time. */
const TILES_PER_SUM = 100;

/** Number of vectors of a tile. */
export const POSITIONS = 16;

/** How a convolution is divided into tiles, blocks of tiles and tasks, and where their numbers are in scratch memory. */
export interface Division {
  /** Whether the convolution computes the gradient of filters. */
  readonly isGradient: boolean;
  /** Number of products per sum: channels, or images for the gradient of filters. */
  readonly inner: number;
  readonly filters: number;
  /** Rows and columns of the results, or of the gradient of the results. */
  readonly rows: number;
  readonly columns: number;
  readonly tileRows: number;
  readonly tileColumns: number;
  readonly tiles: number;
  /** Number of tiles of a block, a multiple of 4. */
  readonly together: number;
  readonly blocks: number;
  readonly blocksPerTask: number;
  readonly tasks: number;
  /** Bytes of the factors of a block, for one channel or filter. */
  readonly factorBytes: number;
  /** Bytes of the sums of a task, or of the transformed filters. */
  readonly sumBytes: number;
  /** Bytes of zeros at the start, which are read outside of images. */
  readonly zeroBytes: number;
  /** Offset of the first task's numbers. */
  readonly taskOffset: number;
  readonly taskBytes: number;
}

/** Divides a convolution. The division depends only on shapes. */
export function divisionOf({
  count,
  channels,
  filters,
  kernel,
  results,
  image,
  weights,
}: ConvolutionAttributes): Division {
  const isGradient = kernel.some((length) => length !== 3);
  // In the gradient of filters, the products are summed over images, and the channels of the image are results.
  const [images, inner] = isGradient ? [channels, count] : [count, channels];
  const [rows, columns] = isGradient ? kernel : results;
  const [tileRows, tileColumns] = [rows, columns].map((length) => Math.ceil(length / 2));
  const tiles = images * tileRows * tileColumns;
  const sumBytes = 4 * POSITIONS * inner * filters;
  const mostTasks = isGradient
    ? Math.max(1, Math.min(MOST_TASKS, Math.floor(MOST_BYTES / sumBytes), Math.ceil(tiles / TILES_PER_SUM)))
    : MOST_TASKS;
  // With few tiles in a block, filters and sums in memory would be read too often.
  const near = Math.max(64, Math.floor(NEAR_BYTES / (4 * POSITIONS * (inner + filters))));
  const together = 4 * Math.ceil(Math.min(near, tiles, Math.max(isGradient ? 64 : 16, tiles / mostTasks)) / 4);
  const blocks = Math.ceil(tiles / together);
  const factorBytes = 4 * POSITIONS * together;
  const blocksPerTask = Math.ceil(blocks / Math.min(blocks, mostTasks));
  const innerStep = 4 * image.strides[isGradient ? 0 : 2];
  const filterStep = isGradient ? 4 * weights.strides[1] : 0;
  const zeroBytes = 64 * Math.ceil((4 + Math.max(innerStep * inner, filterStep * filters)) / 64);
  return {
    isGradient,
    inner,
    filters,
    rows,
    columns,
    tileRows,
    tileColumns,
    tiles,
    together,
    blocks,
    blocksPerTask,
    tasks: Math.ceil(blocks / blocksPerTask),
    factorBytes,
    sumBytes,
    zeroBytes,
    taskOffset: zeroBytes + (isGradient ? 0 : sumBytes),
    taskBytes: factorBytes * (inner + filters) + (isGradient ? sumBytes : 0),
  };
}
