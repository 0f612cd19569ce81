// The collection that is typed for what is added next. It stays while the page is open.
import { createStore, keep, readKept } from '@rag/ui';

const DRAFT = 'draft.collection';

export const collection = createStore<string>(kept());

export function setCollection(name: string): void {
  collection.set(name);
  keep(DRAFT, name === '' ? undefined : name, () => sessionStorage);
}

function kept(): string {
  const found = readKept(DRAFT, () => sessionStorage);
  return typeof found === 'string' ? found : '';
}
