// Stands where nginx stands: hands out the built pages with the same headers, and passes calls on to the real services,
// unless a test wants a fault in between.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

export type FaultKind =
  /** What nginx answers when the service is stopped. */
  | 'stopped'
  | 'failing'
  /** What the service answers to a file over its limit. */
  | 'refusing'
  | 'nonsense'
  /** The connection ends before an answer, or once some of the request has been sent. */
  | 'lost'
  /** It ends in the middle of the answer. */
  | 'cut'
  /** The first event comes, and nothing after it until the fault is gone. */
  | 'held';

export interface Fault {
  /** Paths that it concerns. */
  readonly at: RegExp;
  readonly kind: FaultKind;
}

export class Gateway {
  fault: Fault | undefined;
  private readonly server: Server;
  private readonly headers = readHeaders();

  constructor(readonly services: Record<'rag' | 'admin', string>) {
    this.server = createServer((incoming, answer) => this.serve(incoming, answer));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private serve(incoming: IncomingMessage, answer: ServerResponse): void {
    const [, service, path] = /^\/api\/(rag|admin)(\/.*)$/.exec(incoming.url ?? '') ?? [];
    if (service && path) this.pass(incoming, answer, this.services[service as 'rag' | 'admin'], path);
    else this.file(incoming, answer);
  }

  private pass(incoming: IncomingMessage, answer: ServerResponse, service: string, path: string): void {
    const fault = this.fault?.at.test(incoming.url ?? '') ? this.fault.kind : undefined;
    if (fault === 'stopped') return void answer.writeHead(502, HTML).end('<h1>502 Bad Gateway</h1>');
    if (fault === 'nonsense') return void answer.writeHead(200, HTML).end('<h1>Welcome to the hotel</h1>');
    if (fault === 'lost')
      return void incoming.once('data', () => incoming.destroy()).once('end', () => incoming.destroy());
    if (fault === 'refusing') {
      const problem = { detail: 'bakery.md is over the limit of 10 bytes', request_id: 'r-41' };
      return void answer.writeHead(413, JSON_TYPE).end(JSON.stringify(problem));
    }
    if (fault === 'failing') {
      const problem = { detail: 'internal error; the log holds more under the request id', request_id: 'r-42' };
      return void answer.writeHead(500, JSON_TYPE).end(JSON.stringify(problem));
    }
    const headers = { ...incoming.headers, 'x-forwarded-proto': 'http' };
    const onward = request(service + path, { method: incoming.method ?? 'GET', headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      if (fault) void this.spoil(fault, response, answer);
      else response.pipe(answer);
    });
    onward.on('error', () => answer.headersSent || answer.writeHead(502, HTML).end());
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  private async spoil(fault: FaultKind, response: IncomingMessage, answer: ServerResponse): Promise<void> {
    const whole = (await response.toArray()).join('');
    const half = fault === 'held' ? whole.indexOf('\n\n') + 2 : Math.floor(whole.length / 2);
    answer.write(whole.slice(0, half));
    if (fault === 'cut') {
      setTimeout(() => answer.destroy(), 50);
      return;
    }
    while (this.fault && !answer.destroyed) await new Promise((resolve) => setTimeout(resolve, 20));
    answer.end(whole.slice(half));
  }

  private file(incoming: IncomingMessage, answer: ServerResponse): void {
    const path = new URL(incoming.url ?? '/', 'http://page').pathname;
    if (path === '/') return void answer.writeHead(302, { Location: '/chat/' }).end();
    const file = at(`dist${path.endsWith('/') ? `${path}index.html` : path}`);
    const isKnown = !path.includes('..') && existsSync(`${file}.gz`);
    if (!isKnown) return void answer.writeHead(404).end();
    answer.writeHead(200, {
      ...this.headers,
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Encoding': 'gzip',
    });
    answer.end(readFileSync(`${file}.gz`));
  }
}

const HTML = { 'Content-Type': 'text/html' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

function readHeaders(): Record<string, string> {
  const lines = readFileSync(at('nginx/security-headers.conf'), 'utf8').matchAll(/^add_header (\S+) "(.*)" always;$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}
