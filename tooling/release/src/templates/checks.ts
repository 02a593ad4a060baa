import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemplateName } from 'create-manabi';
import { hasBrowser, inBrowser } from './browser.ts';
import { drawWhileTraining, predictFlowers, predictIris, trainIris } from './pages.ts';
import type { CreatedProject } from './project.ts';
import { withServer } from './server.ts';

/** A check of a project, which runs the scripts of its package.json and what they make. Returns a message per problem. */
type Check = (project: CreatedProject) => Promise<readonly string[]>;

/** For each template, the check of a project that was created from it. */
export const checks: Readonly<Record<TemplateName, Check>> = {
  node: async ({ folder, npm }) => {
    await npm('run', 'typecheck');
    await npm('test');
    const printed = await npm('start');
    const [, accuracy = '0'] = /Recognized (\S+) %/.exec(printed) ?? [];
    const sizes = await Promise.all(['digits.keras', 'digits.onnx'].map((file) => stat(join(folder, file))));
    return [
      ...(Number(accuracy) > 96 ? [] : [`the script recognizes ${accuracy} % of the digits; expected more than 96 %.`]),
      ...(sizes.every(({ size }) => size > 400_000) ? [] : ['the script saved files without weights.']),
    ];
  },

  vite: async ({ folder, npm }) => {
    await npm('test');
    await npm('run', 'build');
    if (!hasBrowser()) return [];
    const [, stated = '0'] = /loads (\d+) kB of code/.exec(await readFile(join(folder, 'README.md'), 'utf8')) ?? [];
    const vite = (port: number) => ['node_modules/vite/bin/vite.js', 'preview', '--port', String(port)];
    return await withServer(folder, vite, ({ address }) =>
      inBrowser(address, async ({ page, downloaded }) => {
        const found = await drawWhileTraining(page);
        const kilobytes = downloaded() / 1000;
        return Math.abs(kilobytes - Number(stated)) < 10
          ? found
          : [...found, `the page loads ${kilobytes.toFixed(0)} kB of code; its README states ${stated} kB.`];
      }),
    );
  },

  next: async ({ folder, npm }) => {
    await npm('run', 'build');
    await npm('run', 'typecheck');
    await npm('test');
    const next = (port: number) => ['node_modules/next/dist/bin/next', 'start', '--port', String(port)];
    return await withServer(folder, next, async ({ address }) => [
      ...(await predictIris(`${address}/api/predict`)),
      ...(hasBrowser() ? await inBrowser(address, ({ page }) => trainIris(page)) : []),
    ]);
  },

  server: async ({ folder, npm }) => {
    await npm('run', 'typecheck');
    await npm('test');
    const server = () => ['--import', 'tsx', 'src/main.ts'];
    return await withServer(folder, server, ({ address }) => predictFlowers(`${address}/v1/models/iris:predict`));
  },
};
