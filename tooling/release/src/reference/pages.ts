import type { Api, ApiPackage, ApiSymbol } from '../api/read-api.ts';
import { namesInProse } from './links.ts';
import { locate, shortName } from './locations.ts';
import { inlineCode, table } from './markdown.ts';
import { type Group, groupsOf, hasTypes, packagePage, typesPage } from './package-page.ts';
import { plainExample, type WriteExample } from './signature-sections.ts';
import { type ReferenceContext, symbolPage } from './symbol-page.ts';

/** A page of the API reference. */
export interface ReferencePage {
  /** Path in the reference: `core/sum.md`. */
  readonly path: string;
  readonly markdown: string;
}

/** An entry of the sidebar, as VitePress reads it. Links are relative to the reference: `core/sum`. */
export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly SidebarItem[];
}

/** The API reference: its pages and sidebars. */
export interface Reference {
  readonly pages: readonly ReferencePage[];
  /**
   * The sidebars, by the folder of the pages that show it: `''` for the start page, `layers/losses/`. Each page shows only the
   * names of its folder, because a sidebar is part of the HTML of each page.
   */
  readonly sidebars: Readonly<Record<string, readonly SidebarItem[]>>;
}

/** Packages that programs use directly, in the order of the reference; all others are listed after them. */
const forPrograms = [
  ...['manabi', 'core', 'layers', 'optimizers', 'data', 'datasets', 'text', 'serialization', 'onnx', 'applications'],
  ...['backend-cpu', 'backend-webgpu'],
];

/**
 * Writes the API reference: a start page, a page for each package, function, class and constant, and one for the other
 * types of each package.
 *
 * @param exampleOf writes the code of an example on a page. Default: a block of code
 */
export function referenceOf(api: Api, exampleOf: WriteExample = plainExample): Reference {
  const repository = api.packages.find((each) => each.repository !== null)?.repository ?? null;
  const locations = locate(api);
  const context: ReferenceContext = { api, locations, inProse: namesInProse(api), exampleOf, repository };
  const pages: ReferencePage[] = [];
  for (const [id, location] of locations) {
    const symbol = api.symbols.get(id);
    if (symbol && location.anchor === null) {
      pages.push({ path: `${location.page}.md`, markdown: symbolPage(symbol, location, context) });
    }
  }
  const sidebars: Record<string, readonly SidebarItem[]> = {};
  const [programs, others] = [true, false].map((isForPrograms) =>
    api.packages
      .filter(({ name }) => forPrograms.includes(shortName(name)) === isForPrograms)
      .toSorted((a, b) => forPrograms.indexOf(shortName(a.name)) - forPrograms.indexOf(shortName(b.name))),
  );
  const overview = [
    { text: 'For programs', items: programs.map(linkTo) },
    { text: 'Inside manabi', items: others.map(linkTo) },
  ].filter(({ items }) => items.length > 0);
  pages.push({ path: 'index.md', markdown: startPage(programs, others) });
  sidebars[''] = overview;
  for (const published of api.packages) {
    const folder = shortName(published.name);
    const groups = groupsOf(published, context);
    const hasTypesPage = hasTypes(published, context);
    pages.push({ path: `${folder}/index.md`, markdown: packagePage(published, groups, context) });
    if (hasTypesPage) pages.push({ path: `${folder}/types.md`, markdown: typesPage(published, context) });
    const top = { text: published.name, link: `${folder}/` };
    const types = hasTypesPage ? [{ text: 'Types', link: `${folder}/types` }] : [];
    const folders = new Set([
      `${folder}/`,
      ...groups.flatMap(({ symbols }) => symbols.flatMap((each) => foldersOf(each, context))),
    ]);
    for (const current of folders) {
      const items = groups.map((group) => sidebarGroup(group, current, context));
      sidebars[current] = [{ text: 'All packages', link: '' }, top, ...items, ...types];
    }
  }
  return { pages, sidebars };
}

const linkTo = ({ name }: ApiPackage): SidebarItem => ({ text: name, link: `${shortName(name)}/` });

function startPage(programs: readonly ApiPackage[], others: readonly ApiPackage[]): string {
  const listOf = (packages: readonly ApiPackage[]) =>
    table(
      ['Package', 'Contents'],
      packages.map(({ name, description }) => [`[${inlineCode(name)}](./${shortName(name)}/index.md)`, description]),
    );
  const sections = [
    '---\ntitle: Reference\n---\n\n# Reference',
    'Every function, class and type of manabi, with its options, shapes, errors and an example. The package `manabi` exports ' +
      'most of them: as names (`tensor`, `sequential`) or in namespaces (`layers.dense`).',
    ...(programs.length > 0 ? ['## For programs', listOf(programs)] : []),
    ...(others.length > 0 ? ['## Inside manabi', 'Packages on which the others are built.', listOf(others)] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Returns the folder of a symbol's page, with a slash at the end. */
function foldersOf({ id }: ApiSymbol, { locations }: ReferenceContext): readonly string[] {
  const page = locations.get(id)?.page;
  return page === undefined ? [] : [page.slice(0, page.lastIndexOf('/') + 1)];
}

/** Lists a group: its names if their pages are in the current folder, and otherwise a link to its first page. */
function sidebarGroup({ title, symbols }: Group, current: string, context: ReferenceContext): SidebarItem {
  const items = symbols.flatMap((symbol) => {
    const location = context.locations.get(symbol.id);
    return location ? [{ text: location.title, link: location.page }] : [];
  });
  items.sort((a, b) => (a.text < b.text ? -1 : 1));
  const isCurrent = symbols.some((symbol) => foldersOf(symbol, context).includes(current));
  return isCurrent || items.length === 0
    ? { text: title, collapsed: true, items }
    : { text: title, link: items[0].link };
}
