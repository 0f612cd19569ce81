// Whether a page is sound as it stands: nothing for axe to find, and nothing to scroll to the side, wide and on a phone.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

import { picture } from './harness.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['en-GB', 'de-DE'] as const).map((locale) => ({ colorScheme, locale })),
);
const WIDTHS = [
  ['wide', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740 }],
] as const;

/** Checks the page as it stands. */
export async function sound(page: Page, name: string): Promise<void> {
  for (const [width, viewport] of WIDTHS) {
    await page.setViewportSize(viewport);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, `${name}, ${width}`).toEqual([]);
    expect(await page.evaluate(scrolledSideways), `${name}, ${width}`).toEqual([]);
    await picture(page, `${name}-${width}`);
  }
  await page.setViewportSize(WIDTHS[0][1]);
}

/** What has to be scrolled to the side: the page itself, or a part of it. Runs in the page. */
function scrolledSideways(): string[] {
  const scrolls = (element: Element) =>
    element === document.documentElement || ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
  return [...document.querySelectorAll('*')]
    .filter((element) => element.scrollWidth > element.clientWidth && scrolls(element))
    .map((element) => `${element.tagName}.${element.className}`);
}

export const named = (look: BrowserContextOptions, state: string) =>
  `${state}-${look.colorScheme ?? ''}-${(look.locale ?? '').slice(0, 2)}`;
