// Whether this browser may ask.
import { chatSession, type ChatSession, type Failure, type Result, signInToChat, signOutOfChat } from '@rag/api';
import { createStore } from '@rag/ui';

import { readCollections } from './collections.ts';

export type SigningIn =
  /** Not known, or the service does not answer: questions tell. */
  | { readonly kind: 'unknown' }
  /** `hasExpired`: somebody was signed in, so the page holds what they were at. */
  | { readonly kind: 'signed-out'; readonly auth: ChatSession['auth']; readonly hasExpired: boolean }
  | { readonly kind: 'signed-in'; readonly auth: ChatSession['auth'] };

export const signingIn = createStore<SigningIn>({ kind: 'unknown' });

export async function askWhetherSignedIn(): Promise<void> {
  const result = await chatSession();
  if (result.ok) enter(result.value);
}

/** Tells why it failed, or nothing. */
export async function tryToSignIn(authorization: string): Promise<Failure | undefined> {
  const result = await signInToChat(authorization);
  if (!result.ok) return result.failure;
  enter(result.value);
  await readCollections();
  return undefined;
}

export async function leave(): Promise<void> {
  const result = await signOutOfChat();
  const before = signingIn.get();
  if (result.ok && before.kind === 'signed-in') {
    signingIn.set({ kind: 'signed-out', auth: before.auth, hasExpired: false });
  }
}

/** Passes an answer on, and notes when it says that nobody is signed in any more. */
export function noticed<Value>(result: Result<Value>): Result<Value> {
  const before = signingIn.get();
  if (!result.ok && result.failure.kind === 'signed-out' && before.kind === 'signed-in') {
    signingIn.set({ kind: 'signed-out', auth: before.auth, hasExpired: true });
  }
  return result;
}

function enter({ auth, signed_in: isSignedIn }: ChatSession): void {
  signingIn.set(isSignedIn ? { kind: 'signed-in', auth } : { kind: 'signed-out', auth, hasExpired: false });
}
