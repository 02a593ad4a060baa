import { describe, expect, test } from '@jest/globals';
import { jsonOf, ran } from '../run.fixture.ts';

describe('manabi train', () => {
  test('prints a summary of the layers, the progress, loss curves and the test accuracy', async () => {
    const { code, stdout, stderr } = await ran(['train', 'xor', '--epochs', '60']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Trainable params: 33');
    expect(stdout).toContain('Epoch 60/60 - loss: ');
    expect(stdout).toContain('loss, over 60 epochs');
    expect(stdout).toMatch(/test accuracy 1\.0000 on 4 samples/);
  });

  test('selects the fastest backend with --backend auto, and says why', async () => {
    const { code, stderr } = await ran(['train', 'xor', '--epochs', '2', '--backend', 'auto']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Backend: cpu\. A step has about .* operations/)]);
  });

  test('overwrites one line of progress on a terminal if there are many epochs', async () => {
    const { stdout } = await ran(['train', 'xor', '--epochs', '60'], { isTTY: true });
    expect(stdout).toContain('\rEpoch 60/60');
    expect(stdout.match(/Epoch .*\n/g)).toHaveLength(1);
  });

  test('prints one line of JSON to stdout with --json', async () => {
    const result = await ran(['train', 'xor', '--json']);
    expect(jsonOf(result)).toEqual({
      task: 'xor',
      testAccuracy: 1,
      testLoss: expect.any(Number),
      epochs: 300,
      secondsPerEpoch: expect.any(Number),
      seconds: expect.any(Number),
    });
    expect(result.stderr).toContain('test accuracy 1.0000');
  });

  test('reaches the same loss with any number of threads', async () => {
    const lossWith = async (threads: string) =>
      jsonOf(await ran(['train', 'xor', '--epochs', '3', '--json', '--threads', threads])).testLoss;
    expect(await lossWith('2')).toBe(await lossWith('1'));
  });

  test('reaches the same loss with the same seed, and another loss with another seed', async () => {
    const lossOf = async (...more: string[]) =>
      jsonOf(await ran(['train', 'xor', '--epochs', '3', '--json', ...more])).testLoss;
    const first = await lossOf('--seed', '5');
    expect(await lossOf('--seed', '5')).toBe(first);
    expect(await lossOf('--seed', '6')).not.toBe(first);
  });

  test.each(['mnist-mlp', 'mnist-cnn', 'mnist-bn'])('trains %s on 512 digits to over 50 % accuracy', async (recipe) => {
    const result = jsonOf(
      await ran(['train', recipe, '--samples', '512', '--epochs', '4', '--batch-size', '32', '--json']),
    );
    expect(result).toMatchObject({ task: recipe, epochs: 4 });
    expect(result.testAccuracy).toBeGreaterThan(0.5);
  });
});
