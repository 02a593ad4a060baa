import {
  publishedPackages,
  readApi,
  referenceOf,
  type SidebarItem,
  type WriteExample,
} from '@tooling/release/reference';
import { runPnpm } from '@tooling/run/install';
import { importableModules } from '../library/modules.ts';
import type { GeneratedFile } from '../site/generated-file.ts';

/** Returns the pages of the API reference, with paths below `reference/`, and `reference/sidebar.json`. Builds the packages. */
export async function referencePages(): Promise<readonly GeneratedFile[]> {
  const code = await runPnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only']);
  if (code !== 0) throw new Error('The packages, whose declarations the reference describes, do not build.');
  const { pages, sidebars } = referenceOf(readApi(publishedPackages()), runnableExample());
  const links = Object.entries(sidebars).map(([folder, items]) => [`/reference/${folder}`, items.map(withFolder)]);
  return [
    ...pages.map(({ path, markdown }) => ({ path: `reference/${path}`, content: markdown })),
    { path: 'reference/sidebar.json', content: JSON.stringify(Object.fromEntries(links)) },
  ];
}

function withFolder({ link, items, ...item }: SidebarItem): SidebarItem {
  return {
    ...item,
    ...(link === undefined ? {} : { link: `/reference/${link}` }),
    ...(items === undefined ? {} : { items: items.map(withFolder) }),
  };
}

/** Returns the function that writes examples as programs, which run in the page if all their imports do. */
function runnableExample(): WriteExample {
  const modules = importableModules();
  return ({ code, runs, isNodeOnly }, title) => {
    const imports = [...code.matchAll(/^(?:import|\} from)\b.*?'([^']+)';$/gm)].map(([, specifier]) => specifier);
    const inPage = runs && !isNodeOnly && imports.every((specifier) => modules.has(specifier));
    const block = `\`\`\`ts\n${code}\n\`\`\``;
    return inPage ? `<Runnable name="${title}">\n\n${block}\n\n</Runnable>` : block;
  };
}
