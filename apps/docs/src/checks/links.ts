import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** A link that leads nowhere. */
export interface BrokenLink {
  readonly page: string;
  readonly link: string;
  readonly reason: 'no such file' | 'no such anchor';
}

/**
 * Checks the links of all pages of a built site, and the files that they load. Links to other hosts are not followed.
 *
 * @param site folder of the built site
 * @param base folder of the site on its host, such as `/`
 */
export function brokenLinks(site: string, base = '/'): readonly BrokenLink[] {
  const entries = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => relative(site, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const files = new Set(paths);
  const pages = new Map(paths.filter((path) => path.endsWith('.html')).map((path) => [path, pageOf(join(site, path))]));
  const broken: BrokenLink[] = [];
  for (const [page, { links }] of pages) {
    for (const link of links) {
      if (/^[a-z][a-z+.-]*:/i.test(link) || link.startsWith('//')) continue;
      const [path, anchor = ''] = link.replace(/\?[^#]*/, '').split('#', 2);
      const target = path === '' ? page : fileOf(path, page, base, files);
      if (target === null) broken.push({ page, link, reason: 'no such file' });
      else if (anchor !== '' && !pages.get(target)?.anchors.has(decodeURIComponent(anchor))) {
        broken.push({ page, link, reason: 'no such anchor' });
      }
    }
  }
  return broken;
}

interface Page {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

function pageOf(file: string): Page {
  const html = readFileSync(file, 'utf8').replace(/<script[^>]*>[^<]*<\/script>/g, '');
  const attribute = (name: string) =>
    Array.from(html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g')), ([, value]) => value.replaceAll('&amp;', '&'));
  return { links: [...attribute('href'), ...attribute('src')], anchors: new Set(attribute('id')) };
}

/** Returns the file of a path as a static host finds it; null if the file does not exist. */
function fileOf(path: string, page: string, base: string, files: ReadonlySet<string>): string | null {
  if (path.startsWith('/') && !path.startsWith(base)) return null;
  const whole = path.startsWith('/') ? path.slice(base.length) : posix.join(posix.dirname(page), path);
  const file = decodeURIComponent(posix.normalize(whole === '' ? '.' : whole));
  const candidates = [file, posix.join(file, 'index.html')].map((name) => name.replace(/^\.\//, ''));
  return candidates.find((name) => files.has(name)) ?? null;
}
