// Where questions are typed. What stands there is kept until it has been sent.
import { Icon, useStore } from '@rag/ui';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { askQuestion } from './chat.ts';
import { type Conversation, LONGEST_MESSAGE } from './conversation.ts';
import { draftToEdit } from './draft.ts';
import { keepDraft, keptDraft } from './kept-conversations.ts';
import { useTexts } from './texts.ts';

export function Composer({ conversation }: { conversation: Conversation }) {
  const say = useTexts();
  const isNew = conversation.turns.length === 0;
  const place = isNew ? 'new' : conversation.id;
  const [text, setText] = useState(() => keptDraft(place));
  const field = useRef<HTMLTextAreaElement>(null);
  const wanted = useStore(draftToEdit);
  const isAsking = conversation.turns.some((turn) => turn.state === 'asking');
  const isTooLong = text.length > LONGEST_MESSAGE;

  const change = (next: string) => {
    setText(next);
    keepDraft(place, next);
  };
  useLayoutEffect(() => fit(field.current), [text]);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    if (wanted === undefined) return;
    draftToEdit.set(undefined);
    // What stands there already was typed too.
    change(text.trim() === '' ? wanted : `${text}\n${wanted}`);
    field.current?.focus();
  }, [wanted]);

  const send = () => {
    const question = text.trim();
    if (question === '' || isTooLong || isAsking) return;
    change('');
    void askQuestion(question);
    // The turn is the first of this conversation, or the next one of the same: the field stays.
    field.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="hidden" for="question">
        {say('question')}
      </label>
      <textarea
        id="question"
        ref={field}
        rows={1}
        value={text}
        placeholder={say(isNew ? 'placeholder' : 'placeholder_next')}
        aria-describedby={isTooLong ? 'question-problem' : 'question-keys'}
        aria-invalid={isTooLong}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button
        type="submit"
        class="button-round"
        aria-label={say('send')}
        disabled={text.trim() === '' || isTooLong || isAsking}
      >
        <Icon name="send" />
      </button>
      <p id="question-keys" class="composer-keys">
        {say('keys')}
      </p>
      {isTooLong && (
        <p id="question-problem" class="problem" role="alert">
          {say('too_long', { most: LONGEST_MESSAGE, count: text.length })}
        </p>
      )}
    </form>
  );
}

/** As high as its text, up to what the style sheet allows. */
function fit(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
