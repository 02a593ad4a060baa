import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ran } from './run.fixture.ts';
import { templateNames } from './templates.ts';
import { version } from './version.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-manabi-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifestIn = (project: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, project, 'package.json'), 'utf8'));

describe('without a terminal', () => {
  test.each(templateNames)(
    'creates a project from the template %s, pinned to the exact version of manabi',
    async (name) => {
      const { code, stdout, stderr } = await ran(folder, ['my-app', '--template', name]);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/\n {2}cd my-app\n {2}npm install\n {2}npm (start|run dev)\n/);
      const { scripts, ...manifest } = manifestIn('my-app');
      expect(manifest).toMatchObject({ name: 'my-app', private: true, dependencies: { manabi: version() } });
      expect(scripts).toMatchObject({ test: expect.any(String), typecheck: expect.any(String) });
      expect(readdirSync(join(folder, 'my-app'))).toEqual(expect.arrayContaining(['.gitignore', 'README.md']));
      expect(readdirSync(folder)).toEqual(['my-app']);
    },
  );

  test('uses the folder manabi-app if none is passed', async () => {
    expect(await ran(folder, ['-t', 'node'])).toMatchObject({ code: 0 });
    expect(manifestIn('manabi-app').name).toBe('manabi-app');
  });

  test('creates missing parent folders, with the usual permissions', async () => {
    mkdirSync(join(folder, 'usual'));
    expect(await ran(folder, ['a/b/my-app', '-t', 'node'])).toMatchObject({ code: 0 });
    expect(statSync(join(folder, 'a/b/my-app')).mode).toBe(statSync(join(folder, 'usual')).mode);
  });

  test('writes into the current folder, and prints no cd', async () => {
    mkdirSync(join(folder, 'here/.git'), { recursive: true });
    const { code, stdout } = await ran(join(folder, 'here'), ['.', '-t', 'node']);
    expect(code).toBe(0);
    expect(stdout).not.toContain('cd ');
    expect(readdirSync(join(folder, 'here'))).toEqual(expect.arrayContaining(['.git', 'package.json', 'src']));
    expect(readdirSync(join(folder, 'here')).filter((name) => name.startsWith('.create'))).toEqual([]);
  });

  test('writes into the folder that a symbolic link points to', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'), 'junction');
    expect(await ran(folder, ['link', '-t', 'node'])).toMatchObject({ code: 0 });
    expect(readdirSync(join(folder, 'real'))).toContain('package.json');
  });

  test('refuses a folder that is not empty, and leaves it as it was', async () => {
    mkdirSync(join(folder, 'old'));
    writeFileSync(join(folder, 'old/notes.txt'), 'mine');
    const { code, stderr } = await ran(folder, ['old', '-t', 'node']);
    expect(code).toBe(1);
    expect(stderr).toContain('--overwrite');
    expect(readdirSync(join(folder, 'old'))).toEqual(['notes.txt']);
  });

  test('--overwrite replaces files of the same name, and keeps all others', async () => {
    mkdirSync(join(folder, 'old/src'), { recursive: true });
    for (const file of ['package.json', 'notes.txt', 'src/mine.ts']) writeFileSync(join(folder, 'old', file), 'mine');
    expect(await ran(folder, ['old', '-t', 'node', '--overwrite'])).toMatchObject({ code: 0 });
    expect(manifestIn('old').name).toBe('old');
    for (const file of ['notes.txt', 'src/mine.ts'])
      expect(readFileSync(join(folder, 'old', file), 'utf8')).toBe('mine');
  });

  test.each([
    ['a file where the project has a folder', 'src', 'file'],
    ['a folder where the project has a file', 'package.json', 'folder'],
  ])('refuses to overwrite %s, before it writes anything', async (_, name, kind) => {
    mkdirSync(join(folder, 'old'));
    if (kind === 'file') writeFileSync(join(folder, 'old', name), 'mine');
    else mkdirSync(join(folder, 'old', name));
    const { code, stderr } = await ran(folder, ['old', '-t', 'node', '--overwrite']);
    expect([code, readdirSync(join(folder, 'old'))]).toEqual([1, [name]]);
    expect(stderr).toContain(join(folder, 'old', name));
  });

  test('refuses a path that is a file', async () => {
    writeFileSync(join(folder, 'file'), 'mine');
    expect(await ran(folder, ['file', '-t', 'node', '--overwrite'])).toMatchObject({ code: 1 });
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine');
  });

  test('leaves nothing behind if the project cannot be written', async () => {
    writeFileSync(join(folder, 'file'), 'mine');
    expect(await ran(folder, ['new/../file/my-app', '-t', 'node'])).toMatchObject({ code: 1 });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('asks for --template if it is missing', async () => {
    const { code, stderr } = await ran(folder, ['my-app']);
    expect(code).toBe(2);
    expect(stderr).toContain(`--template ${templateNames.join(' | ')}`);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('package managers', () => {
  test.each([
    ['npm/11.0.0 node/v22.0.0 linux x64', 'npm install', 'npm start', 'npm test'],
    ['pnpm/10.2.0 npm/? node/v22.0.0 linux x64', 'pnpm install', 'pnpm start', 'pnpm test'],
    ['yarn/4.1.0 npm/? node/v22.0.0 linux x64', 'yarn install', 'yarn start', 'yarn test'],
    ['bun/1.2.0 npm/? node/v22.0.0 linux x64', 'bun install', 'bun run start', 'bun run test'],
    ['deno/2.1.0 npm/? deno/2.1.0 linux x64', 'deno install', 'deno task start', 'deno task test'],
    ['cnpm/9.0.0', 'npm install', 'npm start', 'npm test'],
  ])('prints and documents the commands of %s', async (npm_config_user_agent, ...commands) => {
    const { stdout } = await ran(folder, ['my-app', '-t', 'node'], { env: { npm_config_user_agent } });
    const readme = readFileSync(join(folder, 'my-app/README.md'), 'utf8');
    for (const command of commands) expect(readme).toContain(`\n${command} `.replace('install ', 'install\n'));
    expect(stdout).toContain(`  ${commands[0]}\n  ${commands[1]}\n`);
  });

  test.each([
    ['pnpm/12.21.0 npm/?', 'pnpm-workspace.yaml'],
    ['pnpm/9.15.0 npm/?', null],
    ['yarn/4.1.0 npm/?', '.yarnrc.yml'],
    ['yarn/1.22.22 npm/?', null],
    ['npm/11.0.0', null],
  ])('writes the settings that %s needs: %s', async (npm_config_user_agent, file) => {
    await ran(folder, ['my-app', '-t', 'node'], { env: { npm_config_user_agent } });
    const settings = readdirSync(join(folder, 'my-app')).filter((name) => /\.ya?ml$/.test(name));
    expect(settings).toEqual(file === null ? [] : [file]);
  });
});

describe('in a terminal', () => {
  test('asks for the folder and the template', async () => {
    const { code, asked } = await ran(folder, [], { answers: { folder: 'my-app', template: 'node' } });
    expect([code, asked]).toEqual([0, ['folder', 'template']]);
    expect(manifestIn('my-app').name).toBe('my-app');
  });

  test('asks nothing if --template is passed', async () => {
    expect(await ran(folder, ['-t', 'node'], { answers: {} })).toMatchObject({ code: 0, asked: [] });
  });

  test('asks before it writes into a folder that is not empty', async () => {
    mkdirSync(join(folder, 'old'));
    writeFileSync(join(folder, 'old/notes.txt'), 'mine');
    const answer = (overwrite: boolean) => ran(folder, ['old'], { answers: { template: 'node', overwrite } });
    expect(await answer(false)).toMatchObject({ code: 130, asked: ['template', 'overwrite'] });
    expect(readdirSync(join(folder, 'old'))).toEqual(['notes.txt']);
    expect(await answer(true)).toMatchObject({ code: 0 });
    expect(readdirSync(join(folder, 'old'))).toContain('package.json');
  });

  test.each([{ folder: null }, { folder: 'my-app', template: null }])(
    'writes nothing if the user cancels (%j)',
    async (answers) => {
      expect(await ran(folder, [], { answers })).toMatchObject({ code: 130 });
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('arguments', () => {
  test.each([
    [['my-app', '-t', 'angular'], 'Unknown template "angular". Use one of: node'],
    [['my-app', 'vite'], 'npm needs -- before options'],
    [['my-app', '--force'], "Unknown option '--force'. --help lists the options."],
    [['my-app', '--template'], "Option '-t, --template <value>' argument missing."],
    [['my-app', '-t', 'node', '--overwrite=yes'], "Option '--overwrite' does not take an argument."],
  ])('rejects %j with exit code 2', async (argv, message) => {
    const { code, stderr } = await ran(folder, argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('--help and --version print to stdout and write nothing', async () => {
    const { code, stdout } = await ran(folder, ['--help', '-t', 'node']);
    expect(code).toBe(0);
    for (const text of [...templateNames, '--overwrite', 'npm create manabi']) expect(stdout).toContain(text);
    expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([]);
    expect(await ran(folder, ['--version'])).toMatchObject({ code: 0, stdout: `${version()}\n` });
    expect(readdirSync(folder)).toEqual([]);
  });
});
