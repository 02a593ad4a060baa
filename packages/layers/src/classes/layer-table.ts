import type { LayerClass } from '../layer/layer-class.ts';
import { type LayerRow, layerRows } from '../layers/rows.ts';
import { rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';

/** Models that are layers too. Files hold them in forms of their own. */
const modelRows = {
  model: { className: 'Functional', load: () => import('../model/functional.ts') },
  sequential: { className: 'Sequential', load: () => import('../model/sequential.ts') },
};

/** Rows by the names of classes, which are what the files of layers export. */
function byClassName<Row extends LayerRow>(rows: Readonly<Record<string, Row>>): Readonly<Record<string, Row>> {
  return Object.fromEntries(Object.values(rows).map((row) => [row.className, row]));
}

/** The classes of layers by name: what loads models. A page that does not load any downloads only the layers that it uses. */
export const layerTable = /* @__PURE__ */ new ClassTable<LayerClass, LayerRow>(
  'layer',
  /* @__PURE__ */ rowsInFiles(/* @__PURE__ */ byClassName({ ...layerRows, ...modelRows })),
);
