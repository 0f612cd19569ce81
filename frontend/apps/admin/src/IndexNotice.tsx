// Whether everything that was taken in can be found, and the way to index all of it again.
import { FailureNotice, useStore } from '@rag/ui';
import { useEffect } from 'preact/hooks';

import { documentList } from './document-list.ts';
import { indexAllAgain, indexView, refreshIndex } from './index-state.ts';
import { useTexts } from './texts.ts';

export function IndexNotice() {
  const say = useTexts();
  const { documents } = useStore(documentList);
  const { status, failure, isStarting } = useStore(indexView);
  useEffect(() => {
    if (documents) void refreshIndex();
  }, [documents]);
  if (!documents?.length || !status) return null;
  const { state, documents: all, missing = 0, indexing_again: again = 0 } = status;
  return (
    <div class="index-state">
      <div role="status">
        {state === 'incomplete' && (
          <div class="notice notice-failure">
            <div class="notice-text">
              <p class="notice-title">{say('index_incomplete', { missing, all })}</p>
              <p>{say('index_incomplete_text')}</p>
              {status.reason && <p class="notice-detail">{status.reason}</p>}
            </div>
          </div>
        )}
        {state === 'unknown' && <p class="soft small">{say('index_unknown', { reason: status.reason ?? '' })}</p>}
        {state === 'complete' && again > 0 && <p class="soft small">{say('index_again_now', { again, all })}</p>}
      </div>
      {failure && (
        <FailureNotice failure={failure} advice={say('index_again_failed')} onRetry={() => void indexAllAgain()} />
      )}
      <button type="button" class="button" disabled={isStarting || again > 0} onClick={() => void indexAllAgain()}>
        {say('index_again')}
      </button>
    </div>
  );
}
