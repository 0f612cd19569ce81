// Reads a page, a sitemap or a space again; answers come from what was read before until that is done.
import { addSource, type DocumentStatus, type Failure } from '@rag/api';
import { Icon } from '@rag/ui';
import { useState } from 'preact/hooks';

import { isUnfinished, refresh } from './document-list.ts';
import { expire } from './signing-in.ts';
import { useTexts } from './texts.ts';

interface Props {
  readonly document: DocumentStatus;
  /** Called with `undefined` when it is tried. */
  readonly onFailure: (failure: Failure | undefined) => void;
}

export function ReadAgain({ document, onFailure }: Props) {
  const say = useTexts();
  const [isWaiting, setWaiting] = useState(false);
  const { file_name: name, source_type: type, collection } = document;
  const send = async () => {
    setWaiting(true);
    onFailure(undefined);
    const result = await addSource({ url: name, ...(type && { type }), ...(collection && { collection }) });
    setWaiting(false);
    if (result.ok) void refresh();
    else if (result.failure.kind === 'signed-out') expire();
    else onFailure(result.failure);
  };
  return (
    <button
      type="button"
      class="button-bare"
      aria-label={say('read_again', { name })}
      title={say('read_again', { name })}
      disabled={isWaiting || isUnfinished(document)}
      onClick={() => void send()}
    >
      <Icon name="retry" />
    </button>
  );
}
