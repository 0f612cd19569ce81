// The upload of a file. `fetch` does not tell how far it is, so it is an XMLHttpRequest.
import type { DocumentStatus } from './documents.ts';
import { failed, failureOf, type Result, success } from './failure.ts';
import { type AdminSchemas, adminUrl, fitsAdmin, one, PAGE_HEADERS } from './request.ts';

export interface Upload {
  readonly outcome: Promise<Result<DocumentStatus>>;
  readonly stop: () => void;
}

/** Starts to send a file to a collection, or to none; `onProgress` is called with the share that has been sent, from 0 to 1. */
export function upload(file: File, collection: string, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const outcome = new Promise<Result<DocumentStatus>>((resolve) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    request.onload = () => resolve(read(request.status, request.responseText));
    request.onerror = () => resolve(failed({ kind: 'unreachable' }));
    request.onabort = () => resolve(failed({ kind: 'stopped' }));
  });
  const form = new FormData();
  form.append('file', file);
  if (collection !== '') form.append('collection', collection);
  request.open('POST', adminUrl('/upload_file'));
  for (const [name, value] of Object.entries(PAGE_HEADERS)) request.setRequestHeader(name, value);
  request.send(form);
  return { outcome, stop: () => request.abort() };
}

function read(status: number, body: string): Result<DocumentStatus> {
  if (status < 200 || status > 299) return failed(failureOf(status, body));
  try {
    const value: unknown = JSON.parse(body);
    if (fitsAdmin(value, one<AdminSchemas>('DocumentStatus'))) return success(value as DocumentStatus);
  } catch {
    // Answered below.
  }
  return failed({ kind: 'nonsense' });
}
