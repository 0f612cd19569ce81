// The services whose clients are drawn: each is a folder under services/, and a module of the same name in Python.
import { readFile } from 'node:fs/promises';

export const SERVICES = ['admin-backend', 'rag-backend'];

const api = new URL('../packages/api/', import.meta.url);

export const descriptionFile = (service) => new URL(`openapi/${service}.json`, api);
export const clientFile = (service, end) => new URL(`src/generated/${service}.${end}`, api);

export const readDescription = async (service) => JSON.parse(await readFile(descriptionFile(service), 'utf8'));
