// A question, and what came of it.
import { FailureNotice, Icon } from '@rag/ui';

import { AnswerText } from './AnswerText.tsx';
import { quoted, written } from './answer-text.ts';
import type { Turn } from './conversation.ts';
import { Sources, sourceAnchor } from './Sources.tsx';
import { useTexts } from './texts.ts';

interface Props {
  readonly turn: Turn;
  readonly onStop: () => void;
  readonly onAskAgain: () => void;
  readonly onEdit: () => void;
}

export function TurnView({ turn, onStop, onAskAgain, onEdit }: Props) {
  const say = useTexts();
  return (
    <li class="turn">
      <h2 class="turn-question">
        <span class="hidden">{say('you_asked')}: </span>
        {turn.question}
      </h2>
      <Answer turn={turn} />
      {turn.state === 'asking' && (
        <div class="turn-asking">
          <span class="dots" aria-hidden="true" />
          <span class="soft">{say('answering')}</span>
          <button type="button" class="button" onClick={onStop}>
            <Icon name="stop" />
            {say('stop')}
          </button>
        </div>
      )}
      {turn.failure && (
        <FailureNotice failure={turn.failure} {...(turn.failure.kind === 'stopped' && { advice: say('stopped') })}>
          <button type="button" class="button" onClick={onAskAgain}>
            <Icon name="retry" />
            {say('ask_again')}
          </button>
          <button type="button" class="button" onClick={onEdit}>
            {say('edit')}
          </button>
        </FailureNotice>
      )}
    </li>
  );
}

function Answer({ turn }: { turn: Turn }) {
  const say = useTexts();
  if (turn.finishReason === 'nothing_found') {
    return (
      <>
        <div class="notice notice-quiet">
          <Icon name="ask" />
          <div class="notice-text">
            <p class="notice-title">{say('nothing_found')}</p>
            <p>{turn.answer || say('nothing_found_text')}</p>
          </div>
        </div>
        {turn.citations.length > 0 && <Sources turn={turn.id} citations={turn.citations} />}
      </>
    );
  }
  if (turn.answer === '') return null;
  const draw = turn.finishReason === 'extracted' ? quoted : written;
  return (
    <section aria-label={say('answer')}>
      <AnswerText blocks={draw(turn.answer, turn.citations)} anchor={(citation) => sourceAnchor(turn.id, citation)} />
      {turn.finishReason === 'length' && <p class="soft">{say('was_cut')}</p>}
      {turn.citations.length > 0 && <Sources turn={turn.id} citations={turn.citations} />}
    </section>
  );
}
