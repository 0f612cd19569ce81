// What the pages ask of admin-backend, but for uploads.
import { failed, type Result } from './failure.ts';
import { type AdminSchemas, adminUrl, askAdmin, one } from './request.ts';

export type DocumentStatus = AdminSchemas['DocumentStatus'];
export type IndexStatus = AdminSchemas['IndexStatus'];
export type Session = AdminSchemas['Session'];
export type SourceUpload = AdminSchemas['SourceUpload'];

const NOTHING = { type: 'null' };

export const documents = (): Promise<Result<readonly DocumentStatus[]>> =>
  askAdmin('/all_documents_status', { type: 'array', items: one<AdminSchemas>('DocumentStatus') });

export const addSource = (source: SourceUpload): Promise<Result<DocumentStatus>> =>
  askAdmin('/upload_source', one<AdminSchemas>('DocumentStatus'), { method: 'POST', json: source });

export const deleteDocument = (identification: string): Promise<Result<null>> =>
  askAdmin('/delete_document/{identification}', NOTHING, { method: 'DELETE', names: { identification } });

/** Whether everything that was taken in can be found. */
export const indexStatus = (): Promise<Result<IndexStatus>> =>
  askAdmin('/index_status', one<AdminSchemas>('IndexStatus'));

export const reindexAll = (): Promise<Result<AdminSchemas['Reindexing']>> =>
  askAdmin('/reindex_all_documents', one<AdminSchemas>('Reindexing'), { method: 'POST' });

export const session = (): Promise<Result<Session>> => askAdmin('/session', one<AdminSchemas>('Session'));

/** Signs in with the value of an `Authorization` header; a cookie that no script can read stands for it afterwards. */
export async function signIn(authorization: string): Promise<Result<Session>> {
  // A header holds ASCII alone, and a token with anything else is a wrong one.
  if (!/^[\x20-\x7e]+$/.test(authorization)) return failed({ kind: 'signed-out' });
  const headers = { Authorization: authorization };
  return await askAdmin('/session', one<AdminSchemas>('Session'), { method: 'POST', headers });
}

export const signOut = (): Promise<Result<null>> => askAdmin('/session', NOTHING, { method: 'DELETE' });

export const bearer = (token: string) => `Bearer ${token}`;

/** User and password by RFC 7617, in UTF-8. */
export function basic(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** Where a browser opens a PDF at a page. */
export function pdfUrl(identification: string, page: number | null | undefined): string {
  const path = '/document_reference/{identification}';
  return adminUrl(path, { names: { identification }, query: { inline: 'true' } }) + (page ? `#page=${page}` : '');
}

/** Where a browser saves the original of a document. */
export const originalUrl = (identification: string) =>
  adminUrl('/document_reference/{identification}', { names: { identification } });
