import type { Api, ApiExport, ApiPackage, ApiSymbol } from '../api/read-api.ts';

/** Where the reference describes a symbol. */
export interface Location {
  /** Name that the reference uses: that of `manabi` if it exports the symbol (`layers.dense`), or that of its package. */
  readonly title: string;
  /** Path of the page in the reference, without extension: `layers/dense`. */
  readonly page: string;
  /** Anchor on the page; null if the page describes this symbol only. */
  readonly anchor: string | null;
  /** All ways to import the symbol, the most convenient one first. */
  readonly imports: readonly Import[];
}

/** One way to import a symbol. */
export interface Import {
  readonly entry: string;
  readonly namespace: string | null;
  readonly name: string;
}

/** Returns the part of a package's name that paths and titles use: `core` for `@manabi/core`. */
export const shortName = (name: string): string => name.replace(/^@[^/]*\//, '');

/** Returns whether an entry point is for other packages of manabi only. */
export const isInternal = (specifier: string): boolean => specifier.endsWith('/internal');

/**
 * Decides where the reference describes each exported symbol: on the page of its own, on the page of the function whose
 * options it lists, or, for other types without methods, on a page with all types of the package.
 */
export function locate(api: Api): ReadonlyMap<string, Location> {
  const imports = importsOf(api);
  const optionsOf = ownersOfOptions(api, imports);
  const locations = new Map<string, Location>();
  const taken = new Set<string>();
  const place = (symbol: ApiSymbol, ways: readonly Import[]): void => {
    const [title, owner] = [titleOf(ways), optionsOf.get(symbol.id)];
    if (owner !== undefined && locations.has(owner)) {
      const page = locations.get(owner)?.page ?? '';
      locations.set(symbol.id, { title, page, anchor: 'options', imports: ways });
    } else if (hasPage(symbol)) {
      const wanted = pathOf(symbol, ways);
      // Some file systems ignore case: the class Tensor and the function tensor need different names.
      const page = [wanted, `${wanted}-${kindOf(symbol)}`].find(
        (path) => !taken.has(path.toLowerCase()) && !/\/(?:index|types)$/.test(path),
      );
      if (page === undefined) throw new Error(`Too many symbols have the name ${wanted}.`);
      taken.add(page.toLowerCase());
      locations.set(symbol.id, { title, page, anchor: null, imports: ways });
    } else {
      const page = `${shortName(symbol.package)}/types`;
      locations.set(symbol.id, { title, page, anchor: anchorOf(title), imports: ways });
    }
  };
  const all = [...imports].flatMap(([id, ways]) => {
    const symbol = api.symbols.get(id);
    return symbol ? [{ symbol, ways }] : [];
  });
  const rank = { function: 0, constant: 1, class: 2, interface: 3, type: 4 };
  all.sort((a, b) => rank[kindOf(a.symbol)] - rank[kindOf(b.symbol)]);
  for (const { symbol, ways } of all) place(symbol, ways);
  return locations;
}

/** Returns the kind of a symbol: that of its first declaration. */
export const kindOf = ({ declarations: [{ structure }] }: ApiSymbol) =>
  structure.kind === 'constant' && structure.signature ? 'function' : structure.kind;

/** Returns an anchor: lower-case words with hyphens. */
export const anchorOf = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, '-');

function importsOf(api: Api): ReadonlyMap<string, readonly Import[]> {
  const found = new Map<string, Import[]>();
  for (const { entries } of api.packages) {
    for (const { specifier, exports } of entries) {
      for (const { symbol, namespace, name } of exports) {
        found.set(symbol, [...(found.get(symbol) ?? []), { entry: specifier, namespace, name }]);
      }
    }
  }
  for (const ways of found.values()) ways.sort((a, b) => costOf(a) - costOf(b));
  return found;
}

/** Orders imports: from `manabi`, from the main entry point of a package, from others; names before namespaces. */
const costOf = ({ entry, namespace }: Import): number =>
  (isInternal(entry) ? 100 : 0) +
  (entry === 'manabi' ? 0 : entry.startsWith('manabi/') ? 60 : /^@[^/]+\/[^/]+$/.test(entry) ? 10 : 20) +
  (namespace === null ? 0 : 5);

function titleOf([{ namespace, name }]: readonly Import[]): string {
  return namespace === null ? name : `${namespace}.${name}`;
}

/** Returns the path of a symbol's page: its package, the namespace or entry point if that is not the main one, its name. */
function pathOf(symbol: ApiSymbol, ways: readonly Import[]): string {
  const home = shortName(symbol.package);
  const own = ways.find(({ entry }) => entry === symbol.package || entry.startsWith(`${symbol.package}/`)) ?? ways[0];
  const room = own.namespace ?? (own.entry.slice(symbol.package.length + 1) || home);
  return `${room === home ? home : `${home}/${room.replace('/', '-')}`}/${own.name}`;
}

/** Returns whether a symbol has a page of its own: all but types without methods and examples. */
function hasPage(symbol: ApiSymbol): boolean {
  const kind = kindOf(symbol);
  if (kind === 'function' || kind === 'class' || kind === 'constant') return true;
  return symbol.declarations.some(
    ({ doc, structure }) =>
      doc.examples.length > 0 ||
      (structure.kind === 'interface' && structure.members.some((member) => member.kind === 'method')),
  );
}

/**
 * Finds the types that only one function or class takes as its options.
 *
 * @returns identifiers of the functions, by identifiers of the types
 */
function ownersOfOptions(api: Api, exported: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> {
  const users = new Map<string, Set<string>>();
  for (const id of exported.keys()) {
    const symbol = api.symbols.get(id);
    if (!symbol || kindOf(symbol) === 'interface' || kindOf(symbol) === 'type') continue;
    for (const option of optionTypesOf(symbol, api)) users.set(option, (users.get(option) ?? new Set()).add(id));
  }
  return new Map([...users].flatMap(([option, [owner, ...others]]) => (others.length === 0 ? [[option, owner]] : [])));
}

/** Returns the identifiers of the types that are options of a function, or of the constructor of a class. */
export function optionTypesOf(symbol: ApiSymbol, api: Api): readonly string[] {
  const types = symbol.declarations.flatMap(({ structure }) => {
    if (structure.kind === 'function') return structure.signature.parameters.map(({ type }) => type);
    if (structure.kind === 'constant') return structure.signature?.parameters.map(({ type }) => type) ?? [];
    if (structure.kind !== 'class') return [];
    const made = structure.members.filter(({ kind }) => kind === 'constructor');
    return made.flatMap(({ signature }) => signature?.parameters.map(({ type }) => type) ?? []);
  });
  const names = new Set(types.flatMap((type) => type.match(/\b[A-Z]\w*(?:Options|Settings)\b/g) ?? []));
  return [...names].flatMap((name) => {
    const id = symbol.references.get(name);
    const other = id === undefined ? undefined : api.symbols.get(id);
    return other && (kindOf(other) === 'interface' || kindOf(other) === 'type') ? [other.id] : [];
  });
}

/** Returns the exports of a package, by namespace or entry point. */
export function roomsOf({ name, entries }: ApiPackage): ReadonlyMap<string, readonly ApiExport[]> {
  const rooms = new Map<string, ApiExport[]>();
  for (const { specifier, exports } of entries) {
    for (const each of exports) {
      const room = each.namespace ?? specifier.slice(name.length + 1);
      rooms.set(room, [...(rooms.get(room) ?? []), each]);
    }
  }
  return rooms;
}
