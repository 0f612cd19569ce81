// What happens in the page: conversations come and go, questions are asked and stopped. Components show `chat`.
import { ask, type ChatAnswer, type Result } from '@rag/api';
import { createStore } from '@rag/ui';

import {
  type Conversation,
  history,
  newConversation,
  newTurn,
  type Turn,
  type Vote,
  withTurn,
} from './conversation.ts';
import { forgetConversation, keepConversation, keptConversations, onOtherWindow } from './kept-conversations.ts';
import { noticed } from './signing-in.ts';

export interface Chat {
  readonly current: Conversation;
  /** Those that are kept, the newest first. */
  readonly kept: readonly Conversation[];
  /** Whether the browser keeps what is said. */
  readonly isKept: boolean;
}

export const chat = createStore<Chat>({ current: newConversation(), kept: keptConversations(), isKept: true });

const running = new Map<string, AbortController>();

onOtherWindow(() => {
  const known = new Map(chat.get().kept.map((one) => [one.id, one]));
  // What is being answered here is newer here than what another window reads of it.
  const kept = keptConversations().map((one) => (isAsking(known.get(one.id)) ? (known.get(one.id) ?? one) : one));
  chat.set({ ...chat.get(), kept });
});

export const isAsking = (conversation: Conversation | undefined): boolean =>
  conversation?.turns.some(({ id }) => running.has(id)) ?? false;

export function startNew(): void {
  chat.set({ ...chat.get(), current: newConversation() });
}

export function choose(conversation: Conversation): void {
  chat.set({ ...chat.get(), current: conversation });
}

export function forget(...conversations: readonly Conversation[]): void {
  for (const { id, turns } of conversations) {
    for (const turn of turns) running.get(turn.id)?.abort();
    forgetConversation(id);
  }
  const isGone = ({ id }: Conversation) => conversations.some((one) => one.id === id);
  const { current, kept, isKept } = chat.get();
  chat.set({
    current: isGone(current) ? newConversation() : current,
    kept: kept.filter((one) => !isGone(one)),
    isKept,
  });
}

/** Limits the questions of a conversation to some collections from now on; to none of them means to all documents. */
export function limitTo(conversation: Conversation, collections: readonly string[]): void {
  const { current, kept, isKept } = chat.get();
  if (current.id !== conversation.id) return;
  const changed: Conversation = { ...current, collections };
  const isBegun = changed.turns.length > 0;
  chat.set({
    current: changed,
    kept: kept.map((one) => (one.id === changed.id ? changed : one)),
    isKept: isBegun ? keepConversation(changed) : isKept,
  });
}

export async function askQuestion(question: string): Promise<void> {
  await answer(chat.get().current, newTurn(question));
}

/** Asks a question that failed once more, in its place. */
export async function askAgain(conversation: Conversation, turn: Turn): Promise<void> {
  const { id } = turn;
  await answer(conversation, { ...newTurn(turn.question), id });
}

/** Notes what a person said about an answer. */
export function vote(conversation: Conversation, turn: Turn, vote: Vote): void {
  put(conversation, { ...turn, vote }, true);
}

export function stop(turn: Turn): void {
  running.get(turn.id)?.abort();
}

async function answer(conversation: Conversation, asked: Turn): Promise<void> {
  const place = conversation.turns.findIndex(({ id }) => id === asked.id);
  const earlier = place < 0 ? conversation.turns : conversation.turns.slice(0, place);
  const controller = new AbortController();
  running.set(asked.id, controller);
  let turn = asked;
  put(conversation, turn, true);
  const result = await ask({
    session: conversation.id,
    message: asked.question,
    history: history(earlier),
    collections: conversation.collections,
    signal: controller.signal,
    onText: (text) => {
      turn = { ...turn, answer: turn.answer + text };
      put(conversation, turn, false);
    },
  });
  running.delete(asked.id);
  put(conversation, ended(turn, noticed(result)), true);
}

function ended(turn: Turn, result: Result<ChatAnswer>): Turn {
  if (!result.ok) return { ...turn, state: 'failed', failure: result.failure };
  const { answer, citations = [], finish_reason: finishReason, model_failure: modelFailure } = result.value;
  return { ...turn, state: 'answered', answer, citations, finishReason, ...(modelFailure && { modelFailure }) };
}

/** Puts a turn into its conversation, unless that was deleted meanwhile. It is kept when a turn begins and ends. */
function put(conversation: Conversation, turn: Turn, mayBegin: boolean): void {
  const { current, kept, isKept } = chat.get();
  const known = current.id === conversation.id ? current : kept.find(({ id }) => id === conversation.id);
  const isNew = turn.state === 'asking' && mayBegin;
  if (!known || !(isNew || known.turns.some(({ id }) => id === turn.id))) return;
  const changed = withTurn(known, turn);
  const others = kept.filter(({ id }) => id !== conversation.id);
  chat.set({
    current: current.id === conversation.id ? changed : current,
    kept: [changed, ...others],
    isKept: mayBegin ? keepConversation(changed) : isKept,
  });
}
