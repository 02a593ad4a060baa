import type { MatMulIntegerAttributes } from '@manabi/compiler';

/** Columns of a panel of the right operand: two vectors of four sums. */
export const PANEL = 8;

/** Terms are added in pairs, two pairs at a time; zeros fill the last four. */
export const TERMS = 4;

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
  /** Bytes of a panel: pairs of adjacent rows, interleaved. */
  readonly panelBytes: number;
  readonly panels: number;
  /** Rows and columns of the blocks whose sums are kept in registers. */
  readonly block: { readonly rows: number; readonly columns: number };
  readonly taskRows: number;
  readonly taskColumns: number;
  /** Numbers of tasks along the rows and columns. */
  readonly tasks: readonly [number, number];
  /** Offset of the corrections of the rows, and of the panels, and the size of the scratch memory in bytes. */
  readonly correctionOffset: number;
  readonly panelOffset: number;
  readonly bytes: number;
}

export function divisionOf({ rows, depth, columns }: MatMulIntegerAttributes): Division {
  const inPlace = rows <= MOST_ROWS_IN_PLACE;
  const padded = Math.ceil(depth / TERMS) * TERMS;
  const rowBytes = 2 * padded;
  const panelBytes = PANEL * padded;
  const panels = Math.ceil(columns / PANEL);
  const correctionOffset = aligned(rows * rowBytes);
  const panelOffset = correctionOffset + aligned(4 * rows);
  return {
    rows,
    depth,
    columns,
    inPlace,
    rowBytes,
    panelBytes,
    panels,
    // Eight vectors of sums, as far as registers allow.
    block: { rows: Math.min(4, rows), columns: rows === 1 ? 4 * PANEL : rows === 2 ? 2 * PANEL : PANEL },
    taskRows: TASK_ROWS,
    taskColumns: TASK_COLUMNS,
    tasks: [Math.ceil(rows / TASK_ROWS), Math.ceil(columns / TASK_COLUMNS)],
    correctionOffset,
    panelOffset,
    bytes: panelOffset + (inPlace ? 0 : panels * panelBytes),
  };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
