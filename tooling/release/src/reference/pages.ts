import type { Api } from '../api/read-api.ts';
import { namesInProse } from './links.ts';
import { locate, shortName } from './locations.ts';
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

/** The API reference: its pages and the sidebar that lists them. */
export interface Reference {
  readonly pages: readonly ReferencePage[];
  readonly sidebar: readonly SidebarItem[];
}

/**
 * Writes the API reference: a page for each package, function, class and constant, and one for the other types of each
 * package.
 *
 * @param exampleOf writes the code of an example on a page. Default: a block of code
 */
export function referenceOf(api: Api, exampleOf: WriteExample = plainExample): Reference {
  const repository = api.packages.find((each) => each.repository !== null)?.repository ?? null;
  const locations = locate(api);
  const context: ReferenceContext = { api, locations, inProse: namesInProse(api), exampleOf, repository };
  const pages: ReferencePage[] = [];
  const sidebar: SidebarItem[] = [];
  for (const [id, location] of locations) {
    const symbol = api.symbols.get(id);
    if (symbol && location.anchor === null) {
      pages.push({ path: `${location.page}.md`, markdown: symbolPage(symbol, location, context) });
    }
  }
  for (const published of api.packages) {
    const folder = shortName(published.name);
    const groups = groupsOf(published, context);
    pages.push({ path: `${folder}/index.md`, markdown: packagePage(published, groups, context) });
    const types = hasTypes(published, context);
    if (types) pages.push({ path: `${folder}/types.md`, markdown: typesPage(published, context) });
    sidebar.push({
      text: published.name,
      link: `${folder}/`,
      collapsed: true,
      items: [
        ...groups.map((group) => sidebarGroup(group, context)),
        ...(types ? [{ text: 'Types', link: `${folder}/types` }] : []),
      ],
    });
  }
  return { pages, sidebar };
}

function sidebarGroup({ title, symbols }: Group, { locations }: ReferenceContext): SidebarItem {
  const items = symbols.flatMap(({ id }) => {
    const location = locations.get(id);
    return location ? [{ text: location.title, link: location.page }] : [];
  });
  return { text: title, collapsed: true, items: items.sort((a, b) => (a.text < b.text ? -1 : 1)) };
}
