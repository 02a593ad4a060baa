import type { ApiExport, ApiPackage, ApiSymbol } from '../api/read-api.ts';
import { plainType } from '../api/structure.ts';
import { type Links, linksFrom } from './links.ts';
import { anchorOf, isInternal, kindOf, roomsOf, shortName } from './locations.ts';
import { codeBlock, escapeText, inlineCode, summaryOf, table } from './markdown.ts';
import { optionGroups } from './option-tables.ts';
import type { ReferenceContext } from './symbol-page.ts';

/** Symbols that a page lists together. */
export interface Group {
  readonly title: string;
  readonly symbols: readonly ApiSymbol[];
}

/**
 * Groups the exports of a package, except types without pages: namespaces and entry points are groups, and large groups
 * are divided by the folders and files that declare their symbols.
 */
export function groupsOf(published: ApiPackage, { api, locations }: ReferenceContext): readonly Group[] {
  const listed = new Set<string>();
  const rooms = roomsOf(published);
  return [...rooms].flatMap(([room, exports]) => {
    const symbols = exports.flatMap(({ symbol: id }) => {
      const symbol = api.symbols.get(id);
      if (!symbol || listed.has(id) || locations.get(id)?.anchor !== null || symbol.package !== published.name)
        return [];
      listed.add(id);
      return [symbol];
    });
    return divided(isInternal(`/${room}`) ? ['for packages of manabi'] : room === '' ? [] : [room], symbols, rooms);
  });
}

/** Number of symbols above which a group is divided. */
const LARGEST_GROUP = 24;

/** Number of symbols below which a part of a divided group is not listed by itself. */
const SMALLEST_GROUP = 3;

/**
 * @param names room and folders of the symbols; empty for the main entry point
 * @param rooms rooms of the package, whose names parts of the main entry point do not take
 */
function divided(
  names: readonly string[],
  symbols: readonly ApiSymbol[],
  rooms: ReadonlyMap<string, unknown>,
): readonly Group[] {
  const whole = { title: titleOf(names), symbols };
  if (symbols.length === 0) return [];
  if (symbols.length <= LARGEST_GROUP) return [whole];
  const parts = new Map<string, ApiSymbol[]>();
  for (const symbol of symbols) {
    const part = partOf(symbol, symbols);
    parts.set(part, [...(parts.get(part) ?? []), symbol]);
  }
  if (parts.size === 1) return [whole];
  const isListed = ([part, { length }]: [string, readonly ApiSymbol[]]) =>
    length >= SMALLEST_GROUP && (names.length > 0 || !rooms.has(part));
  const large = [...parts].filter(isListed);
  const rest = [...parts].filter((part) => !isListed(part)).flatMap(([, members]) => members);
  return [
    ...(rest.length === 0 ? [] : [{ ...whole, symbols: rest }]),
    ...large.flatMap(([part, members]) => divided([...names, part], members, rooms)),
  ];
}

/** Returns the folder or file, below the common folder of all symbols, that declares a symbol. */
function partOf({ source: { path } }: ApiSymbol, all: readonly ApiSymbol[]): string {
  const folders = all.map(({ source }) => source.path.split('/').slice(0, -1));
  let depth = 0;
  while (folders.every((parts) => parts[depth] !== undefined && parts[depth] === folders[0][depth])) depth++;
  return path.split('/')[depth].replace(/\.ts$/, '');
}

function titleOf(names: readonly string[]): string {
  const [first = 'general', ...others] = names.map((name) => name.replaceAll('-', ' '));
  const head = first.charAt(0).toUpperCase() + first.slice(1);
  return others.length === 0 ? head : `${head}: ${others.join(', ')}`;
}

/** Writes the page of a package: its description and groups of links with summaries. */
export function packagePage(published: ApiPackage, groups: readonly Group[], context: ReferenceContext): string {
  const { locations } = context;
  const page = `${shortName(published.name)}/index`;
  const links = linksFrom(page, new Set(), context);
  const plain = linksFrom(page, new Set(), { ...context, inProse: () => null });
  const [main] = published.entries;
  const anyone = groups[0]?.symbols[0];
  const sections = [
    `---\ntitle: ${JSON.stringify(published.name)}\ndescription: ${JSON.stringify(published.description)}\n---`,
    `# ${escapeText(published.name)}`,
    published.description,
    ...(main !== undefined && main.doc.description !== '' && anyone
      ? [links.ofProse(main.doc.description, anyone)]
      : []),
    ...groups.flatMap(({ title, symbols }) => [
      `## ${escapeText(title)}`,
      table(
        ['Name', 'Description'],
        symbols
          .toSorted(byTitle(locations))
          .map((symbol) => [links.toSymbol(symbol.id), plain.ofProse(summaryOf(descriptionOf(symbol)), symbol)]),
      ),
    ]),
    ...reexportSections(published, plain, context),
    ...(hasTypes(published, context)
      ? [`## Types\n\nSee [all types of ${escapeText(published.name)}](./types.md).`]
      : []),
    `---\n\nVersion ${published.version}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Lists the names that a package exports from other packages, by namespace. */
function reexportSections(
  published: ApiPackage,
  links: Links,
  { api, locations }: ReferenceContext,
): readonly string[] {
  const [main] = published.entries;
  const rooms = new Map<string, ApiExport[]>();
  for (const each of main?.exports ?? []) {
    if (api.symbols.get(each.symbol)?.package === published.name) continue;
    const room = each.namespace ?? '';
    rooms.set(room, [...(rooms.get(room) ?? []), each]);
  }
  return [...rooms].flatMap(([room, exports]) => {
    const named = exports.filter(({ symbol }) => locations.get(symbol)?.anchor === null);
    if (named.length === 0) return [];
    const names = named
      .map(({ namespace, name, symbol }) => ({ symbol, text: namespace === null ? name : `${namespace}.${name}` }))
      .sort((a, b) => (a.text < b.text ? -1 : 1));
    return [
      `## ${room === '' ? 'From other packages' : escapeText(room)}`,
      names.map(({ symbol, text }) => links.toSymbol(symbol, text)).join(', '),
    ];
  });
}

const byTitle = (locations: ReferenceContext['locations']) => (a: ApiSymbol, b: ApiSymbol) =>
  (locations.get(a.id)?.title ?? '') < (locations.get(b.id)?.title ?? '') ? -1 : 1;

const descriptionOf = ({ declarations }: ApiSymbol): string =>
  declarations.find(({ doc }) => doc.description !== '')?.doc.description ?? '';

/** Returns whether a page lists types of the package. */
export const hasTypes = (published: ApiPackage, context: ReferenceContext): boolean =>
  typesOf(published, context).length > 0;

function typesOf({ name }: ApiPackage, { api, locations }: ReferenceContext): readonly ApiSymbol[] {
  const page = `${shortName(name)}/types`;
  return [...locations]
    .filter(([, location]) => location.page === page)
    .flatMap(([id]) => api.symbols.get(id) ?? [])
    .sort(byTitle(locations));
}

/** Writes the page with the types of a package that have no page of their own. */
export function typesPage(published: ApiPackage, context: ReferenceContext): string {
  const { api, locations } = context;
  const links = linksFrom(`${shortName(published.name)}/types`, new Set(), context);
  const sections = typesOf(published, context).flatMap((symbol) => {
    const title = locations.get(symbol.id)?.title ?? symbol.name;
    const groups = kindOf(symbol) === 'interface' ? optionGroups(symbol, api) : [];
    const rows = groups.flatMap(({ symbol: owner, members }) =>
      members.map((member) => [
        inlineCode(`${member.name}${member.isOptional ? '?' : ''}`),
        member.signature
          ? inlineCode(plainType(member.text.replace(/\s*\n\s*/g, ' ')))
          : links.ofType(member.type, owner),
        links.ofProse(proseOfMember(member.doc), owner),
      ]),
    );
    return [
      `## ${escapeText(title)} {#${anchorOf(title)}}`,
      links.ofProse(descriptionOf(symbol), symbol),
      rows.length > 0
        ? table(['Name', 'Type', 'Meaning'], rows)
        : codeBlock(symbol.declarations.map(({ text }) => plainType(text)).join('\n')),
    ];
  });
  const title = `Types of ${published.name}`;
  return `---\ntitle: ${JSON.stringify(title)}\noutline: 2\n---\n\n# ${escapeText(title)}\n\n${sections.join('\n\n')}\n`;
}

const proseOfMember = (doc: string | null): string => (doc ?? '').replace(/^\s*\* ?/gm, '').trim();
