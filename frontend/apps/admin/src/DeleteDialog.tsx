import { type DocumentStatus, deleteDocument, type Failure } from '@rag/api';
import { Dialog, FailureNotice, Icon, useCommonTexts } from '@rag/ui';
import { useState } from 'preact/hooks';

import { refresh } from './document-list.ts';
import { expire } from './signing-in.ts';
import { useTexts } from './texts.ts';

interface Props {
  readonly document: DocumentStatus;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

export function DeleteDialog({ document, onClose, onDeleted }: Props) {
  const say = useTexts();
  const common = useCommonTexts();
  const [failure, setFailure] = useState<Failure>();
  const [isWaiting, setWaiting] = useState(false);

  const remove = async () => {
    setWaiting(true);
    const result = await deleteDocument(document.identification);
    setWaiting(false);
    void refresh();
    // Whoever else has deleted it: it is gone.
    if (result.ok || result.failure.kind === 'missing') {
      onDeleted();
      onClose();
    } else {
      setFailure(result.failure);
      if (result.failure.kind === 'signed-out') expire();
    }
  };
  return (
    <Dialog title={say('remove_question')} place="middle" onClose={onClose}>
      <p>{say('remove_text', { name: document.file_name })}</p>
      {failure && (
        <FailureNotice
          failure={failure}
          {...(failure.kind === 'unavailable' && failure.detail && { advice: say('remove_goes_on') })}
        />
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {common('cancel')}
        </button>
        <button type="button" class="button button-danger" disabled={isWaiting} onClick={() => void remove()}>
          <Icon name="trash" />
          {say('remove')}
        </button>
      </div>
    </Dialog>
  );
}
