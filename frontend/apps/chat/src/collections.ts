// What questions can be limited to: asked for as often as whether they can be answered.
import { collections as listed } from '@rag/api';
import { createStore } from '@rag/ui';

export const collections = createStore<readonly string[]>([]);

export async function readCollections(): Promise<void> {
  const result = await listed();
  if (result.ok) collections.set(result.value.collections);
}
