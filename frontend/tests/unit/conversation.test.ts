import { expect, test } from 'vitest';

import {
  history,
  newConversation,
  newTurn,
  revived,
  type Turn,
  title,
  withTurn,
} from '../../apps/chat/src/conversation.ts';
import { keepConversation, keptConversations } from '../../apps/chat/src/kept-conversations.ts';

const answered = (question: string): Turn => ({ ...newTurn(question), state: 'answered', answer: `${question}!` });

test('only what was answered is sent along, and not more than the service takes', () => {
  const failed: Turn = { ...newTurn('lost?'), state: 'failed', answer: 'half' };
  expect(history([answered('a'), failed])).toEqual([
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'a!' },
  ]);
  const many = history(Array.from({ length: 80 }, (_, number) => answered(String(number))));
  expect(many).toHaveLength(100);
  expect(many.at(-1)?.content).toBe('79!');
});

test('an answer that nobody waits for any more was interrupted', () => {
  const kept = withTurn(newConversation(), newTurn('a?'));
  const [turn] = revived(JSON.parse(JSON.stringify(kept)))?.turns ?? [];
  expect(turn).toMatchObject({ question: 'a?', state: 'failed', failure: { kind: 'interrupted' } });
});

test.each([
  undefined,
  null,
  7,
  'x',
  {},
  { id: 'a' },
  { id: 'a', changed: 1, turns: {} },
  { id: 'a', changed: 1, turns: [{}] },
])('what is no conversation is left out: %j', (kept) => {
  expect(revived(kept)).toBeUndefined();
});

test('a long question is a short title', () => {
  const conversation = withTurn(newConversation(), newTurn(`  How\n ${'long '.repeat(40)}`));
  expect(title(conversation)).toMatch(/^How long .*…$/);
  expect(title(conversation).length).toBeLessThanOrEqual(60);
});

test('the newest conversations are kept, and damaged ones are no harm', () => {
  localStorage.setItem('conversation.broken', '{');
  for (let number = 1; number <= 55; number += 1) {
    expect(keepConversation({ ...withTurn(newConversation(), answered('q')), changed: number })).toBe(true);
  }
  const kept = keptConversations();
  expect(kept).toHaveLength(50);
  expect(kept[0]?.changed).toBe(55);
  expect(kept.at(-1)?.changed).toBe(6);
});

test('what a conversation is limited to is kept; one of an earlier version is limited to nothing', () => {
  const kept = { ...withTurn(newConversation(), answered('a?')), collections: ['Staff'] };
  expect(revived(JSON.parse(JSON.stringify(kept)))?.collections).toEqual(['Staff']);
  expect(revived({ ...kept, collections: undefined })?.collections).toEqual([]);
  expect(revived({ ...kept, collections: ['Staff', 7, null] })?.collections).toEqual(['Staff']);
});
