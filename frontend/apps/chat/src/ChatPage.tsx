import { Dialog, Header, Icon, language, useStore } from '@rag/ui';
import { useEffect, useState } from 'preact/hooks';

import { CollectionChoice } from './CollectionChoice.tsx';
import { Composer } from './Composer.tsx';
import { ConversationView } from './ConversationView.tsx';
import { chat } from './chat.ts';
import { History } from './History.tsx';
import { readiness, watchReadiness } from './readiness.ts';
import { SignIn, SignInAgain } from './SignIn.tsx';
import { askWhetherSignedIn, signingIn } from './signing-in.ts';
import { useTexts } from './texts.ts';

export function ChatPage() {
  const say = useTexts();
  const { current, isKept } = useStore(chat);
  const [isHistoryShown, showHistory] = useState(false);
  const chosen = useStore(language);
  const signing = useStore(signingIn);
  const isShut = signing.kind === 'signed-out' && !signing.hasExpired;
  useEffect(() => void watchReadiness(), []);
  useEffect(() => void askWhetherSignedIn(), []);
  useEffect(() => void (document.title = say('title')), [chosen]);
  return (
    <div class="chat">
      <Header page="chat">
        <button
          type="button"
          class="button-bare narrow-only"
          aria-label={say('show_history')}
          onClick={() => showHistory(true)}
        >
          <Icon name="history" />
        </button>
      </Header>
      <aside class="chat-history" aria-label={say('history')}>
        <History onChosen={() => undefined} />
      </aside>
      <main class="chat-main" id="content" tabIndex={-1}>
        {isShut ? (
          <SignIn />
        ) : (
          <>
            <ConversationView key={current.id} conversation={current} />
            <div class="chat-foot">
              <Notes isKept={isKept} />
              <CollectionChoice conversation={current} />
              <Composer key={current.id} conversation={current} />
            </div>
            <SignInAgain />
          </>
        )}
      </main>
      {isHistoryShown && (
        <Dialog title={say('history')} place="side" onClose={() => showHistory(false)}>
          <History onChosen={() => showHistory(false)} />
        </Dialog>
      )}
    </div>
  );
}

/** What a person should know before asking. */
function Notes({ isKept }: { isKept: boolean }) {
  const say = useTexts();
  const ready = useStore(readiness);
  return (
    <div role="status">
      {ready === 'away' && (
        <p class="notice notice-failure notice-line">
          <Icon name="warning" />
          <span>
            <strong>{say('not_ready')}</strong> {say('not_ready_text')}
          </span>
        </p>
      )}
      {!isKept && (
        <p class="notice notice-quiet notice-line">
          <Icon name="warning" />
          <span>{say('not_kept')}</span>
        </p>
      )}
    </div>
  );
}
