import { build } from 'esbuild';

/** Path of the module that contains the bundled view. */
export const bundleUrl = new URL('./view-bundle.ts', import.meta.url);

/** Returns the text of the module that contains the script of the dashboard's page. */
export async function bundledView(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL('../view/page-main.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    conditions: ['@manabi/source'],
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  const script = outputFiles[0].text.trim().replace(/<\/(script)/gi, '<\\/$1');
  const literal = JSON.stringify(script).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
  return [
    "// The script of the dashboard's page, bundled from ../view by bundle-view.child.ts. A test checks that it is up to date.",
    '/** Script that shows the dashboard in its page. */',
    '// biome-ignore format: one line',
    '// biome-ignore lint/suspicious/noTemplateCurlyInString: the script contains templates',
    `export const viewScript = '${literal}';`,
    '',
  ].join('\n');
}
