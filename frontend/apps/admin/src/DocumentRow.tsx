import { type DocumentStatus, type Failure, originalUrl } from '@rag/api';
import { FailureNotice, Icon, useMoments } from '@rag/ui';
import { useState } from 'preact/hooks';

import { ReadAgain } from './ReadAgain.tsx';
import { useTexts } from './texts.ts';

export function DocumentRow({ document, onDelete }: { document: DocumentStatus; onDelete: () => void }) {
  const say = useTexts();
  const moment = useMoments();
  const [failure, setFailure] = useState<Failure>();
  const { identification, file_name: name, source_type: kind, state, reason, changed } = document;
  const pieces = document.pieces ?? 0;
  const { read, of } = document.progress ?? {};
  const isFile = kind === 'file' || kind === undefined;
  return (
    <li class="row" data-state={state}>
      <Icon name={isFile ? 'document' : 'link'} />
      <div class="row-body">
        <p class="row-name">
          <strong>{name}</strong>
        </p>
        <p class="row-facts small soft">
          <span class={`state state-${document.will_retry ? 'retrying' : state}`}>
            {say(document.will_retry ? 'retrying' : state)}
          </span>
          {read !== undefined && (
            <span>{typeof of === 'number' ? say('pages_read_of', { read, of }) : say('pages_read', { read })}</span>
          )}
          {pieces > 0 && <span>{say(pieces === 1 ? 'pieces_one' : 'pieces_other', { count: pieces })}</span>}
          {document.collection && <span>{say('in_collection', { name: document.collection })}</span>}
          <time dateTime={changed}>{moment(changed)}</time>
        </p>
        {read !== undefined && typeof of === 'number' && (
          <progress value={read} max={of} aria-label={say('progress_of', { name })} />
        )}
        {reason && <p class={state === 'error' ? 'row-reason problem' : 'row-reason soft small'}>{reason}</p>}
        {failure && <FailureNotice failure={failure} />}
        {state === 'error' && pieces > 0 && <p class="soft small">{say('earlier_kept')}</p>}
      </div>
      <div class="row-ways">
        {isFile ? (
          <a class="button-bare" href={originalUrl(identification)} download aria-label={say('download_of', { name })}>
            <Icon name="download" />
          </a>
        ) : (
          <>
            <ReadAgain document={document} onFailure={setFailure} />
            <a class="button-bare" href={name} target="_blank" rel="noopener noreferrer" aria-label={name}>
              <Icon name="open" />
            </a>
          </>
        )}
        <button
          type="button"
          class="button-bare"
          aria-label={say('remove_of', { name })}
          disabled={state === 'deleting'}
          onClick={onDelete}
        >
          <Icon name="trash" />
        </button>
      </div>
    </li>
  );
}
