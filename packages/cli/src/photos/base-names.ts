/** Names of the pretrained networks that `--base` accepts. */
export const baseNames = [
  'mobilenet-v1-0.25',
  'mobilenet-v1-0.5',
  'mobilenet-v1-0.75',
  'mobilenet-v1-1.0',
  'mobilenet-v2',
  'mobilenet-v3-small',
  'mobilenet-v3-large',
  'efficientnet-b0',
  'efficientnet-v2-b0',
  'resnet50-v2',
  'inception-v3',
  'xception',
] as const;

/** Name of a pretrained network. */
export type BaseName = (typeof baseNames)[number];
