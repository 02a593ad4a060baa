import '@manabi/backend-cpu/register';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray, tensor } from '@manabi/core';
import { joinedBytes, type ZipInput, zipPieces } from '@manabi/files/internal';
import { dtypeNames, dtypes } from '@manabi/ir';
import { clearSession, layers, type Model, sequential } from '@manabi/layers';
import { fuzz, fuzzCount } from '../fuzz.fixture.ts';
import { encodeTorch, loadModel, loadWeights, memoryStore, readTorch, saveWeights } from '../index.ts';
import { recognizeFile } from '../recognize/entry.ts';

beforeEach(clearSession);

interface Golden {
  readonly title: string;
  readonly file: string;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
  readonly x?: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly y?: { readonly shape: readonly number[]; readonly data: readonly number[] };
}

const cases: readonly Golden[] = JSON.parse(readFileSync(new URL('./goldens/torch.json', import.meta.url), 'utf8'));
const bytesOf = (golden: Golden): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(golden.file, 'base64'));

function goldenOf(title: string): Golden {
  const found = cases.find((golden) => golden.title === title);
  if (found === undefined) throw new Error(`No golden '${title}'.`);
  return found;
}

function plain(tensors: Readonly<Record<string, HostArray>>): unknown {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      { shape: [...shape], data: Array.from(data, Number) },
    ]),
  );
}

async function zipOf(files: readonly ZipInput[]): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(files)) pieces.push(piece);
  return joinedBytes(pieces);
}

const text = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));

/** Returns a PyTorch file with a given pickle and storages. */
const torchFile = (pickle: string, data: Readonly<Record<string, Uint8Array>> = {}, order = 'little') =>
  zipOf([
    { name: 'a/data.pkl', data: text(pickle) },
    { name: 'a/byteorder', data: text(order) },
    ...Object.entries(data).map(([key, bytes]) => ({ name: `a/data/${key}`, data: bytes })),
    { name: 'a/version', data: text('3\n') },
  ]);

const STORAGE = '(U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x02tQ';
const tensorOf = (offset: string, shape: string, strides: string): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${STORAGE}${offset}(${shape}t(${strides}t\x89}tR`;

describe('readTorch', () => {
  test.each(cases)('reads $title', async (golden) => {
    const bytes = bytesOf(golden);
    expect(await recognizeFile(bytes)).toBe('torch');
    const { tensors } = await readTorch(bytes);
    const { tensors: expected } = golden;
    expect(plain(tensors)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, { shape, data }]) => [name, { shape, data }])),
    );
  });

  test('returns plain values by name', async () => {
    const { values } = await readTorch(bytesOf(goldenOf('nested dictionaries with plain values')));
    expect(values).toMatchObject({
      epoch: 3,
      lr: 0.125,
      name: 'net',
      best: null,
      done: true,
      big: 2n ** 70n,
      'optimizer.param_groups.0.betas.1': 0.999,
      dtype: 'torch.float16',
      'size.1': 3,
    });
  });

  test('reads storages in big-endian order', async () => {
    const data = Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0);
    const { tensors } = await readTorch(
      await torchFile(`}U\x01a${tensorOf('K\x00', 'K\x02', 'K\x01')}s.`, { 0: data }, 'big'),
    );
    expect(Array.from(tensors.a.data)).toEqual([1, -2]);
  });

  test.each([
    ['a function of the operating system', "cos\nsystem\n(S'echo hello'\ntR.", 'os.system'],
    ['a class of a user', '}U\x05modelc__main__\nNet\n)\x81s.', '__main__.Net'],
    ['an evaluated expression', "c__builtin__\neval\n(S'1'\ntR.", '__builtin__.eval'],
    [
      'a function within an allowed module',
      "ctorch._utils\n_import_dotted_name\n(S'os'\ntR.",
      'torch._utils._import_dotted_name',
    ],
    ['a global by name and module', '\x8c\x02os\x8c\x06system\x93.', 'os.system'],
  ])('rejects %s by name, without executing it', async (_title, pickle, global) => {
    await expect(readTorch(await torchFile(`\x80\x02${pickle}`))).rejects.toMatchObject({
      code: 'unsupported',
      data: { global },
    });
  });

  test('states in the message what to save, and the position in the pickle', async () => {
    await expect(readTorch(await torchFile('}U\x01acos\nsystem\ns.'))).rejects.toMatchObject({
      message: expect.stringContaining('Save only tensors: torch.save(model.state_dict(), path).'),
      data: { position: 4 },
    });
  });

  test('reads bytes and strings of Python 2 as text', async () => {
    const { values } = await readTorch(
      await torchFile(
        "}(S'a\\x62\\'\\n'\nC\x02\x00\xffU\x01cc_codecs\nencode\n(X\x01\x00\x00\x00dX\x06\x00\x00\x00latin1tRu.",
      ),
    );
    expect(values).toEqual({ "ab'\n": '\0\xff', c: 'd' });
  });

  test('reads dictionaries whose default is a list', async () => {
    const { values } = await readTorch(
      await torchFile('ccollections\ndefaultdict\nc__builtin__\nlist\n\x85R(U\x01a](K\x01K\x02eu.'),
    );
    expect(values).toEqual({ 'a.0': 1, 'a.1': 2 });
  });

  test('reads bytes that are used many times', async () => {
    const { values } = await readTorch(await torchFile(`](C\x05abcdeq\x00${'h\x00'.repeat(50)}e.`));
    expect(Object.values(values)).toEqual(Array.from({ length: 51 }, () => 'abcde'));
  });

  test('rejects dictionaries that copy one list many times', async () => {
    const items = '(K\x01K\x02\x86K\x03K\x04\x86K\x05K\x06\x86l';
    const copies = 'h\x01h\x00\x85R0'.repeat(200);
    await expect(
      readTorch(await torchFile(`${items}q\x00ccollections\nOrderedDict\nq\x01${copies}.`)),
    ).resolves.toMatchObject({ tensors: {} });
    const long = `(${'K\x01K\x02\x86'.repeat(200)}lq\x00`;
    await expect(readTorch(await torchFile(`${long}ccollections\nOrderedDict\nq\x01${copies}.`))).rejects.toMatchObject(
      { code: 'tooLarge' },
    );
  });

  test('rejects a storage whose key is a list, without converting it to text', async () => {
    await expect(
      readTorch(await torchFile(tensorOf('K\x00', 'K\x02', 'K\x01').replace('U\x010', ']').concat('.'))),
    ).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('rejects opcodes that create arbitrary objects', async () => {
    await expect(readTorch(await torchFile('(i__main__\nNet\n.'))).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('rejects tensors outside their storage, and storages that are missing', async () => {
    const data = { 0: new Uint8Array(8) };
    await expect(readTorch(await torchFile(`${tensorOf('K\x01', 'K\x02', 'K\x01')}.`, data))).rejects.toMatchObject({
      code: 'corrupt',
      data: { expected: 12, got: 8 },
    });
    await expect(readTorch(await torchFile(`${tensorOf('K\x00', 'K\x02', 'K\x01')}.`))).rejects.toMatchObject({
      code: 'corrupt',
    });
  });

  test('rejects expanded tensors that need far more memory than the file', async () => {
    const huge = tensorOf('K\x00', 'J\xff\xff\xff\x7fK\x10', 'K\x00K\x00');
    await expect(readTorch(await torchFile(`${huge}.`, { 0: new Uint8Array(8) }))).rejects.toMatchObject({
      code: 'tooLarge',
    });
  });

  test('rejects lists that contain each other many times', async () => {
    let pickle = ']q\x00';
    for (let level = 0; level < 40; level++)
      pickle += `](h${String.fromCharCode(level)}h${String.fromCharCode(level)}eq${String.fromCharCode(level + 1)}`;
    await expect(readTorch(await torchFile(`${pickle}.`))).rejects.toMatchObject({ code: 'tooLarge' });
  });

  test('rejects a list that contains itself', async () => {
    await expect(readTorch(await torchFile(']q\x00h\x00a.'))).rejects.toMatchObject({ code: 'tooLarge' });
  });

  test('rejects TorchScript programs', async () => {
    const bytes = await zipOf([
      { name: 'a/data.pkl', data: text('N.') },
      { name: 'a/code/__torch__.py', data: text('') },
    ]);
    await expect(readTorch(bytes)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('rejects other files, and loadModel states how to read PyTorch files', async () => {
    await expect(readTorch(text('{"a": 1}') as Uint8Array<ArrayBuffer>)).rejects.toMatchObject({
      data: { kind: 'json' },
    });
    await expect(loadModel(bytesOf(cases[0]))).rejects.toMatchObject({ code: 'unsupported', data: { kind: 'torch' } });
  });

  test(`reads or rejects ${fuzzCount} corrupted copies`, async () => {
    const files = cases.slice(0, 6).map(bytesOf);
    // Corruption within a ZIP archive is found by its checksums, so pickles are also corrupted before they are archived.
    const report = await fuzz(files, readTorch);
    const pickle = text(`}q\x00(U\x01a${tensorOf('K\x00', 'K\x02', 'K\x01')}U\x01b](K\x01\x8a\x02\x00\x01Neu.`);
    const within = await fuzz([pickle as Uint8Array<ArrayBuffer>], async (bytes) =>
      readTorch(
        await zipOf([
          { name: 'a/data.pkl', data: bytes },
          { name: 'a/data/0', data: new Uint8Array(8) },
        ]),
      ),
    );
    for (const { read, refused, bytes } of [report, within]) {
      expect(read + Object.values(refused).reduce((sum, n) => sum + n, 0)).toBe(fuzzCount);
      expect(bytes).toBeLessThan(2 ** 28);
    }
  }, 600_000);
});

function network(): Model {
  return sequential([
    layers.conv2d({ filters: 3, kernelSize: [2, 3], activation: 'relu', inputShape: [5, 6, 2], name: 'conv' }),
    layers.conv2dTranspose({ filters: 2, kernelSize: 2, name: 'up' }),
    layers.conv2d({ filters: 4, kernelSize: 2, groups: 2, name: 'deep' }),
    layers.batchNormalization({ name: 'norm', epsilon: 1e-5 }),
    layers.globalAveragePooling2d(),
    layers.dense({ units: 5, name: 'fc' }),
  ]);
}

describe('loadWeights: PyTorch files', () => {
  const golden = goldenOf('a network');

  test('load into a model with the names of the modules, and predict the same as PyTorch', async () => {
    const model = network();
    await loadWeights(model, bytesOf(golden));
    const { x, y } = golden;
    if (x === undefined || y === undefined) throw new Error('The golden has no input.');
    const predicted = await (await model.predict(hostArray('float32', x.shape, Float32Array.from(x.data)))).data();
    expect(Math.max(...y.data.map((value, i) => Math.abs(value - predicted[i])))).toBeLessThan(1e-5);
  });

  test('are written by saveWeights with the names, shapes and elements of PyTorch', async () => {
    const model = network();
    await loadWeights(model, bytesOf(golden));
    const store = memoryStore('a.pt');
    await saveWeights(model, store);
    const { tensors } = await readTorch(store);
    const { 'norm.num_batches_tracked': _count, ...expected } = golden.tensors;
    expect(plain(tensors)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, { shape, data }]) => [name, { shape, data }])),
    );
  });

  test('restore the kernel of a depthwise convolution with a multiplier', async () => {
    const make = (): Model =>
      sequential([
        layers.depthwiseConv2d({ kernelSize: [2, 3], depthMultiplier: 2, inputShape: [4, 4, 3], name: 'd' }),
      ]);
    const [model, other] = [make(), make()];
    const store = memoryStore('a.pt');
    await saveWeights(model, store);
    expect((await readTorch(store)).tensors['d.weight'].shape).toEqual([6, 1, 2, 3]);
    await loadWeights(other, store);
    expect(await other.getWeights()).toEqual(await model.getWeights());
  });

  test('are mapped by nameOf, with the transposes of PyTorch', async () => {
    const model = sequential([layers.dense({ units: 1, inputShape: [2], useBias: false, name: 'mine' })]);
    const bytes = await encodeTorch({ 'module.fc.weight': tensor([[1, 2]]) });
    await loadWeights(model, bytes, { nameOf: () => 'module.fc.weight' });
    expect((await model.getWeights())[0].shape).toEqual([2, 1]);
    await expect(
      loadWeights(model, bytes, { nameOf: () => 'module.fc.weight', layout: 'manabi' }),
    ).rejects.toMatchObject({
      code: 'corrupt',
      data: { expected: [2, 1], got: [1, 2] },
    });
  });

  test('are loaded from a checkpoint by the prefix of their names, which the error without it states', async () => {
    const make = () => sequential([layers.dense({ units: 1, inputShape: [2], name: 'fc' })]);
    const bytes = await encodeTorch({
      'model.fc.weight': tensor([[1, 2]]),
      'model.fc.bias': tensor([3]),
      'optimizer.state.0.step': tensor([7]),
    });
    const model = make();
    await loadWeights(model, bytes, { prefix: 'model.' });
    expect((await model.getWeights()).map(({ data }) => [...data])).toEqual([[1, 2], [3]]);
    await expect(loadWeights(make(), bytes)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining("The file has 'model.fc.weight': pass prefix: 'model.'."),
    });
    await expect(loadWeights(make(), bytes, { prefix: 'net.' })).rejects.toMatchObject({
      message: expect.stringContaining("missing array 'net.fc.weight'"),
    });
  });

  test('are written to files with either extension of PyTorch', async () => {
    const model = sequential([layers.dense({ units: 1, inputShape: [2], name: 'fc' })]);
    const store = memoryStore('a.pth');
    await saveWeights(model, store);
    expect(Object.keys((await readTorch(store)).tensors)).toEqual(['fc.weight', 'fc.bias']);
  });

  test('are rejected if names differ, with the nearest name', async () => {
    await expect(
      loadWeights(sequential([layers.dense({ units: 5, inputShape: [4], name: 'fd' })]), bytesOf(golden)),
    ).rejects.toMatchObject({
      code: 'corrupt',
      data: { missing: 'fd.weight' },
    });
  });
});

const every = Object.fromEntries(
  dtypeNames.map((dtype) => {
    const data = dtypes[dtype].create(6);
    data.set([0, 1, 1, 0, 1, 1]);
    return [dtype, hostArray(dtype, [2, 3], data)];
  }),
);

test('rejects storages that are parts of others, whose elements begin elsewhere', async () => {
  const data = { 0: new Uint8Array(8) };
  const pickleOf = (view: string): string =>
    `}U\x01a${tensorOf('K\x00', 'K\x02', 'K\x01').replace('tQ', `${view}tQ`)}s.`;
  const whole = await readTorch(await torchFile(pickleOf('N'), data));
  expect(whole.tensors.a).toMatchObject({ dtype: 'float32', shape: [2] });
  await expect(readTorch(await torchFile(pickleOf('(U\x018K\x02K\x02t'), data))).rejects.toMatchObject({
    code: 'unsupported',
  });
});

test('writeTorch restores all dtypes; uint32 becomes int32', async () => {
  const { tensors } = await readTorch(
    await encodeTorch({ ...every, scalar: tensor(2), empty: hostArray('float32', [0, 2], new Float32Array()) }),
  );
  for (const [name, { shape, data }] of Object.entries(every)) {
    expect(tensors[name].shape).toEqual(shape);
    expect(Array.from(tensors[name].data)).toEqual(Array.from(data));
  }
  expect(tensors.uint32.dtype).toBe('int32');
  expect([tensors.scalar.shape, tensors.empty.shape]).toEqual([[], [0, 2]]);
});

const python = process.env.MANABI_PYTHON;
const hasTorch =
  python !== undefined &&
  spawnSync(python, ['-c', "import sys, importlib.util as u; sys.exit(u.find_spec('torch') is None)"]).status === 0;

(hasTorch ? test : test.skip)(
  'torch.load(weights_only=True) reads files of writeTorch (requires MANABI_PYTHON with torch)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'manabi-torch-'));
    try {
      const file = join(folder, 'a.pt');
      writeFileSync(file, await encodeTorch({ ...every, scalar: tensor(2.5) }));
      const script = fileURLToPath(new URL('../../../../tooling/goldens/torch-files/check.py', import.meta.url));
      const [loaded] = JSON.parse(execFileSync(python ?? '', [script, file], { encoding: 'utf8' }));
      for (const [name, { dtype, shape, data }] of Object.entries(every)) {
        expect(loaded[name]).toEqual({ dtype: dtype === 'uint32' ? 'int64' : dtype, shape, data: Array.from(data) });
      }
      expect(loaded.scalar).toEqual({ dtype: 'float32', shape: [], data: [2.5] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
