// Documents that tests upload, made here.

/** A PDF that shows one line of text on each page. */
export function pdf(pages: readonly string[]): Buffer {
  const font = 3 + 2 * pages.length;
  const kids = pages.map((_, number) => `${3 + 2 * number} 0 R`).join(' ');
  const bodies = ['<< /Type /Catalog /Pages 2 0 R >>', `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`];
  for (const [number, text] of pages.entries()) {
    const shown = `BT /F1 12 Tf 50 700 Td (${text}) Tj ET`;
    bodies.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${4 + 2 * number} 0 R ` +
        `/Resources << /Font << /F1 ${font} 0 R >> >> >>`,
      `<< /Length ${shown.length} >>\nstream\n${shown}\nendstream`,
    );
  }
  bodies.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  let data = '%PDF-1.4\n';
  const offsets = bodies.map((body, number) => {
    const offset = data.length;
    data += `${number + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = bodies.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${data.length}\n%%EOF\n`;
  return Buffer.from(`${data}xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}`);
}

export const HARBOUR = {
  name: 'Harbour Rules.pdf',
  mimeType: 'application/pdf',
  buffer: pdf([
    'The harbour master assigns every berth in the morning.',
    'Foghorns are sounded every ninety seconds while visibility is poor.',
    'Crews report spilled oil to the pollution officer at once.',
  ]),
};

export const BAKERY = {
  name: 'bakery.md',
  mimeType: 'text/markdown',
  buffer: Buffer.from(
    '# Bakery handbook\n\n## Bread\n\nThe sourdough starter is fed with rye flour at six in the evening. ' +
      'Loaves rest in baskets overnight and are baked at five.\n\n## Pastry\n\nCroissants rest in the cold room for ' +
      'eleven hours before baking. The butter is taken out one hour earlier.\n',
  ),
};

export const PROGRAM = { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ not text') };
