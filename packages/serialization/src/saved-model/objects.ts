import { FileError } from '@manabi/files';
import { Message } from './protobuf.ts';
import type { TensorBundle } from './tensor-bundle.ts';

/** Name under which a checkpoint stores the graph of its objects. */
const GRAPH_KEY = '_CHECKPOINTABLE_OBJECT_GRAPH';

/** Object of a checkpoint: a layer, a list or a variable. */
export interface CheckpointObject {
  /** Name of the stored variable; null for other objects. */
  readonly key: string | null;
  /** Returns a part of the object by name; undefined if it is missing. */
  child(name: string): CheckpointObject | undefined;
}

/**
 * Reads the graph of objects in a checkpoint of TensorFlow 2.
 *
 * @returns the root object, the model
 * @throws FileError `corrupt`
 */
export async function readObjects(bundle: TensorBundle): Promise<CheckpointObject> {
  const source = bundle.name;
  const nodes = new Message(await bundle.readText(GRAPH_KEY), source).messages(1);
  const objectAt = (id: number): CheckpointObject => {
    const node = nodes[id];
    if (node === undefined) {
      throw new FileError('corrupt', `Cannot read ${source}: object ${id} is missing. Save or download it again.`, {
        data: { source, object: id },
      });
    }
    const children = new Map(node.messages(1).map((child) => [child.text(2), child.number(1)]));
    const attribute = node.messages(2).find((each) => each.text(1) === 'VARIABLE_VALUE');
    return {
      key: attribute === undefined ? null : attribute.text(3),
      child: (name) => {
        const child = children.get(name);
        return child === undefined ? undefined : objectAt(child);
      },
    };
  };
  return objectAt(0);
}

/** Returns the objects in a list, whose parts are named `0`, `1`, … */
export function itemsOf(list: CheckpointObject | undefined): readonly CheckpointObject[] {
  const items: CheckpointObject[] = [];
  for (let item = list?.child('0'); item !== undefined; item = list?.child(String(items.length))) items.push(item);
  return items;
}
