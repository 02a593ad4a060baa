/** One of the four files of MNIST, unchanged since 1998: IDX compressed with gzip. */
export interface MnistFile {
  /** Original name of the file. */
  readonly name: string;
  /** Location of the file: a `file:` URL in Node; in a page, the address that the bundler or server assigned. */
  readonly url: URL;
  /** Size of the compressed file in bytes. */
  readonly bytes: number;
  /** SHA-256 of the compressed file in hexadecimal. */
  readonly sha256: string;
  /** Size of the decompressed file in bytes. */
  readonly contentBytes: number;
  /** SHA-256 of the decompressed file in hexadecimal. */
  readonly contentSha256: string;
}

/**
 * The files of MNIST (Yann LeCun, Corinna Cortes; CC BY-SA 3.0): 60,000 handwritten digits of 28 by 28 bytes for training,
 * and 10,000 for testing. `@manabi/datasets` reads them.
 *
 * Each URL is written as `new URL('…', import.meta.url)`, which bundlers recognize. The URL is created when the
 * property is read. In a classic script, where `import.meta` is unavailable, reading the property throws a `TypeError`.
 *
 * @example
 * ```ts
 * import { mnistFiles } from '@manabi/mnist';
 *
 * console.log(mnistFiles.trainLabels.name); // train-labels-idx1-ubyte.gz
 * console.log(mnistFiles.trainLabels.contentBytes); // 60008
 * ```
 */
export const mnistFiles = {
  trainImages: {
    name: 'train-images-idx3-ubyte.gz',
    get url() {
      return new URL('../data/train-images-idx3-ubyte.gz', import.meta.url);
    },
    bytes: 9912422,
    sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    contentBytes: 47040016,
    contentSha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte.gz',
    get url() {
      return new URL('../data/train-labels-idx1-ubyte.gz', import.meta.url);
    },
    bytes: 28881,
    sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
    contentBytes: 60008,
    contentSha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte.gz',
    get url() {
      return new URL('../data/t10k-images-idx3-ubyte.gz', import.meta.url);
    },
    bytes: 1648877,
    sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
    contentBytes: 7840016,
    contentSha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte.gz',
    get url() {
      return new URL('../data/t10k-labels-idx1-ubyte.gz', import.meta.url);
    },
    bytes: 4542,
    sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
    contentBytes: 10008,
    contentSha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
} as const satisfies Record<string, MnistFile>;
