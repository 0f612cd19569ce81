// Compresses what was built once, so that no server has to with every answer.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

for (const file of await readdir(dist, { recursive: true })) {
  if (!/\.(css|html|js|svg)$/.test(file)) continue;
  const data = await readFile(dist + file);
  await writeFile(`${dist}${file}.gz`, gzipSync(data, { level: constants.Z_BEST_COMPRESSION }));
}
