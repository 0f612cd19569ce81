// Who may ask. The page holds no token: a cookie that it cannot read stands for one.
import { failed, type Result } from './failure.ts';
import { askRag, one, type RagSchemas } from './request.ts';

export type ChatSession = RagSchemas['ChatSession'];

const SESSION = one<RagSchemas>('ChatSession');

export const chatSession = (): Promise<Result<ChatSession>> => askRag('/session', SESSION);

/** Signs in with the value of an `Authorization` header. */
export async function signInToChat(authorization: string): Promise<Result<ChatSession>> {
  // A header holds ASCII alone, and a token with anything else is a wrong one.
  if (!/^[\x20-\x7e]+$/.test(authorization)) return failed({ kind: 'signed-out' });
  return await askRag('/session', SESSION, { method: 'POST', headers: { Authorization: authorization } });
}

export const signOutOfChat = (): Promise<Result<null>> => askRag('/session', { type: 'null' }, { method: 'DELETE' });
