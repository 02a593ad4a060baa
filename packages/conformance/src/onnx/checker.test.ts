import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { clearSession } from '@manabi/layers';
import { exportOnnx } from '@manabi/onnx';
import { exported } from './agreement.ts';
import { layerCases } from './layer-cases.ts';
import { networkCases } from './network-cases.ts';
import { faultsOf, pythonWithOnnx } from './official-checker.ts';

const python = pythonWithOnnx();

/** The files of all cases in both ways. */
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
  test.skip('the official checker accepts every file: needs a Python with the package onnx (MANABI_PYTHON)', () => {});
} else {
  test('the official checker accepts every file, with full checks and strict shape inference', async () => {
    const files = await allFiles();
    expect([...faultsOf(python, files)]).toEqual([]);
    process.stdout.write(`\nThe official checker accepts ${files.size} files.\n`);
  });

  test('it refuses a file whose shapes do not follow', async () => {
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
