// Where files are dropped or chosen. Dropping works on the whole page, so that a miss does not open the file instead.
import { Icon, useSizes } from '@rag/ui';
import { useEffect, useRef, useState } from 'preact/hooks';

import { useTexts } from './texts.ts';
import { add } from './uploads.ts';

export function UploadArea({ largest }: { largest: number }) {
  const say = useTexts();
  const size = useSizes();
  const input = useRef<HTMLInputElement>(null);
  const accept = (files: FileList | null | undefined) =>
    add([...(files ?? [])], ({ name, size: bytes }) =>
      bytes > largest
        ? { kind: 'too-large', detail: say('upload_too_large', { name, size: size(bytes), most: size(largest) }) }
        : undefined,
    );
  const latest = useRef(accept);
  latest.current = accept;
  const isOver = useDrop(latest);
  return (
    <section class={`card drop ${isOver ? 'drop-over' : ''}`} aria-labelledby="add">
      <h2 id="add">{say('add')}</h2>
      <Icon name="upload" />
      <p class="drop-here">{say('drop')}</p>
      <p class="soft small">{say('or_choose')}</p>
      <button
        type="button"
        class="button button-main"
        aria-describedby="drop-hint"
        onClick={() => input.current?.click()}
      >
        {say('choose')}
      </button>
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          accept(event.currentTarget.files);
          // So that the same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      <p class="soft small" id="drop-hint">
        {say('drop_hint', { size: size(largest) })}
      </p>
    </section>
  );
}

/** Takes what is dropped anywhere on the page; tells whether files are held over it. */
function useDrop(accept: { current: (files: FileList | null | undefined) => void }): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const left = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      accept.current(event.dataTransfer?.files);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', left);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', left);
      removeEventListener('drop', drop);
    };
  }, [accept]);
  return isOver;
}
