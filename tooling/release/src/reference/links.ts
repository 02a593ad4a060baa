import { posix } from 'node:path';
import type { Api, ApiSymbol } from '../api/read-api.ts';
import type { Location } from './locations.ts';
import { escapeText, inlineCode, proseOf } from './markdown.ts';

/** Writes text with links to other pages, as seen from one page. */
export interface Links {
  /** Returns a link to a symbol, or its name as code if the reference does not describe it. */
  readonly toSymbol: (id: string, text?: string) => string;
  /** Formats a type as code in which the names of symbols are links. */
  readonly ofType: (type: string, symbol: ApiSymbol) => string;
  /** Formats the Markdown of a docstring, in which inline code that names a symbol is a link. */
  readonly ofProse: (text: string, symbol: ApiSymbol) => string;
}

/** Returns the identifier of the symbol that inline code in a docstring names (`jit`, `sum()`, `layers.dense`); null for other code. */
export type NamesInProse = (symbol: ApiSymbol, code: string) => string | null;

/** Creates the function that finds the symbol that a docstring names: an export of its package, or of `manabi`. */
export function namesInProse(api: Api): NamesInProse {
  const byPackage = new Map(
    api.packages.map(({ name, entries }) => {
      const names = new Map<string, string>();
      // Names of main entry points win.
      for (const { exports } of entries.toReversed()) {
        for (const each of exports.filter(({ namespace }) => namespace !== null)) names.set(each.name, each.symbol);
      }
      for (const { exports } of entries.toReversed()) {
        for (const each of exports) {
          names.set(each.namespace === null ? each.name : `${each.namespace}.${each.name}`, each.symbol);
        }
      }
      return [name, names] as const;
    }),
  );
  const facade = byPackage.get('manabi');
  const ambiguous = wordsOf(api);
  return (symbol, code) => {
    const name = code.replace(/\(\)$/, '');
    if (name === code && ambiguous.has(name)) return null;
    return byPackage.get(symbol.package)?.get(name) ?? facade?.get(name) ?? null;
  };
}

/**
 * Returns the words of lower-case letters that parameters, options or values of options have as names, such as `mean` and
 * `axis`. In docstrings, they rarely name the function of that name, unless parentheses follow.
 */
function wordsOf({ symbols }: Api): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { declarations } of symbols.values()) {
    for (const { text, structure } of declarations) {
      if ('members' in structure) for (const { name } of structure.members) words.add(name);
      if ('signature' in structure) for (const { name } of structure.signature?.parameters ?? []) words.add(name);
      for (const [, value] of text.matchAll(/'([a-z]+)'/g)) words.add(value);
    }
  }
  return new Set([...words].filter((word) => /^[a-z]+$/.test(word)));
}

/**
 * Creates the functions that write links on one page.
 *
 * @param page path of the page, without extension
 * @param own names of parameters, options and members, which inline code on this page refers to
 */
export function linksFrom(
  page: string,
  own: ReadonlySet<string>,
  { api, locations, inProse }: { api: Api; locations: ReadonlyMap<string, Location>; inProse: NamesInProse },
): Links {
  const addressOf = (id: string): string | null => {
    const found = locations.get(id);
    if (!found || (found.page === page && found.anchor === null)) return null;
    const anchor = found.anchor === null ? '' : `#${found.anchor}`;
    return found.page === page ? anchor : `${relativePath(page, found.page)}.md${anchor}`;
  };
  const toSymbol = (id: string, text?: string): string => {
    const label = inlineCode(text ?? locations.get(id)?.title ?? api.symbols.get(id)?.name ?? '');
    const address = addressOf(id);
    return address === null ? label : `[${label}](${address})`;
  };
  return {
    toSymbol,
    ofType: (type, symbol) => {
      const words = type.split(/('(?:[^'\\]|\\.)*'|(?<![.\w])[A-Za-z_$][\w$]*)/);
      const text = words.map((word, index) => {
        const id = index % 2 === 1 ? symbol.references.get(word) : undefined;
        const address = id === undefined ? null : addressOf(id);
        return address === null ? escapeText(word) : `[${escapeText(word)}](${address})`;
      });
      return `<code v-pre>${text.join('')}</code>`;
    },
    ofProse: (text, symbol) =>
      proseOf(text, (code) => {
        const id = own.has(code) ? null : inProse(symbol, code);
        if (id !== null) return toSymbol(id, code);
        const [, owner, member] = /^(\w+)\.(\w+)(?:\(\))?$/.exec(code) ?? [];
        const outer = member === undefined || own.has(owner) ? null : inProse(symbol, owner);
        const address = outer === null ? null : addressOf(outer);
        const hasMember =
          outer !== null &&
          api.symbols
            .get(outer)
            ?.declarations.some(
              ({ structure }) => structure.kind === 'class' && structure.members.some((each) => each.name === member),
            );
        return address === null || !hasMember
          ? inlineCode(code)
          : `[${inlineCode(code)}](${address}#${member.toLowerCase()})`;
      }),
  };
}

/** Returns the path from one page to another, beginning with `./` or `../`. */
function relativePath(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}
