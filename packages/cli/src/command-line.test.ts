import { describe, expect, test } from '@jest/globals';
import { ran } from './run.fixture.ts';

describe('help', () => {
  test('lists the commands, on stdout when it was asked for', async () => {
    const { code, stdout, stderr } = await ran(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('train');
  });

  test('comes on stderr, as a mistake, where there is no command', async () => {
    const { code, stdout, stderr } = await ran([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: manabi');
  });

  test('of every command has examples that start with manabi', async () => {
    const { stdout } = await ran(['--help']);
    const [, list] = stdout.split('Commands:\n');
    const commands = [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name).filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const help = await ran([command, '--help']);
      expect([command, help.code, help.stderr]).toEqual([command, 0, '']);
      expect(help.stdout).toContain(`$ manabi ${command}`);
    }
  });

  test('is asked for with help too, of all or of a command', async () => {
    expect(await ran(['help'])).toEqual(await ran(['--help']));
    expect(await ran(['help', 'train'])).toEqual(await ran(['train', '--help']));
  });

  test('of a command that is none names it, and those that there are', async () => {
    const { code, stdout, stderr } = await ran(['help', 'nope']);
    expect([code, stdout]).toEqual([2, '']);
    for (const name of ['nope', 'train', 'doctor']) expect(stderr).toContain(name);
    expect(stderr).not.toContain('Usage');
  });

  test('a version is a version', async () => {
    expect((await ran(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('mistakes end with 2, on stderr alone, with the nearest name', () => {
  test.each([
    ['a command', ['trian', 'xor'], 'train'],
    ['an option', ['train', 'xor', '--epocs', '3'], '--epochs'],
    ['a recipe', ['train', 'mnist-cn'], 'mnist-cnn'],
    ['a command to be helped with', ['help', 'trian'], 'train'],
    ['a backend', ['train', 'xor', '--backend', 'webgpu'], 'cpu'],
    ['a backend to test with', ['evaluate', 'digits.keras', '--backend', 'cpuu'], 'cpu'],
  ])('%s', async (_, args, nearest) => {
    const { code, stdout, stderr } = await ran(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(nearest);
    expect(stderr).not.toContain('    at ');
  });

  test.each([
    ['no number', ['train', 'xor', '--epochs', 'many']],
    ['a number that makes no sense', ['train', 'xor', '--epochs', '0']],
    ['a fraction', ['train', 'xor', '--seed', '1.5']],
    ['a missing argument', ['train']],
    ['an argument too many', ['train', 'xor', 'and']],
    ['data for a recipe that has its own', ['train', 'xor', '--data', 'mnist']],
    ['an option that would do nothing', ['inspect', 'digits.keras', '--batch-size', '4']],
    ['a choice that is none', ['export', 'a.keras', 'a.onnx', '--composites', 'all']],
  ])('%s', async (_, args) => {
    expect(await ran(args)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('what fails ends with 1', () => {
  test('and shows where only when asked', async () => {
    const args = ['train', 'mnist-mlp', '--data', '/nowhere'];
    const plain = await ran(args);
    expect(plain).toMatchObject({ code: 1, stdout: '' });
    expect(plain.stderr).toContain('/nowhere');
    expect(plain.stderr).not.toContain('    at ');
    expect((await ran([...args, '--debug'])).stderr).toContain('    at ');
    expect((await ran([...args, '--verbose'])).stderr).toContain('    at ');
  });
});

describe('colours', () => {
  const failing = ['train', 'xorr'];

  test('are for terminals', async () => {
    expect((await ran(failing, { isTTY: true })).stderr).toContain('\u001b[');
    expect((await ran(failing)).stderr).not.toContain('\u001b[');
  });

  test('stay away with NO_COLOR', async () => {
    expect((await ran(failing, { isTTY: true, env: { NO_COLOR: '1' } })).stderr).not.toContain('\u001b[');
  });
});
