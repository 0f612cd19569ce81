// Icons, drawn in the colour of the text beside them. What they mean stands in a label.

const PATHS = {
  ask: 'M21 12a8 8 0 0 1-8 8H4l2-3.5A8 8 0 1 1 21 12Z',
  close: 'M6 6l12 12M18 6 6 18',
  download: 'M12 4v12M7 11l5 5 5-5M4 20h16',
  document: 'M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7Zm0 0v4h4M9 12h6M9 16h6',
  history: 'M12 8v4l3 2M3.5 9A9 9 0 1 1 3 12M3 4v5h5',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2',
  open: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  plus: 'M12 5v14M5 12h14',
  retry: 'M4 4v6h6M4.6 14.5A8 8 0 1 0 6 7l-2 3',
  send: 'M12 19V5M6 11l6-6 6 6',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 4.5v5M8 14.5v5',
  stop: 'M7 7h10v10H7Z',
  text: 'M5 6h14M5 10h14M5 14h9M5 18h6',
  'thumb-down': 'M7 14V4H4v10Zm0-1 4 7a2 2 0 0 0 2-2v-4h5a2 2 0 0 0 2-2.3l-1.2-6A2 2 0 0 0 16.8 4H7',
  'thumb-up': 'M7 10v10H4V10Zm0 1 4-7a2 2 0 0 1 2 2v4h5a2 2 0 0 1 2 2.3l-1.2 6a2 2 0 0 1-2 1.7H7',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  upload: 'M12 16V4M7 9l5-5 5 5M4 16v4h16v-4',
  warning: 'M12 4 2.5 20h19ZM12 10v4M12 17v.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
