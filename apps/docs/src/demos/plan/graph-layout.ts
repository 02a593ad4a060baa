import type { Operator } from './messages.ts';

export const BOX_WIDTH = 100;
export const BOX_HEIGHT = 38;
const GAP_X = 14;
const GAP_Y = 28;
/** Space above the first row, for the numbers of steps. */
const TOP = 18;
/** Sweeps that move operators below the operators that they read. */
const SWEEPS = 4;

/** A drawing of a graph, in pixels. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each operator. */
  readonly boxes: readonly { readonly x: number; readonly y: number }[];
  readonly lines: readonly { readonly from: number; readonly to: number; readonly path: string }[];
}

/** Places operators in rows: each below all operators that it reads, and inputs just above their first use. */
export function layoutGraph(operators: readonly Operator[]): GraphLayout {
  const rows = rowsOf(operators);
  const order: number[][] = Array.from({ length: Math.max(0, ...rows) + 1 }, () => []);
  rows.forEach((row, i) => {
    order[row].push(i);
  });
  const center = new Map<number, number>();
  const place = (row: readonly number[]): void => {
    row.forEach((i, at) => {
      center.set(i, at - (row.length - 1) / 2);
    });
  };
  order.forEach(place);
  const readers = operators.map((_, i) => operators.flatMap(({ operands }, j) => (operands.includes(i) ? [j] : [])));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighbors = (i: number) => (sweep % 2 === 0 ? operators[i].operands : readers[i]);
    const wish = (i: number) => {
      const near = neighbors(i).map((j) => center.get(j) ?? 0);
      return near.length === 0 ? (center.get(i) ?? 0) : near.reduce((sum, x) => sum + x, 0) / near.length;
    };
    for (const row of sweep % 2 === 0 ? order : order.toReversed()) {
      const wishes = new Map(row.map((i) => [i, wish(i)]));
      row.sort((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0));
      place(row);
    }
  }
  const most = Math.max(1, ...order.map((row) => row.length));
  const width = most * (BOX_WIDTH + GAP_X);
  const boxes = operators.map((_, i) => ({
    x: width / 2 + (center.get(i) ?? 0) * (BOX_WIDTH + GAP_X) - BOX_WIDTH / 2,
    y: rows[i] * (BOX_HEIGHT + GAP_Y) + TOP,
  }));
  const lines = operators.flatMap(({ operands }, to) =>
    operands.map((from) => ({ from, to, path: curve(boxes[from], boxes[to]) })),
  );
  return { width, height: order.length * (BOX_HEIGHT + GAP_Y), boxes, lines };
}

function rowsOf(operators: readonly Operator[]): readonly number[] {
  const rows: number[] = [];
  for (const { operands } of operators) rows.push(Math.max(-1, ...operands.map((i) => rows[i])) + 1);
  // An input stands just above the operator that reads it first.
  return operators.map(({ isInput }, i) => {
    if (!isInput) return rows[i];
    const uses = operators.flatMap(({ operands }, j) => (operands.includes(i) ? [rows[j]] : []));
    return uses.length === 0 ? 0 : Math.min(...uses) - 1;
  });
}

type Corner = GraphLayout['boxes'][number];

function curve(from: Corner, to: Corner): string {
  const [x0, y0] = [from.x + BOX_WIDTH / 2, from.y + BOX_HEIGHT];
  const [x1, y1] = [to.x + BOX_WIDTH / 2, to.y];
  const middle = Math.min(GAP_Y, (y1 - y0) / 2);
  return `M${x0} ${y0}C${x0} ${y0 + middle} ${x1} ${y1 - middle} ${x1} ${y1}`;
}
