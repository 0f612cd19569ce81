// Which collection the next uploads and sources go into. Those that are there are proposed; any other name makes a new one.
import { useStore } from '@rag/ui';

import { collection, setCollection } from './collection.ts';
import { documentList } from './document-list.ts';
import { useTexts } from './texts.ts';

const LONGEST = 64;

export function CollectionField() {
  const say = useTexts();
  const name = useStore(collection);
  const { documents } = useStore(documentList);
  const known = new Set(documents?.map((one) => one.collection).filter((one) => typeof one === 'string'));
  return (
    <div class="field collection">
      <label for="collection">{say('collection')}</label>
      <input
        id="collection"
        list="collections"
        maxLength={LONGEST}
        autocomplete="off"
        value={name}
        aria-describedby="collection-hint"
        onInput={(event) => setCollection(event.currentTarget.value)}
      />
      <datalist id="collections">
        {[...known].sort().map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <p class="soft small" id="collection-hint">
        {say('collection_hint')}
      </p>
    </div>
  );
}
