import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { batchCode } from './batch-code.ts';
import type { DotDivision } from './division.ts';
import { finishBlock } from './finish-block.ts';
import { distance, type OperandLoads } from './operand-loads.ts';
import type { Product } from './product.ts';

/** Number of terms per iteration of the innermost loop; the terms left over follow one by one. */
const TERMS = 4;

/**
 * Returns code in which each invocation computes a block of results in registers and loads the operands directly. Loops
 * over the contracted axes need no division if the last axis has a multiple of four terms.
 */
export function blockEntry(product: Product, division: DotDivision & { kind: 'block' }): EntryPoint {
  const { batches, m, n, type, left, right } = product;
  const { rows, columns, lanesDown, lanesAcross } = division;
  const [down, across] = [Math.ceil(m / (rows * lanesDown)), Math.ceil(n / (columns * lanesAcross))];
  const sums = each(rows, (i) => each(columns / 4, (j) => `sum_${i}_${j}`));
  return {
    name: 'dot',
    lanes: lanesDown * lanesAcross,
    groups: batches * down * across,
    body: [
      ...batchCode(product, `group / ${down * across}u`),
      `let row = (((group / ${across}u) % ${down}u) * ${lanesDown}u + lane / ${lanesAcross}u) * ${rows}u;`,
      `let column = ((group % ${across}u) * ${lanesAcross}u + lane % ${lanesAcross}u) * ${columns}u;`,
      `if (row >= ${m}u || column >= ${n}u) { return; }`,
      ...lineStarts('left', left, 'row', rows, m),
      ...lineStarts('right', right, 'column', columns, n),
      ...sums.flat().map((name) => `var ${name} = vec4<${type}>();`),
      ...termLoops(product, (offsets, terms) => termsCode(product, sums, offsets, terms)),
      ...finishBlock(product, { sums, row: 'row', column: 'column' }),
    ],
  };
}

/**
 * Returns statements that declare where the lines of a block start: `left0`, `left1` … for the rows, in the unit in
 * which the operand is loaded. Lines past the end repeat the last ones.
 */
function lineStarts(
  side: 'left' | 'right',
  operand: OperandLoads,
  first: string,
  lines: number,
  all: number,
): string[] {
  const step = operand.unit === 'lines' ? 4 : 1;
  return each(lines / step, (i) => {
    const line = i === 0 ? first : `${first} + ${i * step}u`;
    const clamped = all % lines === 0 || i === 0 ? line : `min(${line}, ${all - step}u)`;
    // Names the line, because its offset may use it several times.
    return [
      `let ${side}_line${i} = ${clamped};`,
      `let ${side}${i} = ${inUnit(operand, `${side} + ${operand.lineOffset(`${side}_line${i}`)}`)};`,
    ];
  }).flat();
}

const inUnit = ({ unit }: OperandLoads, index: string): string => (unit === 'elements' ? index : `(${index}) >> 2u`);

/**
 * Returns loops over the contracted axes around the code for terms. If vectors of four terms do not fit into the last axis,
 * one loop counts the terms of all axes, so that few terms are left over.
 */
function termLoops(product: Product, write: (offsets: TermOffsets, terms: number) => string[]): string[] {
  const { contract } = product.attributes;
  const last = contract.at(-1) ?? 1;
  const isFlat = last % TERMS !== 0;
  const outer = isFlat ? [] : contract.slice(0, -1);
  const count = isFlat ? product.k : last;
  const offsets =
    (first: string): TermOffsets =>
    ({ contractStrides, unit }, term) => {
      const position = term === 0 ? first : `(${first} + ${term}u)`;
      if (isFlat) return distance(position, contract, contractStrides);
      const starts = outer.flatMap((_, i) => (contractStrides[i] === 0 ? [] : [`t${i} * ${contractStrides[i]}u`]));
      const along = unit === 'terms' ? `${first} / 4u` : `${position} * ${contractStrides.at(-1) ?? 0}u`;
      return [...starts, along].join(' + ');
    };
  const whole = count - (count % TERMS);
  return [
    ...outer.map((extent, i) => `for (var t${i} = 0u; t${i} < ${extent}u; t${i}++) {`),
    ...(whole === 0 ? [] : [`for (var k = 0u; k < ${whole}u; k += ${TERMS}u) {`, ...write(offsets('k'), TERMS), '}']),
    ...each(count - whole, (i) => ['{', ...write(offsets(`${whole + i}u`), 1), '}']).flat(),
    ...outer.map(() => '}'),
  ];
}

/** Returns the offset of a term in the unit in which an operand is loaded, relative to the start of its line. */
type TermOffsets = (operand: OperandLoads, term: number) => string;

/** Returns statements that add the products of consecutive terms to the sums of a block. */
function termsCode(
  { left, right, type, add }: Product,
  sums: readonly (readonly string[])[],
  offsets: TermOffsets,
  terms: number,
): string[] {
  const [rows, vectors] = [sums.length, sums[0].length];
  const x = operandCode('left', left, rows, offsets, terms);
  const y = operandCode('right', right, 4 * vectors, offsets, terms);
  const column = (j: number, term: number): string =>
    `vec4<${type}>(${each(4, (c) => y.element(4 * j + c, term)).join(', ')})`;
  return [
    ...x.lines,
    ...y.lines,
    ...each(terms, (term) => [
      ...(right.unit === 'lines' ? [] : each(vectors, (j) => `let y${j}_${term} = ${column(j, term)};`)),
      ...sums.flatMap((line, i) => line.map((sum, j) => `${sum} = ${add(sum, x.element(i, term), `y${j}_${term}`)};`)),
    ]).flat(),
  ];
}

/** Code that loads some terms of an operand's lines, and expressions for the loaded elements. */
interface LoadedTerms {
  readonly lines: readonly string[];
  readonly element: (line: number, term: number) => string;
}

function operandCode(
  side: 'left' | 'right',
  operand: OperandLoads,
  lines: number,
  offsets: TermOffsets,
  terms: number,
): LoadedTerms {
  const { unit, load, loadVector } = operand;
  const name = side === 'left' ? 'x' : 'y';
  const at = (line: number, term: number): string => `${side}${line} + ${side}_term${term}`;
  const starts = each(unit === 'terms' ? 1 : terms, (term) => `let ${side}_term${term} = ${offsets(operand, term)};`);
  switch (unit) {
    case 'terms':
      return {
        lines: [...starts, ...each(lines, (line) => `let ${name}${line} = ${loadVector(at(line, 0))};`)],
        element: (line, term) => `${name}${line}[${term}]`,
      };
    case 'lines':
      return {
        lines: [
          ...starts,
          ...each(lines / 4, (line) =>
            each(terms, (term) => `let ${name}${line}_${term} = ${loadVector(at(line, term))};`),
          ).flat(),
        ],
        element: (line, term) => `${name}${Math.floor(line / 4)}_${term}[${line % 4}]`,
      };
    case 'elements':
      return {
        lines: [
          ...starts,
          ...each(lines, (line) =>
            each(terms, (term) => `let ${name}e${line}_${term} = ${load(at(line, term))};`),
          ).flat(),
        ],
        element: (line, term) => `${name}e${line}_${term}`,
      };
  }
}
