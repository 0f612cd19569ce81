// One request to a service, with its answer checked against the description that the types were drawn from.
import { type Failure, failed, failureOf, failureOfException, type Result, success } from './failure.ts';
import { shapes as adminShapes } from './generated/admin-backend.shapes.ts';
import type { components as AdminComponents, paths as AdminPaths } from './generated/admin-backend.types.ts';
import { shapes as ragShapes } from './generated/rag-backend.shapes.ts';
import type { components as RagComponents, paths as RagPaths } from './generated/rag-backend.types.ts';
import { fits, type Shape, type Shapes } from './shape.ts';

export type AdminSchemas = AdminComponents['schemas'];
export type RagSchemas = RagComponents['schemas'];

interface Service {
  readonly base: string;
  readonly shapes: Shapes;
}

/** Both are reached through the server that the pages come from, so that no other origin has to be allowed. */
const ADMIN: Service = { base: '/api/admin', shapes: adminShapes };
const RAG: Service = { base: '/api/rag', shapes: ragShapes };
const PATIENCE_MILLISECONDS = 20_000;

export interface Request {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** What stands for the placeholders of the path. */
  readonly names?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal;
}

type AnswerOf<Schemas> = Shape & { readonly of?: Schemas };

export const one = <Schemas>(name: keyof Schemas & string): AnswerOf<Schemas> => ({ $ref: name });

export function askAdmin<Value>(path: keyof AdminPaths, shape: Shape, request: Request = {}) {
  return answered<Value>(ADMIN, path, shape, request);
}

export function askRag<Value>(path: keyof RagPaths, shape: Shape, request: Request = {}) {
  return answered<Value>(RAG, path, shape, request);
}

/** The address of a path of admin-backend, for links and uploads. */
export const adminUrl = (path: keyof AdminPaths, request: Request = {}) => url(ADMIN, path, request);

/** Opens an answer that is read as it comes. */
export function openRag(path: keyof RagPaths, request: Request): Promise<Response> {
  return send(RAG, path, request);
}

export const fitsAdmin = (value: unknown, shape: Shape) => fits(value, shape, adminShapes);
export const fitsRag = (value: unknown, shape: Shape) => fits(value, shape, ragShapes);

/** What a page says of itself. Pages of other origins cannot send it, so a service can tell them apart. */
export const PAGE_HEADERS = { 'X-Requested-By': 'page' };

async function answered<Value>(service: Service, path: string, shape: Shape, request: Request): Promise<Result<Value>> {
  const signal = request.signal ?? AbortSignal.timeout(PATIENCE_MILLISECONDS);
  try {
    const response = await send(service, path, { ...request, signal });
    const body = await response.text();
    if (!response.ok) return failed(failureOf(response.status, body));
    const value: unknown = body === '' ? null : JSON.parse(body);
    return fits(value, shape, service.shapes) ? success(value as Value) : failed(NONSENSE);
  } catch (error) {
    return failed(failureOfException(error));
  }
}

const NONSENSE: Failure = { kind: 'nonsense' };

function send(service: Service, path: string, request: Request): Promise<Response> {
  const { method = 'GET', headers, json, signal } = request;
  return fetch(url(service, path, request), {
    method,
    headers: { ...PAGE_HEADERS, ...(json !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    credentials: 'same-origin',
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(signal && { signal }),
  });
}

function url(service: Service, path: string, { names = {}, query = {} }: Request): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''));
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return service.base + filled + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
}
