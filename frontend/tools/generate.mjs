// `npm run generate`: asks each service for its OpenAPI description, and draws its client from that.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { drawClient } from './draw-client.mjs';
import { clientFile, descriptionFile, readDescription, SERVICES } from './services.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ask = `
import importlib, json, pathlib, sys
app = importlib.import_module(sys.argv[1] + ".main").app
pathlib.Path(sys.argv[2]).write_text(json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\\n")
`;

for (const service of SERVICES) {
  const file = fileURLToPath(descriptionFile(service));
  const arguments_ = [
    'xtask',
    'tool',
    '--for',
    `services/${service}`,
    'python',
    '-c',
    ask,
    service.replaceAll('-', '_'),
    file,
  ];
  execFileSync('cargo', arguments_, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const [end, text] of Object.entries(await drawClient(await readDescription(service)))) {
    await writeFile(clientFile(service, end), text);
  }
  console.log(`drew the client of ${service}`);
}
