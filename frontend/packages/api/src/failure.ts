// What can go wrong between a page and a service, told apart by what a person can do about it.

export type FailureKind =
  /** Nothing answers: the network or the service is away. */
  | 'unreachable'
  /** The service answers that it cannot do it now. */
  | 'unavailable'
  /** Nobody is signed in, or no longer. */
  | 'signed-out'
  /** The request is larger than is allowed. */
  | 'too-large'
  /** The request is refused, with a reason. */
  | 'refused'
  /** What was asked for is not there. */
  | 'missing'
  /** The service failed. */
  | 'broken'
  /** The answer is none that the service gives. */
  | 'nonsense'
  /** The answer ended before it was complete. */
  | 'interrupted'
  /** Somebody stopped it. */
  | 'stopped';

export interface Failure {
  readonly kind: FailureKind;
  /** The reason in the words of the service. */
  readonly detail?: string;
  /** What its log knows the request by. */
  readonly requestId?: string;
}

export type Result<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

export const success = <Value>(value: Value): Result<Value> => ({ ok: true, value });
export const failed = (failure: Failure): Result<never> => ({ ok: false, failure });

/** The failure that a status and the body beside it mean. */
export function failureOf(status: number, body: string): Failure {
  return { kind: kindOf(status), ...problem(body) };
}

/** The failure behind an exception of `fetch`, or of reading what it gave. */
export function failureOfException(error: unknown): Failure {
  if (error instanceof DOMException && error.name === 'AbortError') return { kind: 'stopped' };
  if (error instanceof DOMException && error.name === 'TimeoutError') return { kind: 'unreachable' };
  return { kind: error instanceof SyntaxError ? 'nonsense' : 'unreachable' };
}

function kindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'signed-out';
  if (status === 404) return 'missing';
  if (status === 413) return 'too-large';
  if (status === 502 || status === 503 || status === 504) return 'unavailable';
  if (status >= 500) return 'broken';
  if (status >= 400) return 'refused';
  return 'nonsense';
}

/** What a `Problem` says; nothing where the body is none, such as the page of a proxy. */
function problem(body: string): Omit<Failure, 'kind'> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return {};
  }
  if (parsed === null || typeof parsed !== 'object') return {};
  const { detail, request_id: requestId } = parsed as Record<string, unknown>;
  return {
    ...(typeof detail === 'string' && { detail }),
    ...(typeof requestId === 'string' && { requestId }),
  };
}
