import { ManabiError } from '@manabi/errors';
import { cachedDownload, FileError, type FileSource } from '@manabi/files';
import type { Model } from '@manabi/layers';
import { type LoadWeightsOptions, loadWeights, type Source } from '@manabi/serialization';
import type { PublishedFile } from './published.ts';
import type { DownloadOptions, WeightsSource } from './weights-source.ts';

/** A file of weights on this machine, or whose parts are downloaded when they are read. */
interface Located {
  readonly file: Source;
  readonly options: LoadWeightsOptions;
}

/**
 * Loads the weights of a network from a file, or a published file. URLs are downloaded once and cached.
 *
 * @param includeTop whether the network has its classifier. Without it, a file with the classifier is accepted if it has
 * the weights of all layers by name
 * @throws FileError `network` or `http` with the URL if it cannot be downloaded; `corrupt` for weights that do not fit
 */
export async function loadNetworkWeights(
  op: string,
  network: Model,
  source: WeightsSource | PublishedFile,
  includeTop: boolean,
  download: DownloadOptions,
): Promise<void> {
  const { file, options } = await locate(op, source, download);
  try {
    await loadWeights(network, file, options);
  } catch (error) {
    if (includeTop || !hasFurtherLayers(error)) throw error;
    await loadWeights(network, file, { ...options, match: 'name' });
  }
}

/** Returns whether an error says that a file has weights for more layers than the model. */
function hasFurtherLayers(error: unknown): boolean {
  if (!(error instanceof FileError)) return false;
  const { expected, got, stranger } = error.data;
  if (typeof stranger === 'string') return true;
  return Array.isArray(expected) && Array.isArray(got) && 'missing' in error.data && got.length > expected.length;
}

async function locate(op: string, source: WeightsSource | PublishedFile, download: DownloadOptions): Promise<Located> {
  const { signal } = download;
  if (isPublished(source)) {
    const { url, md5, sha256 } = source;
    const checksums = download.sha256 === undefined && download.md5 === undefined ? { md5, sha256 } : {};
    return { file: await downloaded(op, url, { ...download, ...withoutNull(checksums) }), options: { signal } };
  }
  const url = webUrl(source);
  if (url === null) {
    checkUnused(op, download);
    return { file: source, options: { signal } };
  }
  const file = await downloaded(op, url, download);
  if (!new URL(url).pathname.endsWith('.json')) return { file, options: { signal } };
  // A checksum belongs to model.json, not to the files of weights that it lists.
  const { sha256: _, md5: __, ...further } = download;
  return { file, options: { signal, openShard: (path) => downloaded(op, new URL(path, url).href, further) } };
}

async function downloaded(op: string, url: string, options: DownloadOptions): Promise<FileSource> {
  try {
    return await cachedDownload(url, options);
  } catch (error) {
    if (!(error instanceof FileError) || !['network', 'http', 'truncated'].includes(error.code)) throw error;
    throw new FileError(
      error.code,
      `Cannot download weights of ${op}: ${error.message} Without a network, copy ${url} to this machine and pass its ` +
        'path as `weights`, or pass weights: null for random weights.',
      { data: { ...error.data, url, op }, cause: error },
    );
  }
}

/** Rejects checksums and folders of a download for files that are not downloaded. */
function checkUnused(op: string, { signal: _, ...download }: DownloadOptions): void {
  const unused = Object.entries(download).find(([, given]) => given !== undefined);
  if (unused === undefined) return;
  const name = `download.${unused[0]}`;
  throw new ManabiError('argument', `\`${name}\` applies only to \`weights\` with a URL, or 'imagenet'. Remove it.`, {
    op,
    data: { name, given: unused[1] },
  });
}

function webUrl(source: WeightsSource): string | null {
  const text = source instanceof URL ? source.href : source;
  return typeof text === 'string' && /^https?:/i.test(text) ? text : null;
}

function isPublished(source: WeightsSource | PublishedFile): source is PublishedFile {
  return typeof source === 'object' && 'md5' in source && 'url' in source;
}

function withoutNull(checksums: { readonly md5?: string | null; readonly sha256?: string | null }) {
  const { md5, sha256 } = checksums;
  return { ...(md5 ? { md5 } : {}), ...(sha256 ? { sha256 } : {}) };
}
