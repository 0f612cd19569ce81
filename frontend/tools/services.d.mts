export const SERVICES: readonly string[];
export function descriptionFile(service: string): URL;
export function clientFile(service: string, end: string): URL;
export function readDescription(service: string): Promise<object>;
