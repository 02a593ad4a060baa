import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { batchCode } from './batch-code.ts';
import type { DotDivision } from './division.ts';
import { finishBlock } from './finish-block.ts';
import type { Product } from './product.ts';

type Tile = DotDivision & { kind: 'tile' };

/** Returns code in which each workgroup computes a tile of results, from operands that it copies to workgroup memory. */
export function tileEntry(product: Product, tile: Tile): EntryPoint {
  const { batches, m, n, k, type, left, right } = product;
  const { rows, columns, depth, threadRows, threadColumns } = tile;
  const threadsAcross = columns / threadColumns;
  const lanes = (rows / threadRows) * threadsAcross;
  const [down, across] = [Math.ceil(m / rows), Math.ceil(n / columns)];
  const vectors = threadColumns / 4;
  const sums = each(threadRows, (i) => each(vectors, (j) => `sum_${i}_${j}`));
  return {
    name: 'dot',
    lanes,
    groups: batches * down * across,
    shared: [
      `var<workgroup> left_tile: array<${type}, ${depth * rows}>;`,
      `var<workgroup> right_tile: array<vec4<${type}>, ${(depth * columns) / 4}>;`,
      `var<workgroup> left_rows: array<u32, ${rows}>;`,
      `var<workgroup> right_columns: array<u32, ${columns}>;`,
      `var<workgroup> left_terms: array<u32, ${depth}>;`,
      `var<workgroup> right_terms: array<u32, ${depth}>;`,
    ],
    body: [
      ...batchCode(product, `group / ${down * across}u`),
      `let first_row = ((group / ${across}u) % ${down}u) * ${rows}u;`,
      `let first_column = (group % ${across}u) * ${columns}u;`,
      `let tile_row = (lane / ${threadsAcross}u) * ${threadRows}u;`,
      `let tile_column = (lane % ${threadsAcross}u) * ${vectors}u;`,
      // Past the end, the last line or term is read, and replaced by zeros.
      `for (var i = lane; i < ${rows}u; i += ${lanes}u) {`,
      `let row = min(first_row + i, ${m - 1}u);`,
      `left_rows[i] = left + ${left.lineOffset('row')};`,
      '}',
      `for (var i = lane; i < ${columns}u; i += ${lanes}u) {`,
      `let column = min(first_column + i, ${n - 1}u);`,
      `right_columns[i] = right + ${right.lineOffset('column')};`,
      '}',
      ...sums.flat().map((name) => `var ${name} = vec4<${type}>();`),
      `for (var first = 0u; first < ${k}u; first += ${depth}u) {`,
      `for (var i = lane; i < ${depth}u; i += ${lanes}u) {`,
      `let term = min(first + i, ${Math.max(k - 1, 0)}u);`,
      `left_terms[i] = ${left.termOffset('term')};`,
      `right_terms[i] = ${right.termOffset('term')};`,
      '}',
      'workgroupBarrier();',
      ...tileLoad(product, 'left', tile, lanes),
      ...tileLoad(product, 'right', tile, lanes),
      'workgroupBarrier();',
      `for (var k = 0u; k < ${depth}u; k++) {`,
      ...each(vectors, (j) => `let y${j} = right_tile[k * ${columns / 4}u + tile_column + ${j}u];`),
      ...each(threadRows, (i) => [
        `let x${i} = left_tile[k * ${rows}u + tile_row + ${i}u];`,
        ...each(vectors, (j) => `${sums[i][j]} = ${product.add(sums[i][j], `x${i}`, `y${j}`)};`),
      ]).flat(),
      '}',
      'workgroupBarrier();',
      '}',
      'let row = first_row + tile_row;',
      'let column = first_column + tile_column * 4u;',
      `if (row < ${m}u && column < ${n}u) {`,
      ...finishBlock(product, { sums, row: 'row', column: 'column' }),
      '}',
    ],
  };
}

/** Returns code that copies a tile of an operand; where possible, adjacent lanes read adjacent elements or vectors. */
function tileLoad(product: Product, side: 'left' | 'right', tile: Tile, lanes: number): string[] {
  const { m, n, k, type, attributes } = product;
  const { depth } = tile;
  const isLeft = side === 'left';
  const operand = product[side];
  const lines = isLeft ? tile.rows : tile.columns;
  const [linesPerLoad, termsPerLoad] = { terms: [1, 4], lines: [4, 1], elements: [1, 1] }[operand.unit];
  const [across, along] = [lines / linesPerLoad, depth / termsPerLoad];
  const stepsAlongTerms = attributes[side].contractStrides.at(-1) === 1;
  const scaled = (position: string, unit: number): string => (unit === 1 ? position : `(${position}) * ${unit}u`);
  const [line, term] = stepsAlongTerms
    ? [scaled(`i / ${along}u`, linesPerLoad), scaled(`i % ${along}u`, termsPerLoad)]
    : [scaled(`i % ${across}u`, linesPerLoad), scaled(`i / ${across}u`, termsPerLoad)];
  const limit = isLeft ? `first_row + line < ${m}u` : `first_column + line < ${n}u`;
  const at = `${isLeft ? 'left_rows' : 'right_columns'}[line] + ${side}_terms[term]`;
  const isInside = `${limit} && first + term < ${k}u`;
  const value =
    operand.unit === 'elements'
      ? `select(${type}(0), ${operand.load(at)}, ${isInside})`
      : `select(vec4<${type}>(), ${operand.loadVector(`(${at}) >> 2u`)}, ${isInside})`;
  return [
    `for (var i = lane; i < ${across * along}u; i += ${lanes}u) {`,
    `let line = ${line};`,
    `let term = ${term};`,
    `let value = ${value};`,
    ...tileStores(operand.unit, isLeft, lines),
    '}',
  ];
}

/** Returns statements that store `value`, loaded at `line` and `term`, in a tile. */
function tileStores(unit: 'terms' | 'lines' | 'elements', isLeft: boolean, lines: number): string[] {
  const store = (line: number, term: number, value: string): string => {
    const [l, t] = [line === 0 ? 'line' : `line + ${line}u`, term === 0 ? 'term' : `(term + ${term}u)`];
    return isLeft
      ? `left_tile[${t} * ${lines}u + ${l}] = ${value};`
      : `right_tile[${t} * ${lines / 4}u + line / 4u][${line === 0 ? 'line % 4u' : line}] = ${value};`;
  };
  switch (unit) {
    case 'elements':
      return [store(0, 0, 'value')];
    case 'terms':
      return each(4, (term) => store(0, term, `value[${term}]`));
    case 'lines':
      return isLeft
        ? each(4, (line) => store(line, 0, `value[${line}]`))
        : [`right_tile[term * ${lines / 4}u + line / 4u] = value;`];
  }
}
