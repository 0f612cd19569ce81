// Puts a page into its document.
import { type ComponentChild, render } from 'preact';

import { applyPreferences } from './preferences.ts';

export function show(page: ComponentChild): void {
  const place = document.getElementById('page');
  if (!place) throw new Error('the document has no element `page`');
  applyPreferences();
  render(page, place);
}
