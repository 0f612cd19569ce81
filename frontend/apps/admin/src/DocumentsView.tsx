// All documents, and where each of them stands.
import type { DocumentStatus } from '@rag/api';
import { FailureNotice, useStore } from '@rag/ui';
import { useEffect, useState } from 'preact/hooks';

import { DeleteDialog } from './DeleteDialog.tsx';
import { DocumentRow } from './DocumentRow.tsx';
import { documentList, refresh, watchDocuments } from './document-list.ts';
import { IndexNotice } from './IndexNotice.tsx';
import { useTexts } from './texts.ts';

export function DocumentsView() {
  const say = useTexts();
  const { documents, failure, news } = useStore(documentList);
  const [toDelete, askToDelete] = useState<DocumentStatus>();
  const [deleted, setDeleted] = useState<string>();
  useEffect(() => watchDocuments(), []);
  const count = documents?.length ?? 0;
  return (
    <section aria-labelledby="all">
      <div class="section-head">
        <h2 id="all">{say('all')}</h2>
        {count > 0 && <span class="soft small">{say(count === 1 ? 'count_one' : 'count_other', { count })}</span>}
      </div>
      <p class="hidden" role="status">
        {deleted && say('removed', { name: deleted })}
        {news.map(({ state, file_name: name, reason }) =>
          state === 'error' ? say('now_error', { name, reason: reason ?? '' }) : say('now_ready', { name }),
        )}
      </p>
      {failure && (
        <FailureNotice
          failure={failure}
          advice={`${say('list_old')} ${say('list_old_advice')}`}
          onRetry={() => void refresh()}
        />
      )}
      <IndexNotice />
      {!documents && !failure && <p class="soft">{say('loading')}</p>}
      {documents?.length === 0 && (
        <div class="empty">
          <p>{say('none')}</p>
          <p class="soft">{say('none_text')}</p>
        </div>
      )}
      <ul class="rows">
        {documents?.map((one) => (
          <DocumentRow key={one.identification} document={one} onDelete={() => askToDelete(one)} />
        ))}
      </ul>
      {toDelete && (
        <DeleteDialog
          document={toDelete}
          onClose={() => askToDelete(undefined)}
          onDeleted={() => setDeleted(toDelete.file_name)}
        />
      )}
    </section>
  );
}
