/** A terminal on which one report takes the place of the one before. */

import type { World } from '../../app/world.ts';

/** Where reports are shown again and again. */
export interface Screen {
  /** Reports take each other's place; false: they follow each other. */
  readonly isLive: boolean;
  /** Before a report is written, and after. */
  readonly begin: () => void;
  readonly end: () => void;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
}

const OTHER_SCREEN = '\u001b[?1049h\u001b[?25l';
const FIRST_SCREEN = '\u001b[?25h\u001b[?1049l';
const CLEARED = '\u001b[2J\u001b[H';

/** Opens it; live on a terminal that can be redrawn, for text. What stood on the terminal before comes back at the end. */
export function openScreen({ stdout, env }: Pick<World, 'stdout' | 'env'>, isText: boolean): Screen {
  const isLive = isText && stdout.isTTY && env['TERM'] !== 'dumb';
  let isOpen = false;
  return {
    isLive,
    begin: () => {
      if (!isLive) return;
      stdout.write(isOpen ? CLEARED : `${OTHER_SCREEN}${CLEARED}`);
      isOpen = true;
    },
    end: () => {
      if (!isLive && isText) stdout.write('\n');
    },
    close: () => {
      if (isOpen) stdout.write(FIRST_SCREEN);
      isOpen = false;
    },
  };
}
