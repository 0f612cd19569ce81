// The documents as admin-backend knows them, asked for again and again: often while something is in progress, seldom
// otherwise, and not at all while nobody looks or is signed in. A list is small, and asking outlives every restart of
// the service; events would need a second way for what was missed.
import { type DocumentStatus, documents, type Failure } from '@rag/api';
import { createStore } from '@rag/ui';

import { expire, isSignedIn, signingIn } from './signing-in.ts';

const BUSY_MILLISECONDS = 1000;
const IDLE_MILLISECONDS = 4000;

export interface DocumentList {
  /** `undefined` until the first answer. */
  readonly documents: readonly DocumentStatus[] | undefined;
  /** Why the list may be old. */
  readonly failure: Failure | undefined;
  /** What changed last, to be said to those who do not see it. */
  readonly news: readonly DocumentStatus[];
}

export const documentList = createStore<DocumentList>({ documents: undefined, failure: undefined, news: [] });

let timer: ReturnType<typeof setTimeout> | undefined;
let round = 0;

export function watchDocuments(): () => void {
  const listener = () => void refresh();
  document.addEventListener('visibilitychange', listener);
  addEventListener('online', listener);
  const unsubscribe = signingIn.subscribe(listener);
  listener();
  return () => {
    document.removeEventListener('visibilitychange', listener);
    removeEventListener('online', listener);
    unsubscribe();
    clearTimeout(timer);
    round += 1;
  };
}

/** Asks now, and from then on again. */
export async function refresh(): Promise<void> {
  clearTimeout(timer);
  round += 1;
  const own = round;
  if (document.hidden || !isSignedIn()) return;
  const result = await documents();
  // Somebody has asked again meanwhile, and gets the newer answer.
  if (own !== round) return;
  const before = documentList.get();
  if (result.ok) {
    const news = changed(before.documents ?? result.value, result.value);
    documentList.set({ documents: newestFirst(result.value), failure: undefined, news });
  } else if (result.failure.kind === 'signed-out') {
    expire();
    return;
  } else {
    documentList.set({ ...before, failure: result.failure });
  }
  const isBusy = !result.ok || result.value.some(isUnfinished);
  timer = setTimeout(() => void refresh(), isBusy ? BUSY_MILLISECONDS : IDLE_MILLISECONDS);
}

export const isUnfinished = ({ state, will_retry }: DocumentStatus) =>
  state === 'processing' || state === 'deleting' || will_retry === true;

function changed(before: readonly DocumentStatus[], after: readonly DocumentStatus[]): DocumentStatus[] {
  const states = new Map(before.map((one) => [one.identification, one.state]));
  const isNews = (one: DocumentStatus) => states.get(one.identification) !== one.state;
  return after.filter((one) => (one.state === 'ready' || one.state === 'error') && isNews(one));
}

function newestFirst(all: readonly DocumentStatus[]): DocumentStatus[] {
  return [...all].sort((a, b) => b.changed.localeCompare(a.changed) || a.file_name.localeCompare(b.file_name));
}
