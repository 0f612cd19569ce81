// Draws the client of a service from its OpenAPI description: types for the compiler, shapes for answers at run time.
import openapiTS, { astToString } from 'openapi-typescript';

const HEADER = '// Drawn by `npm run generate` from the OpenAPI description of the service. Do not edit.\n\n';
const CHECKED = ['type', 'enum', 'const', 'required', '$ref'];

/** The files of one client, by the end of their names. */
export async function drawClient(description) {
  const types = astToString(
    await openapiTS(description, { alphabetize: true, defaultNonNullable: false, immutable: true }),
  );
  return {
    'types.ts': HEADER + types,
    'shapes.ts': `${HEADER}export const shapes = ${JSON.stringify(shapes(description), null, 2)} as const;\n`,
  };
}

/** The schemas of everything that the service answers with, without what only people read. */
function shapes(description) {
  const all = description.components.schemas;
  const open = answered(description);
  const found = new Map();
  while (open.length > 0) {
    const name = open.pop();
    if (found.has(name)) continue;
    const shape = pruned(all[name]);
    found.set(name, shape);
    open.push(...references(shape));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function answered(description) {
  const responses = Object.values(description.paths).flatMap((path) =>
    Object.values(path).flatMap((operation) => Object.values(operation.responses ?? {})),
  );
  return references(responses);
}

function pruned(schema) {
  const kept = Object.fromEntries(Object.entries(schema).filter(([key]) => CHECKED.includes(key)));
  if (schema.items) kept.items = pruned(schema.items);
  if (schema.anyOf) kept.anyOf = schema.anyOf.map(pruned);
  if (schema.properties) {
    kept.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, value]) => [name, pruned(value)]),
    );
  }
  return kept;
}

function references(value) {
  if (Array.isArray(value)) return value.flatMap(references);
  if (value === null || typeof value !== 'object') return [];
  const own = typeof value.$ref === 'string' ? [value.$ref.split('/').at(-1)] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}
