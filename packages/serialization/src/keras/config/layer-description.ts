/** What a layer is, for `layerFrom`. */
export interface LayerDescription {
  readonly kind: 'layer';
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}
