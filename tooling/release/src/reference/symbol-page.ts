import { parseDocstring } from '../api/docstring.ts';
import type { Api, ApiSymbol } from '../api/read-api.ts';
import { type Member, plainType } from '../api/structure.ts';
import { type Links, linksFrom, type NamesInProse } from './links.ts';
import { type Import, isInternal, kindOf, type Location, optionTypesOf } from './locations.ts';
import { codeBlock, details, escapeText, inlineCode, summaryOf, table } from './markdown.ts';
import { optionGroups } from './option-tables.ts';
import {
  errorsList,
  exampleBlocks,
  type Overload,
  optionSections,
  parametersTable,
  returnsText,
  type WriteExample,
} from './signature-sections.ts';

/** What all pages of the reference need. */
export interface ReferenceContext {
  readonly api: Api;
  readonly locations: ReadonlyMap<string, Location>;
  readonly inProse: NamesInProse;
  readonly exampleOf: WriteExample;
  /** Address of the repository, to which links to source files are relative; null for no links. */
  readonly repository: string | null;
}

/** Writes the page of a symbol. */
export function symbolPage(symbol: ApiSymbol, location: Location, context: ReferenceContext): string {
  const { api } = context;
  const types = optionTypesOf(symbol, api).flatMap((id) => api.symbols.get(id) ?? []);
  const links = linksFrom(location.page, ownNames(symbol, types, api), context);
  const doc = symbol.declarations.find((each) => each.doc.description !== '')?.doc ?? symbol.declarations[0].doc;
  const kind = kindOf(symbol);
  const sections = [
    frontmatter(location.title, summaryOf(doc.description)),
    `# ${escapeText(location.title)}`,
    links.ofProse(doc.description, symbol),
    ...examplesSection(
      exampleBlocks(
        symbol.declarations.map((each) => each.doc),
        location.title,
        context.exampleOf,
      ),
    ),
    '## Import',
    codeBlock(importLines(location.imports, kind)),
    ...(kind === 'function' ? functionSections(symbol, types, links, context) : []),
    ...(kind === 'class' || kind === 'interface' ? classSections(symbol, types, links, context) : []),
    ...(kind === 'constant' || kind === 'type' ? valueSections(symbol, links) : []),
    footer(symbol, context),
  ];
  return `${sections.join('\n\n')}\n`;
}

function frontmatter(title: string, description: string): string {
  return `---\ntitle: ${JSON.stringify(title)}\ndescription: ${JSON.stringify(description.replaceAll('`', ''))}\n---`;
}

/** Returns the statements that import a symbol: from `manabi`, if possible, and from its package. */
function importLines(ways: readonly Import[], kind: string): string {
  const isPublic = ways.filter(({ entry }) => !isInternal(entry));
  const facade = isPublic.find(({ entry }) => entry === 'manabi');
  const own = isPublic.find(({ entry, namespace }) => !entry.startsWith('manabi') && namespace === null);
  const isType = kind === 'interface' || kind === 'type';
  return [facade, own ?? (facade ? undefined : ways[0])]
    .flatMap((way) => {
      if (!way) return [];
      const { name, namespace, entry } = way;
      const use = namespace === null ? '' : ` // ${namespace}.${name}`;
      return [`import { ${isType ? 'type ' : ''}${namespace ?? name} } from '${entry}';${use}`];
    })
    .join('\n');
}

function functionSections(
  symbol: ApiSymbol,
  types: readonly ApiSymbol[],
  links: Links,
  context: ReferenceContext,
): readonly string[] {
  const overloads = symbol.declarations.flatMap(({ structure, doc }): Overload[] => {
    const signature = 'signature' in structure ? structure.signature : null;
    return signature ? [{ signature, doc }] : [];
  });
  const docs = symbol.declarations.map(({ doc }) => doc);
  const errors = errorsList(docs, symbol, links);
  const returns = returnsText(overloads, symbol, links);
  const result = resultSections(overloads, symbol, links, context);
  return [
    '## Signature',
    codeBlock(symbol.declarations.map(({ text }) => plainType(text)).join('\n')),
    ...overloadTexts(docs, symbol, links),
    ...parametersTable(overloads, { symbol, types, links, api: context.api }),
    ...optionSections(types, '##', { ...context, links }),
    ...(returns === null ? [] : ['## Returns', returns, ...result]),
    ...(errors === null ? [] : ['## Errors', errors]),
  ];
}

/** Returns the descriptions of overloads after the first. */
function overloadTexts(docs: readonly ApiSymbol['declarations'][number]['doc'][], symbol: ApiSymbol, links: Links) {
  const texts = docs.map(({ description }) => description).filter((text) => text !== '');
  return [...new Set(texts)].slice(1).map((text) => links.ofProse(text, symbol));
}

const examplesSection = (blocks: readonly string[]): readonly string[] =>
  blocks.length === 0 ? [] : [blocks.length === 1 ? '## Example' : '## Examples', ...blocks];

/** Describes a class that is not exported, such as the class of a layer, on the page of the function that returns it. */
function resultSections(
  overloads: readonly Overload[],
  symbol: ApiSymbol,
  links: Links,
  { api, locations }: ReferenceContext,
): readonly string[] {
  const names = new Set(overloads.flatMap(({ signature }) => /^(\w+)(?:<.*>)?$/.exec(signature.returns)?.[1] ?? []));
  return [...names].flatMap((name) => {
    const id = symbol.references.get(name);
    const result = id === undefined ? undefined : api.symbols.get(id);
    if (!result || locations.has(result.id) || kindOf(result) !== 'class') return [];
    const own = visibleMembers(result).filter(({ kind, doc }) => kind !== 'constructor' && doc !== null);
    const base = basesOf(result, api)[0];
    const description = result.declarations[0].doc.description;
    return [
      [
        description === '' ? '' : links.ofProse(description, result),
        base ? `Methods and properties: see ${links.toSymbol(base.id)}.` : '',
      ].join(' '),
      ...(own.length === 0 ? [] : [membersTable(own, result, links)]),
    ];
  });
}

function classSections(
  symbol: ApiSymbol,
  types: readonly ApiSymbol[],
  links: Links,
  context: ReferenceContext,
): readonly string[] {
  const { doc } = symbol.declarations[0];
  const errors = errorsList([doc], symbol, links);
  const inherited = new Set(
    basesOf(symbol, context.api).flatMap((base) => visibleMembers(base).map(({ name }) => name)),
  );
  // Overrides without a docstring are described where they are inherited from.
  const members = visibleMembers(symbol)
    .filter(({ name, doc: text, kind }) => text !== null || kind === 'constructor' || !inherited.has(name))
    .toSorted((a, b) => Number(a.isProtected) - Number(b.isProtected));
  const constructors = members.filter(({ kind }) => kind === 'constructor');
  const values = members.filter(({ kind }) => kind === 'property' || kind === 'accessor' || kind === 'index');
  const methods = new Map<string, Member[]>();
  for (const member of members.filter(({ kind }) => kind === 'method' || kind === 'call')) {
    methods.set(member.name, [...(methods.get(member.name) ?? []), member]);
  }
  const made = constructors.flatMap((each) => overloadsOf([each]));
  return [
    ...(errors === null ? [] : ['## Errors', errors]),
    ...(constructors.length === 0
      ? []
      : [
          '## Constructor',
          codeBlock(
            constructors.map(({ text }) => plainType(`new ${symbol.name}${text.slice(text.indexOf('('))}`)).join('\n'),
          ),
          ...memberTexts(constructors, symbol, links, context),
          ...parametersTable(made, { symbol, types, links, api: context.api }),
          ...optionSections(types, '###', { ...context, links }),
        ]),
    ...(values.length === 0 ? [] : ['## Properties', membersTable(unique(values), symbol, links)]),
    ...(methods.size === 0 ? [] : ['## Methods']),
    ...[...methods].flatMap(([name, group]) => methodSections(name, group, symbol, links, context)),
    ...inheritedSections(symbol, members, links, context),
  ];
}

function methodSections(
  name: string,
  group: readonly Member[],
  symbol: ApiSymbol,
  links: Links,
  context: ReferenceContext,
): readonly string[] {
  const overloads = overloadsOf(group);
  const returns = returnsText(overloads, symbol, links);
  return [
    `### ${escapeText(name)} {#${name.replace(/\W/g, '').toLowerCase() || 'call'}}`,
    codeBlock(group.map(({ text }) => plainType(text)).join('\n')),
    ...memberTexts(group, symbol, links, context),
    ...parametersTable(overloads, { symbol, types: [], links, api: context.api }),
    ...(returns === null ? [] : [`Returns ${returns}`]),
  ];
}

/** Returns the descriptions, errors and examples of members. */
function memberTexts(
  members: readonly Member[],
  symbol: ApiSymbol,
  links: Links,
  { exampleOf, locations }: ReferenceContext,
): readonly string[] {
  const docs = members.map(({ doc }) => parseDocstring(doc ?? ''));
  const errors = errorsList(docs, symbol, links);
  return [
    ...new Set(docs.map(({ description }) => links.ofProse(description, symbol)).filter((text) => text !== '')),
    ...(errors === null ? [] : ['Errors:', errors]),
    ...exampleBlocks(docs, locations.get(symbol.id)?.title ?? symbol.name, exampleOf),
  ];
}

const overloadsOf = (members: readonly Member[]): readonly Overload[] =>
  members.flatMap(({ signature, doc }) => (signature ? [{ signature, doc: parseDocstring(doc ?? '') }] : []));

/** Returns the members that users may use or override. */
const visibleMembers = (symbol: ApiSymbol): readonly Member[] =>
  symbol.declarations.flatMap(({ structure }) => ('members' in structure ? structure.members : []));

const unique = (members: readonly Member[]): readonly Member[] =>
  [...new Map(members.toReversed().map((member) => [member.name, member])).values()].reverse();

function membersTable(members: readonly Member[], symbol: ApiSymbol, links: Links): string {
  return table(
    ['Name', 'Type', 'Meaning'],
    members.map((member) => [
      inlineCode(`${member.isStatic ? 'static ' : ''}${member.name}${member.isOptional ? '?' : ''}`),
      member.signature && member.kind !== 'accessor'
        ? inlineCode(plainType(member.text.replace(/\s*\n\s*/g, ' ')).replace(/^\w+/, ''))
        : member.type === ''
          ? ''
          : links.ofType(member.type, symbol),
      links.ofProse(parseDocstring(member.doc ?? '').description, symbol),
    ]),
  );
}

/** Lists the members that a class or interface inherits, folded, with links to where they are described. */
function inheritedSections(
  symbol: ApiSymbol,
  own: readonly Member[],
  links: Links,
  { api, locations }: ReferenceContext,
): readonly string[] {
  const seen = new Set(own.map(({ name }) => name));
  return basesOf(symbol, api).flatMap((base) => {
    const members = visibleMembers(base).filter(({ name, kind }) => kind !== 'constructor' && !seen.has(name));
    for (const { name } of members) seen.add(name);
    const intro = locations.has(base.id) ? `See ${links.toSymbol(base.id)}.\n\n` : '';
    return members.length === 0
      ? []
      : [details(`Inherited from ${base.name}`, `${intro}${membersTable(unique(members), base, links)}`)];
  });
}

/** Returns the classes or interfaces that a symbol extends, the nearest first. */
function basesOf(symbol: ApiSymbol, api: Api): readonly ApiSymbol[] {
  const bases = symbol.declarations.flatMap(({ structure }) => ('bases' in structure ? structure.bases : []));
  return bases.flatMap(({ name }) => {
    const id = symbol.references.get(name);
    const base = id === undefined ? undefined : api.symbols.get(id);
    return base ? [base, ...basesOf(base, api)] : [];
  });
}

function valueSections(symbol: ApiSymbol, links: Links): readonly string[] {
  return [
    '## Declaration',
    codeBlock(symbol.declarations.map(({ text }) => plainType(text)).join('\n')),
    ...(errorsList(
      symbol.declarations.map(({ doc }) => doc),
      symbol,
      links,
    )?.split('\n') ?? []),
  ];
}

/** Returns the link to the source, and the version. */
function footer({ source: { path, line }, package: owner }: ApiSymbol, { api, repository }: ReferenceContext): string {
  const version = api.packages.find(({ name }) => name === owner)?.version ?? '';
  const source = repository === null ? inlineCode(path) : `[${path}](${repository}/blob/main/${path}#L${line})`;
  return `---\n\nSource: ${source} · ${inlineCode(owner)} ${version}`;
}

function ownNames(symbol: ApiSymbol, types: readonly ApiSymbol[], api: Api): ReadonlySet<string> {
  const parameters = symbol.declarations.flatMap(({ structure }) => {
    if ('signature' in structure) return structure.signature?.parameters.map(({ name }) => name) ?? [];
    return structure.members.flatMap(({ name, signature }) => [
      name,
      ...(signature?.parameters.map((parameter) => parameter.name) ?? []),
    ]);
  });
  const options = types.flatMap((type) =>
    optionGroups(type, api).flatMap(({ members }) => members.map(({ name }) => name)),
  );
  const codes = symbol.declarations.flatMap(({ doc }) =>
    doc.throws.flatMap((text) => [...text.matchAll(/(?:Error|throws|,|;|and|or) `(\w+)`/g)].map(([, code]) => code)),
  );
  return new Set([...parameters, ...options, ...codes, 'argument', 'shape', 'dtype', 'axis', 'kernel', 'bias']);
}
