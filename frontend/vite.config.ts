// How the pages are built and, while one works on them, served. The settings are those of the image: see README.md.
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type ProxyOptions } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const proxied = (url: string, prefix: string): ProxyOptions => ({
  target: url,
  rewrite: (path) => path.slice(prefix.length),
  // An address that is not there is answered like by nginx, not with an error of the development server.
  configure: (proxy) =>
    proxy.on('error', (_error, _request, response) => {
      if ('writeHead' in response && !response.headersSent) response.writeHead(502).end();
    }),
});

/** What the image's web server does besides files: see nginx/. */
const likeTheImage: Plugin = {
  name: 'like-the-image',
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      if (request.url === '/healthz') response.end('ok\n');
      else if (request.url === '/') response.writeHead(302, { Location: '/chat/' }).end();
      else next();
    });
  },
};

export default defineConfig({
  root: at('apps'),
  publicDir: at('public'),
  cacheDir: at('node_modules/.vite'),
  appType: 'mpa',
  plugins: [likeTheImage],
  build: {
    outDir: at('dist'),
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    rolldownOptions: { input: [at('apps/chat/index.html'), at('apps/admin/index.html')] },
  },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.FRONTEND_PORT ?? 8090),
    strictPort: true,
    proxy: {
      '/api/rag/': proxied(process.env.RAG_BACKEND_URL ?? 'http://127.0.0.1:8080', '/api/rag'),
      '/api/admin/': proxied(process.env.ADMIN_BACKEND_URL ?? 'http://127.0.0.1:8081', '/api/admin'),
    },
  },
});
