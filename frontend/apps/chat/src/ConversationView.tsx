import { useEffect, useRef, useState } from 'preact/hooks';

import { askAgain, stop, vote } from './chat.ts';
import type { Conversation, Turn } from './conversation.ts';
import { draftToEdit } from './draft.ts';
import { useTexts } from './texts.ts';
import { TurnView } from './TurnView.tsx';

const NEAR_END_PIXELS = 120;

export function ConversationView({ conversation }: { conversation: Conversation }) {
  const say = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const newest = conversation.turns.at(-1);
  useFollow(scroller, newest);
  const announced = useAnnouncement(newest);
  return (
    <div class="turns" ref={scroller} tabIndex={0} role="region" aria-label={say('title')}>
      <p class="hidden" role="status">
        {announced && say(announced)}
      </p>
      {conversation.turns.length === 0 ? (
        <div class="welcome">
          <h1>{say('welcome')}</h1>
          <p>{say('welcome_text')}</p>
        </div>
      ) : (
        <>
          <h1 class="hidden">{say('title')}</h1>
          <ol class="turns-list">
            {conversation.turns.map((turn) => (
              <TurnView
                key={turn.id}
                conversation={conversation.id}
                turn={turn}
                onVote={(said) => vote(conversation, turn, said)}
                onStop={() => stop(turn)}
                onAskAgain={() => void askAgain(conversation, turn)}
                onEdit={() => draftToEdit.set(turn.question)}
              />
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

/** Keeps the end in sight while an answer grows, unless a person reads further up; a new question is always shown. */
function useFollow(scroller: { current: HTMLDivElement | null }, newest: Turn | undefined): void {
  const lastShown = useRef<string>(undefined);
  useEffect(() => {
    const element = scroller.current;
    if (!element || !newest) return;
    const isNew = lastShown.current !== newest.id;
    const isNearEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PIXELS;
    lastShown.current = newest.id;
    if (isNew || (newest.state === 'asking' && isNearEnd)) element.scrollTop = element.scrollHeight;
    if (newest.state === 'asking') return;
    const turn = element.querySelector('.turns-list > :last-child');
    const isTaller = (turn?.clientHeight ?? 0) > element.clientHeight;
    turn?.scrollIntoView({ block: isTaller ? 'start' : 'nearest' });
  }, [newest]);
}

/** What is said to those who do not see the page: not every word of an answer, but its beginning and its end. */
function useAnnouncement(newest: Turn | undefined): 'answering' | 'answered' | undefined {
  const [isWaitedFor, waitFor] = useState<string>();
  useEffect(() => {
    if (newest?.state === 'asking') waitFor(newest.id);
  }, [newest]);
  if (newest?.state === 'asking') return 'answering';
  return newest?.state === 'answered' && isWaitedFor === newest.id ? 'answered' : undefined;
}
