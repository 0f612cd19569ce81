// A conversation as the page shows and keeps it.
import type { ChatAnswer, ChatMessage, Citation, Failure } from '@rag/api';

export type Vote = 'helpful' | 'not_helpful';

export interface Turn {
  readonly id: string;
  readonly question: string;
  /** What has come of the answer so far. */
  readonly answer: string;
  readonly citations: readonly Citation[];
  readonly state: 'asking' | 'answered' | 'failed';
  readonly finishReason?: ChatAnswer['finish_reason'];
  readonly failure?: Failure;
  /** What the person said about the answer. */
  readonly vote?: Vote;
  /** Why the language model took no part, where one is set up. */
  readonly modelFailure?: string;
}

export interface Conversation {
  readonly id: string;
  /** When it was last added to, in milliseconds since 1970. */
  readonly changed: number;
  readonly turns: readonly Turn[];
  /** What its questions are limited to; nothing means all documents. */
  readonly collections: readonly string[];
}

export const LONGEST_MESSAGE = 20_000;
const MOST_MESSAGES = 100;
const TITLE_CHARACTERS = 60;

export const newConversation = (): Conversation => ({ id: newId(), changed: Date.now(), turns: [], collections: [] });

export const newTurn = (question: string): Turn => ({
  id: newId(),
  question,
  answer: '',
  citations: [],
  state: 'asking',
});

/** Not `randomUUID`, which browsers offer over TLS alone. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function title(conversation: Conversation): string {
  const question = conversation.turns[0]?.question.trim().replace(/\s+/g, ' ') ?? '';
  return question.length > TITLE_CHARACTERS ? `${question.slice(0, TITLE_CHARACTERS - 1)}…` : question;
}

/** What a follow-up is understood by: the turns that were answered, the newest of them where there are many. */
export function history(turns: readonly Turn[]): ChatMessage[] {
  const messages = turns
    .filter((turn) => turn.state === 'answered' && turn.answer !== '')
    .flatMap((turn): ChatMessage[] => [
      { role: 'user', content: turn.question.slice(0, LONGEST_MESSAGE) },
      { role: 'assistant', content: turn.answer.slice(0, LONGEST_MESSAGE) },
    ]);
  return messages.slice(-MOST_MESSAGES);
}

export function withTurn(conversation: Conversation, turn: Turn): Conversation {
  const isKnown = conversation.turns.some(({ id }) => id === turn.id);
  const turns = isKnown
    ? conversation.turns.map((one) => (one.id === turn.id ? turn : one))
    : [...conversation.turns, turn];
  return { ...conversation, turns, changed: Date.now() };
}

/** What was kept, where it still is a conversation; an answer that nobody waits for any more was interrupted. */
export function revived(kept: unknown): Conversation | undefined {
  if (!isRecord(kept) || typeof kept.id !== 'string' || typeof kept.changed !== 'number') return undefined;
  if (!Array.isArray(kept.turns) || !kept.turns.every(isTurn)) return undefined;
  const turns = kept.turns.map((turn: Turn): Turn =>
    turn.state === 'asking' ? { ...turn, state: 'failed', failure: { kind: 'interrupted' } } : turn,
  );
  const collections = Array.isArray(kept.collections) ? kept.collections.filter((one) => typeof one === 'string') : [];
  return { id: kept.id, changed: kept.changed, turns, collections };
}

function isTurn(value: unknown): value is Turn {
  return (
    isRecord(value) &&
    [value.id, value.question, value.answer, value.state].every((one) => typeof one === 'string') &&
    Array.isArray(value.citations)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}
