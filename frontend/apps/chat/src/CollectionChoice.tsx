// What the questions of a conversation are limited to, where documents are in collections.
import { useStore } from '@rag/ui';

import { limitTo } from './chat.ts';
import { collections } from './collections.ts';
import type { Conversation } from './conversation.ts';
import { useTexts } from './texts.ts';

export function CollectionChoice({ conversation }: { conversation: Conversation }) {
  const say = useTexts();
  const known = useStore(collections);
  const chosen = conversation.collections;
  // One that is chosen stays, so that it can be taken back, whatever has become of its documents.
  const shown = [...new Set([...known, ...chosen])].sort((a, b) => a.localeCompare(b));
  if (shown.length === 0) return null;
  const toggle = (name: string) =>
    limitTo(conversation, chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  return (
    <fieldset class="collections">
      <legend class="soft small">{say('limit_to')}</legend>
      {shown.map((name) => (
        <label key={name} class="small">
          <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
