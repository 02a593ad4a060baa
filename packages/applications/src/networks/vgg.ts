import { readOptions } from '@manabi/errors';
import type { Functional } from '@manabi/layers';
import { conv2d, dense, flatten, maxPooling2d } from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { type Digests, withAndWithoutTop } from '../weights/published.ts';

/** Filters of the convolutions of each block. */
const FILTERS = [64, 128, 256, 512, 512];

const DIGESTS: Readonly<Record<string, Digests>> = {
  vgg16: ['64373286793e3c8b2b4e3219cbf3544b', '6d6bbae143d832006294945121d1f1fc'],
  vgg19: ['cbe5617147190e668d6c5d5026f83318', '253f8cb515780f3b799900260a226db6'],
};

function vgg(name: string, convolutions: readonly number[]): Architecture {
  return {
    name,
    size: 224,
    minSize: 32,
    body: (images) =>
      convolutions.reduce((block, count, i) => {
        const prefix = `block${i + 1}`;
        let x = block;
        for (let k = 1; k <= count; k++) {
          x = conv2d({
            filters: FILTERS[i],
            kernelSize: 3,
            activation: 'relu',
            padding: 'same',
            name: `${prefix}_conv${k}`,
          }).apply(x);
        }
        return maxPooling2d({ poolSize: 2, strides: 2, name: `${prefix}_pool` }).apply(x);
      }, images),
    top: (features, { classes, activation }) => {
      const flat = flatten({ name: 'flatten' }).apply(features);
      const first = dense({ units: 4096, activation: 'relu', name: 'fc1' }).apply(flat);
      const second = dense({ units: 4096, activation: 'relu', name: 'fc2' }).apply(first);
      return dense({ units: classes, activation, name: 'predictions' }).apply(second);
    },
    published: withAndWithoutTop(`${name}/${name}`, DIGESTS[name]),
  };
}

/**
 * Creates VGG16 (Simonyan and Zisserman, 2014, arXiv:1409.1556): 13 convolutions and three dense layers. It expects images
 * of `preprocessInput(images, 'vgg16')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.vgg16({ weights: null, includeTop: false, inputShape: [64, 64, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 2, 2, 512]
 * ```
 */
export async function vgg16(options: NetworkOptions = {}): Promise<Functional> {
  return buildNetwork('vgg16', readOptions('vgg16', options, networkKinds), vgg('vgg16', [2, 2, 3, 3, 3]));
}

/**
 * Creates VGG19 (Simonyan and Zisserman, 2014, arXiv:1409.1556): 16 convolutions and three dense layers. It expects images
 * of `preprocessInput(images, 'vgg19')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.vgg19({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 512]
 * ```
 */
export async function vgg19(options: NetworkOptions = {}): Promise<Functional> {
  return buildNetwork('vgg19', readOptions('vgg19', options, networkKinds), vgg('vgg19', [2, 2, 4, 4, 4]));
}
