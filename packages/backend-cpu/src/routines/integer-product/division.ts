import type { MatMulIntegerAttributes } from '@manabi/compiler';

/** Columns of a panel of the right operand: two vectors of four sums. */
export const PANEL = 8;

/** Terms of a sum that a panel stores next to each other; zeros fill the last ones. */
export const TERMS = 4;

/** Rows of a block of the left operand that are packed together. */
export const BLOCK_ROWS = 4;

/** Rows and columns of the result that one task computes. */
const TASK_ROWS = 32;
const TASK_COLUMNS = 64;

/** Rows up to which the right operand is read in place: copying it would take longer than the product. */
const MOST_ROWS_IN_PLACE = 3;

/** How a product is divided, and where its scratch memory is. */
export interface Division extends MatMulIntegerAttributes {
  /** Whether the right operand is read in place instead of from panels. */
  readonly inPlace: boolean;
  /** Bytes of a row of the left operand as int16, including zeros at the end. */
  readonly rowBytes: number;
  /** Bytes of a panel. */
  readonly panelBytes: number;
  readonly panels: number;
  /** Rows and columns of the blocks whose sums are kept in registers. */
  readonly block: { readonly rows: number; readonly columns: number };
  readonly taskRows: number;
  readonly taskColumns: number;
  /** Numbers of tasks along the rows and columns. */
  readonly tasks: readonly [number, number];
  /**
   * Offset of an int32 per row, the correction of the row if the right operand is read in place, or of one per block of rows, which
   * is not 0 if the block has no negative elements.
   */
  readonly notesOffset: number;
  /** Offset of the panels, and the size of the scratch memory in bytes. */
  readonly panelOffset: number;
  readonly bytes: number;
}

export function divisionOf({ rows, depth, columns }: MatMulIntegerAttributes): Division {
  const inPlace = rows <= MOST_ROWS_IN_PLACE;
  const padded = Math.ceil(depth / TERMS) * TERMS;
  const rowBytes = 2 * padded;
  const panelBytes = PANEL * padded;
  const panels = Math.ceil(columns / PANEL);
  const notesOffset = aligned(rows * rowBytes);
  const panelOffset = notesOffset + aligned(4 * rows);
  return {
    rows,
    depth,
    columns,
    inPlace,
    rowBytes,
    panelBytes,
    panels,
    // Eight vectors of sums, as far as registers allow.
    block: { rows: Math.min(BLOCK_ROWS, rows), columns: rows === 1 ? 4 * PANEL : rows === 2 ? 2 * PANEL : PANEL },
    taskRows: TASK_ROWS,
    taskColumns: TASK_COLUMNS,
    tasks: [Math.ceil(rows / TASK_ROWS), Math.ceil(columns / TASK_COLUMNS)],
    notesOffset,
    panelOffset,
    bytes: panelOffset + (inPlace ? 0 : panels * panelBytes),
  };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
