// A site with a sitemap, on this machine, whose pages can be held back.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Site {
  /** By path, as HTML. */
  readonly pages = new Map<string, string>();
  /** While true, a page is held back. */
  #isHeld = false;
  readonly #waiting: (() => void)[] = [];
  readonly #server: Server = createServer((request, response) => this.#answer(request.url ?? '', response));

  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    for (const answer of this.#waiting.splice(0)) answer();
  }

  #answer(path: string, response: ServerResponse): void {
    if (path === '/sitemap.xml') {
      const locations = [...this.pages.keys()].map((page) => `<url><loc>${this.url}${page}</loc></url>`);
      response.setHeader('Content-Type', 'application/xml').end(`<urlset>${locations.join('')}</urlset>`);
      return;
    }
    const send = () => {
      const text = this.pages.get(path);
      response.statusCode = text === undefined ? 404 : 200;
      response.setHeader('Content-Type', 'text/html').end(text ?? 'none');
    };
    // The first page always arrives, so that there is progress to be seen.
    if (this.#isHeld && path !== '/1') this.#waiting.push(send);
    else send();
  }
}
