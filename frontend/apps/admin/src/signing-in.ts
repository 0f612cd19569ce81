// Whether somebody is signed in. The page holds no token: a cookie that it cannot read stands for one.
import { type Failure, type Result, type Session, session, signIn, signOut } from '@rag/api';
import { createStore } from '@rag/ui';

export type SigningIn =
  | { readonly kind: 'asking' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** `hasExpired`: somebody was signed in, so the page holds what they were at. */
  | { readonly kind: 'signed-out'; readonly session: Session; readonly hasExpired: boolean }
  | { readonly kind: 'signed-in'; readonly session: Session };

export const signingIn = createStore<SigningIn>({ kind: 'asking' });

export const isSignedIn = () => signingIn.get().kind === 'signed-in';

export async function askWhetherSignedIn(): Promise<void> {
  signingIn.set({ kind: 'asking' });
  const result = await session();
  if (result.ok) enter(result.value);
  else signingIn.set({ kind: 'failed', failure: result.failure });
}

/** Tells why it failed, or nothing. */
export async function tryToSignIn(authorization: string): Promise<Failure | undefined> {
  const result: Result<Session> = await signIn(authorization);
  if (!result.ok) return result.failure;
  enter(result.value);
  return undefined;
}

/** A service has answered that nobody is signed in any more. */
export function expire(): void {
  const before = signingIn.get();
  if (before.kind === 'signed-in') {
    signingIn.set({ kind: 'signed-out', session: { ...before.session, signed_in: false }, hasExpired: true });
  }
}

export async function leave(): Promise<void> {
  const before = signingIn.get();
  const result = await signOut();
  if (result.ok && before.kind === 'signed-in') {
    signingIn.set({ kind: 'signed-out', session: { ...before.session, signed_in: false }, hasExpired: false });
  }
}

function enter(session: Session): void {
  signingIn.set(
    session.signed_in ? { kind: 'signed-in', session } : { kind: 'signed-out', session, hasExpired: false },
  );
}
