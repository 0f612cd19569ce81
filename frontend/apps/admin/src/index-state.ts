// How the index stands, asked for whenever the list of documents is new.
import { type Failure, type IndexStatus, indexStatus, reindexAll } from '@rag/api';
import { createStore } from '@rag/ui';

import { refresh } from './document-list.ts';

export interface IndexView {
  /** `undefined` until the first answer. */
  readonly status: IndexStatus | undefined;
  /** Why indexing everything again could not be started. */
  readonly failure: Failure | undefined;
  readonly isStarting: boolean;
}

export const indexView = createStore<IndexView>({ status: undefined, failure: undefined, isStarting: false });

export async function refreshIndex(): Promise<void> {
  const result = await indexStatus();
  // Without an answer the list of documents is not up to date either, and says so.
  if (result.ok) indexView.set({ ...indexView.get(), status: result.value });
}

export async function indexAllAgain(): Promise<void> {
  indexView.set({ ...indexView.get(), isStarting: true, failure: undefined });
  const result = await reindexAll();
  indexView.set({ ...indexView.get(), isStarting: false, failure: result.ok ? undefined : result.failure });
  await refresh();
}
