// What the chat page asks of rag-backend.
import { serverEvents } from './events.ts';
import { failed, failureOf, failureOfException, type Result, success } from './failure.ts';
import { askRag, fitsRag, one, openRag, type RagSchemas } from './request.ts';

export type Citation = RagSchemas['Citation'];
export type ChatAnswer = RagSchemas['ChatAnswer'];
export type ChatMessage = RagSchemas['ChatMessage'];
export type Passages = RagSchemas['Passages'];

const ANSWER = one<RagSchemas>('ChatAnswer');
const DELTA = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };

export interface Question {
  readonly session: string;
  readonly message: string;
  /** The earlier turns, the oldest first. */
  readonly history: readonly ChatMessage[];
  /** The collections that it is to be answered from; none means all documents. */
  readonly collections: readonly string[];
  readonly signal: AbortSignal;
  /** Called with each part of the answer as it comes. */
  readonly onText: (text: string) => void;
}

/** Asks, and returns the whole answer once it is complete. */
export async function ask({
  session,
  message,
  history,
  collections,
  signal,
  onText,
}: Question): Promise<Result<ChatAnswer>> {
  let began = false;
  try {
    const response = await openRag('/chat/{session_id}', {
      method: 'POST',
      names: { session_id: session },
      headers: { Accept: 'text/event-stream' },
      json: { message, history, collections },
      signal,
    });
    if (!response.ok) return failed(failureOf(response.status, await response.text()));
    if (!response.body || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
      return failed({ kind: 'nonsense' });
    }
    // From here on the service has been reached: what breaks off now broke off in the middle. A browser throws away what
    // had arrived when a connection is lost, so the first event may never be seen.
    began = true;
    for await (const { name, data } of serverEvents(response.body)) {
      if (name === 'error') return failed(failureOf(503, data));
      const value: unknown = JSON.parse(data);
      if (name === 'answer')
        return fitsRag(value, ANSWER) ? success(value as ChatAnswer) : failed({ kind: 'nonsense' });
      if (name !== 'delta') continue;
      if (!fitsRag(value, DELTA)) return failed({ kind: 'nonsense' });
      onText((value as { text: string }).text);
    }
    return failed({ kind: 'interrupted' });
  } catch (error) {
    const failure = failureOfException(error);
    return failed(began && failure.kind === 'unreachable' ? { kind: 'interrupted' } : failure);
  }
}

/** The passage of a citation, with those around it. */
export function passages(citation: Pick<Citation, 'document_id' | 'position'>): Promise<Result<Passages>> {
  return askRag('/passages/{document_id}', one<RagSchemas>('Passages'), {
    names: { document_id: citation.document_id },
    query: { position: citation.position },
  });
}

/** What a question can be limited to. */
export function collections(): Promise<Result<RagSchemas['Collections']>> {
  return askRag('/collections', one<RagSchemas>('Collections'));
}

/** Whether questions can be answered now. */
export async function isReady(): Promise<Result<unknown>> {
  return await askRag('/readyz', one<RagSchemas>('Readiness'));
}
