import type { Api, ApiSymbol } from '../api/read-api.ts';
import type { Base, Member } from '../api/structure.ts';
import { kindOf } from './locations.ts';

/** The members that one type contributes to an options object. */
export interface OptionGroup {
  readonly symbol: ApiSymbol;
  readonly members: readonly Member[];
}

/**
 * Returns the members of an options type and of the types that it extends, by type; the type itself comes first.
 * `Omit`, `Pick`, `Partial` and `Required` of a type contribute the members that they keep.
 */
export function optionGroups(symbol: ApiSymbol, api: Api): readonly OptionGroup[] {
  const groups = new Map<string, OptionGroup>();
  const seen = new Set<string>();
  const collect = (current: ApiSymbol, keeps: (name: string) => boolean): void => {
    if (kindOf(current) === 'class') return;
    const members: Member[] = [];
    const bases: Base[] = [];
    for (const { structure } of current.declarations) {
      if (!('members' in structure)) continue;
      members.push(...structure.members.filter(({ name }) => keeps(name) && !seen.has(name)));
      bases.push(...structure.bases);
    }
    for (const { name } of members) seen.add(name);
    if (members.length > 0) groups.set(current.id, { symbol: current, members });
    for (const base of bases) {
      const { name, keeps: inner } = selectionOf(base);
      const id = current.references.get(name);
      const other = id === undefined ? undefined : api.symbols.get(id);
      if (other) collect(other, (member) => keeps(member) && inner(member));
    }
  };
  collect(symbol, () => true);
  return [...groups.values()];
}

function selectionOf({ name, text }: Base): { name: string; keeps: (member: string) => boolean } {
  const [, tool, inner, keys] = /^(Omit|Pick|Partial|Required|Readonly)<(\w+)[^,]*(?:,\s*(.*))?>$/.exec(text) ?? [];
  if (tool === undefined) return { name, keeps: () => true };
  const named = new Set((keys ?? '').match(/(?<=')[^']+(?=')/g) ?? []);
  if (tool === 'Omit') return { name: inner, keeps: (member) => !named.has(member) };
  return { name: inner, keeps: (member) => tool !== 'Pick' || named.has(member) };
}

/** Splits the docstring of an option into its default and its meaning. */
export function splitDefault(text: string): { default: string | null; meaning: string } {
  const found =
    /\s*\(default:? ((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/i.exec(text) ??
    /\s*\bDefault: (.*?)(?:\.(?=\s|$)|$)/s.exec(text);
  if (!found) return { default: null, meaning: text };
  const rest = `${text.slice(0, found.index)}${text.slice(found.index + found[0].length)}`.trim();
  return { default: found[1].trim(), meaning: /[.!?:]$/.test(rest) || rest === '' ? rest : `${rest}.` };
}

/** Formats a default: values as code, explanations after them as text. */
export function defaultText(value: string, code: (text: string) => string): string {
  if (value.includes('`')) return value;
  const [, literal, rest] = /^('[^']*'|"[^"]*"|-?[\w.+-]+|\[[^\]]*\]|\{[^}]*\})(.*)$/s.exec(value) ?? [];
  const isLiteral = literal !== undefined && (/^['"[{\d-]/.test(literal) || constants.has(literal)) && !/^ /.test(rest);
  return isLiteral ? `${code(literal)}${rest}` : value;
}

const constants = new Set(['null', 'true', 'false', 'undefined', 'Infinity', 'NaN']);
