// Files on their way to the service, a few at a time. A file leaves the list when it has arrived, or by hand.
import { type Failure, type Upload, upload } from '@rag/api';
import { createStore } from '@rag/ui';

import { collection } from './collection.ts';
import { refresh } from './document-list.ts';
import { expire, isSignedIn, signingIn } from './signing-in.ts';

const AT_ONCE = 2;

export interface Sending {
  readonly id: number;
  readonly file: File;
  /** The collection that it goes into; empty for none. */
  readonly collection: string;
  readonly state: 'waiting' | 'sending' | 'failed';
  /** What has been sent, from 0 to 1. */
  readonly share: number;
  readonly failure?: Failure;
}

export interface Uploads {
  readonly files: readonly Sending[];
  /** The name of the file that arrived last. */
  readonly arrived: string | undefined;
}

export const uploads = createStore<Uploads>({ files: [], arrived: undefined });

const running = new Map<number, Upload>();
let lastId = 0;

signingIn.subscribe(start);

addEventListener('beforeunload', (event) => {
  // Files cannot be kept: a browser asks before they are lost.
  if (uploads.get().files.length > 0) event.preventDefault();
});

export function add(files: readonly File[], refuse: (file: File) => Failure | undefined): void {
  const into = collection.get().trim();
  const added = files.map((file): Sending => {
    lastId += 1;
    const failure = refuse(file);
    return {
      id: lastId,
      file,
      collection: into,
      share: 0,
      ...(failure ? { state: 'failed', failure } : { state: 'waiting' }),
    };
  });
  put([...uploads.get().files, ...added]);
  start();
}

export function sendAgain({ id, file, collection: into }: Sending): void {
  change(id, () => ({ id, file, collection: into, share: 0, state: 'waiting' }));
  start();
}

/** Stops a file that is on its way, and forgets it. */
export function dismiss({ id }: Sending): void {
  const way = running.get(id);
  put(uploads.get().files.filter((one) => one.id !== id));
  way?.stop();
}

function start(): void {
  const waiting = uploads.get().files.filter(({ state }) => state === 'waiting');
  if (!isSignedIn()) return;
  for (const sending of waiting.slice(0, Math.max(0, AT_ONCE - running.size))) void send(sending);
}

async function send({ id, file, collection: into }: Sending): Promise<void> {
  change(id, (one) => ({ ...one, state: 'sending' }));
  const way = upload(file, into, (share) => change(id, (one) => ({ ...one, share })));
  running.set(id, way);
  const result = await way.outcome;
  running.delete(id);
  if (result.ok) {
    uploads.set({ files: uploads.get().files.filter((one) => one.id !== id), arrived: file.name });
    void refresh();
  } else if (result.failure.kind === 'signed-out') {
    // Sent again by itself once somebody has signed in.
    change(id, () => ({ id, file, collection: into, share: 0, state: 'waiting' }));
    expire();
  } else {
    const { failure } = result;
    change(id, () => ({ id, file, collection: into, share: 0, state: 'failed', failure }));
  }
  start();
}

function change(id: number, changed: (sending: Sending) => Sending): void {
  put(uploads.get().files.map((one) => (one.id === id ? changed(one) : one)));
}

function put(files: readonly Sending[]): void {
  uploads.set({ ...uploads.get(), files });
}
