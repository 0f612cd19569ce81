// The conversations that this browser keeps.
import { Dialog, Icon, useCommonTexts, useStore } from '@rag/ui';
import { useState } from 'preact/hooks';

import { chat, choose, forget, startNew } from './chat.ts';
import { type Conversation, title } from './conversation.ts';
import { leave, signingIn } from './signing-in.ts';
import { useTexts } from './texts.ts';

/** `onChosen` is called when a person has gone to a conversation. */
export function History({ onChosen }: { onChosen: () => void }) {
  const say = useTexts();
  const common = useCommonTexts();
  const { current, kept } = useStore(chat);
  const signing = useStore(signingIn);
  const [isDeletingAll, deleteAll] = useState(false);
  const go = (to: () => void) => {
    to();
    onChosen();
  };
  return (
    <div class="history">
      <button type="button" class="button history-new" onClick={() => go(startNew)}>
        <Icon name="plus" />
        {say('new_conversation')}
      </button>
      <ul class="history-list">
        {kept.map((one) => (
          <Entry
            key={one.id}
            conversation={one}
            isCurrent={one.id === current.id}
            onChoose={() => go(() => choose(one))}
          />
        ))}
      </ul>
      {kept.length > 0 && (
        <p class="history-foot">
          <span class="soft">{say('kept_here')}</span>
          <button type="button" class="link" onClick={() => deleteAll(true)}>
            {say('delete_all')}
          </button>
        </p>
      )}
      {signing.kind === 'signed-in' && (signing.auth === 'token' || signing.auth === 'basic') && (
        <button type="button" class="link" onClick={() => go(() => void leave())}>
          {common('sign_out')}
        </button>
      )}
      {isDeletingAll && <DeleteAll onClose={() => deleteAll(false)} onDelete={() => forget(...kept)} />}
    </div>
  );
}

interface EntryProps {
  readonly conversation: Conversation;
  readonly isCurrent: boolean;
  readonly onChoose: () => void;
}

function Entry({ conversation, isCurrent, onChoose }: EntryProps) {
  const say = useTexts();
  const named = title(conversation);
  return (
    <li class="history-entry">
      <button type="button" class="history-title" aria-current={isCurrent ? 'true' : undefined} onClick={onChoose}>
        {named}
      </button>
      <button
        type="button"
        class="button-bare history-delete"
        aria-label={say('delete_conversation', { title: named })}
        onClick={() => forget(conversation)}
      >
        <Icon name="trash" />
      </button>
    </li>
  );
}

function DeleteAll({ onClose, onDelete }: { onClose: () => void; onDelete: () => void }) {
  const say = useTexts();
  const common = useCommonTexts();
  return (
    <Dialog title={say('delete_all_question')} place="middle" onClose={onClose}>
      <p>{say('delete_all_text')}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {common('cancel')}
        </button>
        <button
          type="button"
          class="button button-danger"
          onClick={() => {
            onDelete();
            onClose();
          }}
        >
          <Icon name="trash" />
          {say('delete')}
        </button>
      </div>
    </Dialog>
  );
}
