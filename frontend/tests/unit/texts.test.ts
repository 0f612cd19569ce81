import { commonTexts } from '@rag/ui';
import { describe, expect, test } from 'vitest';

import { adminTexts } from '../../apps/admin/src/texts.ts';
import { chatTexts } from '../../apps/chat/src/texts.ts';

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe.each([
  ['common', commonTexts],
  ['chat', chatTexts],
  ['admin', adminTexts],
] as const)('the %s texts', (_, { en, de }) => {
  test('have the same keys in both languages', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  });

  test.each(Object.keys(en))('%s says something, with the same placeholders', (key) => {
    const [english, german] = [(en as Record<string, string>)[key] ?? '', (de as Record<string, string>)[key] ?? ''];
    expect(english.trim()).not.toBe('');
    expect(german.trim()).not.toBe('');
    expect(placeholders(german)).toEqual(placeholders(english));
  });
});
