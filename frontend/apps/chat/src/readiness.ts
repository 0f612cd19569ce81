// Whether questions can be answered: asked at the start, and again and again while they cannot.
import { isReady } from '@rag/api';
import { createStore } from '@rag/ui';

import { readCollections } from './collections.ts';

const PAUSE_MILLISECONDS = 5000;

export const readiness = createStore<'unknown' | 'ready' | 'away'>('unknown');

export async function watchReadiness(): Promise<void> {
  const { ok } = await isReady();
  readiness.set(ok ? 'ready' : 'away');
  if (ok) await readCollections();
  else setTimeout(() => void watchReadiness(), PAUSE_MILLISECONDS);
}
