import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { clearSession } from '@manabi/layers';
import { exportOnnx } from '@manabi/onnx';
import { exported } from './agreement.ts';
import { layerCases } from './layer-cases.ts';
import { networkCases } from './network-cases.ts';
import { faultsOf, pythonWithOnnx } from './official-checker.ts';

const python = pythonWithOnnx();

/**
 * Exports the models of all cases twice, with composites as operators and with composites inlined, and returns the
 * files by name.
 */
async function allFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const one of [...layerCases, ...networkCases]) {
    clearSession();
    const subject = await one.make();
    for (const composites of ['operators', 'bodies'] as const) {
      files.set(`${one.name}, ${composites}`, await exported(subject, one, { composites }));
    }
  }
  return files;
}

if (python === null) {
  test.skip('the ONNX checker accepts every exported file (needs MANABI_PYTHON: Python with the package onnx)', () => {});
} else {
  test('the ONNX checker accepts every exported file, with full checks and strict shape inference', async () => {
    const files = await allFiles();
    expect([...faultsOf(python, files)]).toEqual([]);
    process.stdout.write(`\nThe ONNX checker accepts ${files.size} files.\n`);
  });

  test('the ONNX checker rejects a file with inconsistent shapes', async () => {
    const { model } = await networkCases[0].make();
    const whole = await exportOnnx(model, { outputNames: ['scores'] });
    const [from, to] = ['perm', 'prem'].map((text) => Buffer.from(text));
    const wrong = Buffer.from(whole);
    wrong.set(to, wrong.indexOf(from));
    expect([
      ...faultsOf(
        python,
        new Map([
          ['whole', whole],
          ['wrong', wrong],
        ]),
      ).keys(),
    ]).toEqual(['wrong']);
  });
}
