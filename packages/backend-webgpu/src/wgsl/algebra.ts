import type { Algebra } from '@manabi/compiler';
import { isNaNFunction } from './float-functions.ts';
import { floatLiteral, integerLiteral } from './literals.ts';
import type { ShaderModule } from './shader-module.ts';

/** A WGSL expression without side effects, of type f32 or i32, or of type bool for a mask. */
export interface Word {
  readonly text: string;
  readonly kind: 'f32' | 'i32' | 'bool';
}

/** The body of a WGSL function, to which the operations of `wgslAlgebra` append lines. */
export interface FunctionDraft {
  lines: string[];
  variables: number;
}

/**
 * Returns an expression for a word with the same bits but another type, like `bitcast`. A bool counts as 0 or -1 (all
 * bits set).
 */
export function wordAs({ text, kind }: Word, wanted: Word['kind']): string {
  if (kind === wanted) return text;
  if (kind === 'bool') return wordAs({ text: `select(0i, -1i, ${text})`, kind: 'i32' }, wanted);
  if (wanted === 'bool') return `(${wordAs({ text, kind }, 'i32')} != 0i)`;
  return `bitcast<${wanted}>(${text})`;
}

/** Returns the WGSL declaration of a function with the given parameters, body lines and result. */
export function wordFunction(
  name: string,
  parameters: readonly Word[],
  result: Word,
  lines: readonly string[],
): string {
  const heads = parameters.map(({ text, kind }) => `${text}: ${kind}`);
  return [`fn ${name}(${heads.join(', ')}) -> ${result.kind} {`, ...lines, `return ${result.text};`, '}'].join('\n');
}

/** Returns an `Algebra` whose operations generate WGSL code: each appends a line to `draft`. It has no float64. */
export function wgslAlgebra(module: ShaderModule, draft: FunctionDraft): Algebra<Word> {
  const variable = (): string => `t${draft.variables++}`;
  const keep = (kind: Word['kind'], text: string): Word => {
    const name = variable();
    draft.lines.push(`let ${name} = ${text};`);
    return { text: name, kind };
  };
  const float = (x: Word) => wordAs(x, 'f32');
  const int = (x: Word) => wordAs(x, 'i32');
  const unsigned = (x: Word) => `bitcast<u32>(${x.kind === 'bool' ? int(x) : x.text})`;
  const floats = (operator: string) => (x: Word, y: Word) => keep('f32', `${float(x)} ${operator} ${float(y)}`);
  const ints = (operator: string) => (x: Word, y: Word) => keep('i32', `${int(x)} ${operator} ${int(y)}`);
  const compares = (operator: string) => (x: Word, y: Word) => keep('bool', `${float(x)} ${operator} ${float(y)}`);
  const bitwise = (operator: '&' | '|') => (x: Word, y: Word) =>
    x.kind === 'bool' && y.kind === 'bool' ? keep('bool', `${x.text} ${operator} ${y.text}`) : ints(operator)(x, y);

  return {
    float: {
      of: (value) => ({ text: floatLiteral(value, module.bits), kind: 'f32' }),
      add: floats('+'),
      sub: floats('-'),
      mul: floats('*'),
      div: floats('/'),
      sqrt: (x) => keep('f32', `sqrt(${float(x)})`),
      trunc: (x) => keep('f32', `trunc(${float(x)})`),
      min: (x, y) => keep('f32', `select(${float(x)}, ${float(y)}, ${float(y)} < ${float(x)})`),
      max: (x, y) => keep('f32', `select(${float(x)}, ${float(y)}, ${float(x)} < ${float(y)})`),
      equal: compares('=='),
      notEqual: (x, y) => {
        // Compilers may evaluate x != y to false if one is NaN, so NaN is detected by its bits.
        const nan = isNaNFunction(module);
        return keep('bool', `${float(x)} != ${float(y)} || ${nan}(${float(x)}) || ${nan}(${float(y)})`);
      },
      less: compares('<'),
      greater: compares('>'),
      fromInt: (x) => keep('f32', `f32(${int(x)})`),
    },
    int: {
      of: (value) => ({ text: integerLiteral(value), kind: 'i32' }),
      add: ints('+'),
      sub: ints('-'),
      mul: ints('*'),
      atLeastUnsigned: (x, y) => keep('bool', `${unsigned(x)} >= ${unsigned(y)}`),
      shiftLeft: (x, bits) => keep('i32', `${int(x)} << ${bits}u`),
      shiftRight: (x, bits) => keep('i32', `${int(x)} >> ${bits}u`),
      shiftRightUnsigned: (x, bits) => keep('i32', `bitcast<i32>(${unsigned(x)} >> ${bits}u)`),
    },
    bits: {
      and: bitwise('&'),
      andNot: (x, y) => keep('i32', `${int(x)} & ~(${int(y)})`),
      or: bitwise('|'),
      xor: ints('^'),
      select: (mask, x, y) => {
        const kind = x.kind === y.kind ? x.kind : 'i32';
        if (mask.kind === 'bool') return keep(kind, `select(${wordAs(y, kind)}, ${wordAs(x, kind)}, ${mask.text})`);
        return keep('i32', `(${int(x)} & ${int(mask)}) | (${int(y)} & ~${int(mask)})`);
      },
    },
    double: null,
    round: (x, offset) => {
      const rounded = keep('f32', `round(${float(x)})`);
      return { rounded, shifted: keep('i32', `i32(${rounded.text}) + ${integerLiteral(offset)}`) };
    },
    lookUp: (table, index) => {
      const name = module.require(`table_${table.map((entry) => (entry >>> 0).toString(16)).join('_')}`, () => {
        const type = `array<i32, ${table.length}>`;
        const id = `table_${table.map((entry) => (entry >>> 0).toString(16)).join('_')}`;
        return `var<private> ${id}: ${type} = ${type}(${table.map(integerLiteral).join(', ')});`;
      });
      return keep('i32', `${name}[clamp(${int(index)}, 0i, ${table.length - 1}i)]`);
    },
    rarely: (_name, mask, operands, usual, repair) => {
      const name = variable();
      draft.lines.push(`var ${name} = ${usual.text};`, `if (${wordAs(mask, 'bool')}) {`);
      const repaired = repair(...operands, usual);
      draft.lines.push(`${name} = ${wordAs(repaired, usual.kind)};`, '}');
      return { text: name, kind: usual.kind };
    },
    outOfLine: (name, operands, body) => {
      const parameters = operands.map(({ kind }, i): Word => ({ text: `p${i}`, kind }));
      const id = [name, ...parameters.map(({ kind }) => kind)].join('_');
      module.require(id, () => {
        const { lines } = draft;
        draft.lines = [];
        const result = body(...parameters);
        const text = wordFunction(id, parameters, { text: wordAs(result, 'i32'), kind: 'i32' }, draft.lines);
        draft.lines = lines;
        return text;
      });
      return keep('i32', `${id}(${operands.map(({ text }) => text).join(', ')})`);
    },
    repeat: (_name, start, constants, isLeft, step) => {
      const state: Word = { text: variable(), kind: 'i32' };
      draft.lines.push(`var ${state.text} = ${int(start)};`, 'loop {');
      const left = isLeft(state, ...constants);
      draft.lines.push(`if (!(${wordAs(left, 'bool')})) { break; }`);
      const next = step(state, ...constants);
      draft.lines.push(`${state.text} = ${int(next)};`, '}');
      return state;
    },
  };
}
