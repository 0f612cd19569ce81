export function drawClient(description: object): Promise<Readonly<Record<string, string>>>;
