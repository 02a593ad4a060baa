import { describe, expect, test } from '@jest/globals';
import { ran } from './run.fixture.ts';

describe('help and version of the manabi command', () => {
  test('prints the list of commands to stdout for --help', async () => {
    const { code, stdout, stderr } = await ran(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('train');
  });

  test('prints help to stderr with exit code 2 if no command is passed', async () => {
    const { code, stdout, stderr } = await ran([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: manabi');
  });

  test('prints examples for the --help of every command', async () => {
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

  test('prints the same text for help as for --help', async () => {
    expect(await ran(['help'])).toEqual(await ran(['--help']));
    expect(await ran(['help', 'train'])).toEqual(await ran(['train', '--help']));
    expect(await ran(['help', 'help'])).toEqual(await ran(['help', '--help']));
  });

  test('prints the list of commands if help is requested for an unknown command', async () => {
    const { code, stdout, stderr } = await ran(['help', 'nope']);
    expect([code, stdout]).toEqual([2, '']);
    for (const name of ['nope', 'train', 'doctor']) expect(stderr).toContain(name);
    expect(stderr).not.toContain('Usage');
  });

  test('prints a semantic version for --version', async () => {
    expect((await ran(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('manabi, after a usage error,', () => {
  test.each([
    ['command', ['trian', 'xor'], 'train'],
    ['option', ['train', 'xor', '--epocs', '3'], '--epochs'],
    ['recipe', ['train', 'mnist-cn'], 'mnist-cnn'],
    ['task', ['train', 'imagess'], 'images'],
    ['option of a task', ['train', 'images', '--data', 'x', '--bas', 'y'], '--base'],
    ['command after help', ['help', 'trian'], 'train'],
    ['backend for train', ['train', 'xor', '--backend', 'webgp'], 'webgpu'],
    ['backend for evaluate', ['evaluate', 'digits.keras', '--backend', 'cpuu'], 'cpu'],
  ])('exits with code 2 and suggests the nearest name for an unknown %s', async (_, args, nearest) => {
    const { code, stdout, stderr } = await ran(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(nearest);
    expect(stderr).not.toContain('    at ');
  });

  test.each([
    ['text for a number', ['train', 'xor', '--epochs', 'many']],
    ['zero epochs', ['train', 'xor', '--epochs', '0']],
    ['a fractional seed', ['train', 'xor', '--seed', '1.5']],
    ['a missing argument', ['train']],
    ['an extra argument', ['train', 'xor', 'and']],
    ['--data for a recipe with built-in data', ['train', 'xor', '--data', 'mnist']],
    ['no threads', ['train', 'xor', '--threads', '0']],
    ['--threads without --plan', ['inspect', 'digits.keras', '--threads', '2']],
    ['--threads for another backend', ['evaluate', 'digits.keras', '--threads', '2', '--backend', 'webgpu']],
    ['--plan-cache for another backend', ['predict', 'digits.keras', '1.png', '--plan-cache', '--backend', 'webgpu']],
    ['--batch-size without --plan', ['inspect', 'digits.keras', '--batch-size', '4']],
    ['an unknown choice', ['export', 'a.keras', 'a.onnx', '--composites', 'all']],
  ])('exits with code 2 for %s', async (_, args) => {
    expect(await ran(args)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('manabi, when a command fails with exit code 1,', () => {
  test('prints a stack trace only with --debug or --verbose', async () => {
    const args = ['train', 'mnist-mlp', '--data', '/nowhere'];
    const plain = await ran(args);
    expect(plain).toMatchObject({ code: 1, stdout: '' });
    expect(plain.stderr).toContain('/nowhere');
    expect(plain.stderr).not.toContain('    at ');
    expect((await ran([...args, '--debug'])).stderr).toContain('    at ');
    expect((await ran([...args, '--verbose'])).stderr).toContain('    at ');
  });
});

describe('colours of the command line', () => {
  const failing = ['train', 'xorr'];

  test('appear on terminals only', async () => {
    expect((await ran(failing, { isTTY: true })).stderr).toContain('\u001b[');
    expect((await ran(failing)).stderr).not.toContain('\u001b[');
  });

  test('are disabled by NO_COLOR', async () => {
    expect((await ran(failing, { isTTY: true, env: { NO_COLOR: '1' } })).stderr).not.toContain('\u001b[');
  });
});
