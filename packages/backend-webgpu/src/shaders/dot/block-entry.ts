import type { EntryPoint } from '../entry-point.ts';
import type { DotDivision } from './division.ts';
import { finishBlock } from './finish-block.ts';
import type { OperandLoads } from './operand-loads.ts';
import { batchCode, type Product } from './product.ts';

/** Number of terms per iteration of the innermost loop; the terms left over follow one by one. */
const TERMS = 4;

const each = <T>(count: number, write: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => write(i));

/**
 * Returns code in which each invocation computes a block of results in registers and loads the operands directly. The
 * terms are nested loops over the contracted axes, so that no index needs a division.
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
      ...termLoops(product, (first, terms) => termsCode(product, sums, first, terms)),
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

/** Returns loops over the contracted axes around the code for terms; `first` is the index of a term along the last axis. */
function termLoops(product: Product, write: (first: string, terms: number) => string[]): string[] {
  const { contract } = product.attributes;
  const outer = contract.slice(0, -1);
  const last = contract.at(-1) ?? 1;
  const side = (name: 'left' | 'right'): string => {
    const { contractStrides } = product[name];
    const terms = outer.flatMap((_, i) => (contractStrides[i] === 0 ? [] : [`t${i} * ${contractStrides[i]}u`]));
    return `let ${name}_at = ${terms.length === 0 ? '0u' : terms.join(' + ')};`;
  };
  const whole = last - (last % TERMS);
  return [
    ...outer.map((extent, i) => `for (var t${i} = 0u; t${i} < ${extent}u; t${i}++) {`),
    side('left'),
    side('right'),
    ...(whole === 0 ? [] : [`for (var k = 0u; k < ${whole}u; k += ${TERMS}u) {`, ...write('k', TERMS), '}']),
    ...each(last - whole, (i) => ['{', ...write(`${whole + i}u`, 1), '}']).flat(),
    ...outer.map(() => '}'),
  ];
}

/** Returns statements that add the products of consecutive terms to the sums of a block. */
function termsCode(
  { left, right, type, add }: Product,
  sums: readonly (readonly string[])[],
  first: string,
  terms: number,
): string[] {
  const [rows, vectors] = [sums.length, sums[0].length];
  const x = operandCode('left', left, rows, first, terms);
  const y = operandCode('right', right, 4 * vectors, first, terms);
  const column = (j: number, term: number): string =>
    right.unit === 'lines'
      ? `y${j}_${term}`
      : `vec4<${type}>(${each(4, (c) => y.element(4 * j + c, term)).join(', ')})`;
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
  { unit, contractStrides, load, loadVector }: OperandLoads,
  lines: number,
  first: string,
  terms: number,
): LoadedTerms {
  const name = side === 'left' ? 'x' : 'y';
  const stride = contractStrides.at(-1) ?? 0;
  const at = (line: number, term: number): string => {
    const along = term === 0 ? first : `(${first} + ${term}u)`;
    return `${side}${line} + ${side}_at + ${along} * ${stride}u`;
  };
  switch (unit) {
    case 'terms':
      return {
        lines: each(
          lines,
          (line) => `let ${name}${line} = ${loadVector(`${side}${line} + ${side}_at + ${first} / 4u`)};`,
        ),
        element: (line, term) => `${name}${line}[${term}]`,
      };
    case 'lines':
      return {
        lines: each(lines / 4, (line) =>
          each(terms, (term) => `let ${name}${line}_${term} = ${loadVector(at(line, term))};`),
        ).flat(),
        element: (line, term) => `${name}${Math.floor(line / 4)}_${term}[${line % 4}]`,
      };
    case 'elements':
      return {
        lines: each(lines, (line) =>
          each(terms, (term) => `let ${name}e${line}_${term} = ${load(at(line, term))};`),
        ).flat(),
        element: (line, term) => `${name}e${line}_${term}`,
      };
  }
}
