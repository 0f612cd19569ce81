// Adds a page of the web, or all pages of a sitemap. What is typed stays until it was taken.
import { addSource, type Failure } from '@rag/api';
import { FailureNotice, keep, readKept } from '@rag/ui';
import { useState } from 'preact/hooks';

import { collection } from './collection.ts';
import { refresh } from './document-list.ts';
import { expire } from './signing-in.ts';
import { useTexts } from './texts.ts';

const DRAFT = 'draft.source';
const KINDS = ['web_page', 'sitemap', 'confluence_space'] as const;

export function SourceForm({ recrawlHours }: { recrawlHours: number }) {
  const say = useTexts();
  const [url, setUrl] = useState(keptAddress);
  const [kind, setKind] = useState<(typeof KINDS)[number]>('web_page');
  const [failure, setFailure] = useState<Failure>();
  const [added, setAdded] = useState<string>();
  const [isWaiting, setWaiting] = useState(false);

  const change = (text: string) => {
    setUrl(text);
    keep(DRAFT, text === '' ? undefined : text, () => sessionStorage);
  };
  const send = async () => {
    setWaiting(true);
    setAdded(undefined);
    const result = await addSource({ url: url.trim(), type: kind, ...chosen() });
    setWaiting(false);
    setFailure(result.ok ? undefined : result.failure);
    if (result.ok) {
      change('');
      setAdded(result.value.file_name);
      void refresh();
    } else if (result.failure.kind === 'signed-out') {
      expire();
    }
  };
  return (
    <section class="card" aria-labelledby="web">
      <h2 id="web">{say('web')}</h2>
      <form
        class="source-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWaiting && url.trim() !== '') void send();
        }}
      >
        <div class="field">
          <label for="address">{say('address')}</label>
          <input
            id="address"
            type="url"
            inputMode="url"
            placeholder="https://"
            value={url}
            aria-invalid={failure?.kind === 'refused'}
            onInput={(event) => change(event.currentTarget.value)}
          />
        </div>
        <fieldset class="choice">
          <legend>{say('kind')}</legend>
          {KINDS.map((one) => (
            <label key={one}>
              <input type="radio" name="kind" checked={one === kind} onChange={() => setKind(one)} />
              <span>{say(one)}</span>
            </label>
          ))}
        </fieldset>
        <p class="soft small">{say(recrawlText(recrawlHours), { hours: recrawlHours })}</p>
        <button type="submit" class="button" disabled={isWaiting || url.trim() === ''}>
          {say('add_source')}
        </button>
        {failure && <FailureNotice failure={failure} />}
        <p class="soft small" role="status">
          {added && say('source_added', { name: added })}
        </p>
      </form>
    </section>
  );
}

function recrawlText(hours: number): 'recrawl_never' | 'recrawl_hourly' | 'recrawl_hours' {
  if (hours === 0) return 'recrawl_never';
  return hours === 1 ? 'recrawl_hourly' : 'recrawl_hours';
}

function chosen(): { collection?: string } {
  const name = collection.get().trim();
  return name === '' ? {} : { collection: name };
}

function keptAddress(): string {
  const kept = readKept(DRAFT, () => sessionStorage);
  return typeof kept === 'string' ? kept : '';
}
