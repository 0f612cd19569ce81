// Whether an answer helped, and what a person adds to that.
import { type Citation, type FeedbackReport, sendFeedback } from '@rag/api';
import { FailureNotice, Icon } from '@rag/ui';
import { useState } from 'preact/hooks';

import type { Turn, Vote as Kind } from './conversation.ts';
import { useTexts } from './texts.ts';

const KINDS = [
  ['helpful', 'thumb-up'],
  ['not_helpful', 'thumb-down'],
] as const;
const LONGEST_COMMENT = 2000;

interface Props {
  readonly conversation: string;
  readonly turn: Turn;
  /** Called with what was kept. */
  readonly onVote: (vote: Kind) => void;
}

export function Vote({ conversation, turn, onVote }: Props) {
  const say = useTexts();
  const [comment, setComment] = useState('');
  const [isCommenting, setCommenting] = useState(false);
  const [isThanked, setThanked] = useState(false);
  const [failure, setFailure] = useState<Parameters<typeof FailureNotice>[0]['failure']>();

  const send = async (kind: Kind, words: string) => {
    const result = await sendFeedback(report(conversation, turn, kind, words));
    setFailure(result.ok ? undefined : result.failure);
    if (!result.ok) return;
    onVote(kind);
    setThanked(words !== '');
    setCommenting(words === '');
  };
  return (
    <div class="vote">
      <div class="vote-ways" role="group" aria-label={say('vote')}>
        {KINDS.map(([kind, icon]) => (
          <button
            key={kind}
            type="button"
            class="button-bare"
            aria-label={say(kind)}
            aria-pressed={turn.vote === kind}
            title={say(kind)}
            onClick={() => void send(kind, '')}
          >
            <Icon name={icon} />
          </button>
        ))}
        <span class="soft small" role="status">
          {isThanked ? say('vote_thanks') : turn.vote && say('vote_kept')}
        </span>
      </div>
      {isCommenting && turn.vote && (
        <form
          class="vote-comment"
          onSubmit={(event) => {
            event.preventDefault();
            if (turn.vote && comment.trim() !== '') void send(turn.vote, comment.trim());
          }}
        >
          <label for={`comment-${turn.id}`}>{say(turn.vote === 'helpful' ? 'comment_good' : 'comment_bad')}</label>
          <textarea
            id={`comment-${turn.id}`}
            rows={2}
            maxLength={LONGEST_COMMENT}
            value={comment}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
          <p class="vote-actions">
            <button type="submit" class="button" disabled={comment.trim() === ''}>
              {say('comment_send')}
            </button>
            <button type="button" class="link" onClick={() => setCommenting(false)}>
              {say('comment_skip')}
            </button>
          </p>
        </form>
      )}
      {failure && <FailureNotice failure={failure} />}
    </div>
  );
}

function report(session: string, turn: Turn, kind: Kind, comment: string): FeedbackReport {
  return {
    kind,
    comment,
    session,
    turn: turn.id,
    question: turn.question,
    answer: turn.answer.slice(0, 20_000),
    passages: turn.citations.slice(0, 20).map(passage),
  };
}

const passage = ({ document_id, source, excerpt }: Citation) => ({
  document_id,
  source,
  excerpt: excerpt.slice(0, 2000),
});
