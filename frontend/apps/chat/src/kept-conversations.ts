// The conversations that this browser keeps, each under a key of its own, so that two windows do not overwrite each other.
import { keep, readKept } from '@rag/ui';

import { type Conversation, revived } from './conversation.ts';

const PREFIX = 'conversation.';
const DRAFTS = 'draft.';
const MOST = 50;

/** All of them, the newest first. */
export function keptConversations(): Conversation[] {
  const found = keys(PREFIX).map((key) => revived(readKept(key)));
  return found.filter((one) => one !== undefined).sort((a, b) => b.changed - a.changed);
}

/** Keeps one; the oldest go when there are too many, or no room. Tells whether it is kept. */
export function keepConversation(conversation: Conversation): boolean {
  const others = keptConversations().filter(({ id }) => id !== conversation.id);
  for (const old of others.slice(MOST - 1)) forgetConversation(old.id);
  const rest = others.slice(0, MOST - 1);
  while (!keep(PREFIX + conversation.id, conversation)) {
    const oldest = rest.pop();
    if (!oldest) return false;
    forgetConversation(oldest.id);
  }
  return true;
}

export function forgetConversation(id: string): void {
  keep(PREFIX + id, undefined);
  keep(DRAFTS + id, undefined);
}

/** What was typed and not sent; that of a conversation which has not begun stands under `new`. */
export function keptDraft(place: string): string {
  const kept = readKept(DRAFTS + place);
  return typeof kept === 'string' ? kept : '';
}

export function keepDraft(place: string, text: string): void {
  keep(DRAFTS + place, text === '' ? undefined : text);
}

/** Calls back when another window changes what is kept. */
export function onOtherWindow(changed: () => void): () => void {
  const listener = (event: StorageEvent) => {
    if (event.key === null || event.key.startsWith(PREFIX)) changed();
  };
  addEventListener('storage', listener);
  return () => removeEventListener('storage', listener);
}

function keys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}
