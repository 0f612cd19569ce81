// Whether the person in front of the page may open original files; asked once, when the first source is shown.
import { session } from '@rag/api';
import { createStore, type Store } from '@rag/ui';

const store = createStore(false);
let isAsked = false;

async function ask(): Promise<void> {
  const result = await session();
  // Not known is asked again with the next source.
  if (result.ok) store.set(result.value.may_read_originals);
  else isAsked = false;
}

export const mayReadOriginals: Store<boolean> = {
  ...store,
  subscribe: (listener) => {
    if (!isAsked) {
      isAsked = true;
      void ask();
    }
    return store.subscribe(listener);
  },
};
